import { expect, test } from 'vitest'
import { MAY_ASK, saleOf, salePhase } from './sale.ts'

test('[F9] a scheduled sale counts down on durations alone, then waits for the server’s word', () => {
  const sale = saleOf('scheduled', 5_000, 1_000)
  expect(salePhase(sale, 5_999)).toBe('counting')
  expect(salePhase(sale, 6_000)).toBe('opening')
  expect(salePhase(saleOf('on_sale', 0, 6_100), 6_100)).toBe('on_sale')
})

test('a sale without an opening time is announced, not counted down', () => {
  expect(salePhase(saleOf('scheduled', null, 0), 1e9)).toBe('announced')
})

test('[H10] nothing is asked for while the sale is known to be shut', () => {
  expect(
    Object.entries(MAY_ASK)
      .filter(([, may]) => may)
      .map(([phase]) => phase),
  ).toEqual(['opening', 'on_sale'])
})
