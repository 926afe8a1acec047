import { expect, test } from 'vitest'
import { readMix } from '../users/read-mix.ts'

test('shares are of a whole; a class of none does not come', () => {
  expect(readMix('watcher=70, buyer=20,group=10,abuser=0')).toEqual({ watcher: 0.7, buyer: 0.2, group: 0.1 })
  expect(readMix('buyer=3')).toEqual({ buyer: 1 })
})

test.each(['', 'watchers=1', 'buyer', 'buyer=', 'buyer=x', 'buyer=-1', 'buyer=0'])('"%s" is refused', (text) => {
  expect(() => readMix(text)).toThrow('USERS')
})
