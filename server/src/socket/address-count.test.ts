import { expect, test } from 'vitest'
import { AddressCount } from './address-count.ts'

test('connections come and go; the busiest addresses are told first, and not all of a crowd', () => {
  const count = new AddressCount()
  for (const address of ['a', 'b', 'b', 'c', 'c', 'c']) count.add(address)
  expect([count.of('a'), count.of('c'), count.of('d')]).toEqual([1, 3, 0])
  expect(count.busiest(2, 9)).toEqual({ b: 2, c: 3 })
  expect(count.busiest(1, 1)).toEqual({ c: 3 })
  count.remove('a')
  count.remove('c')
  expect(count.busiest(1, 9)).toEqual({ b: 2, c: 2 })
})
