import { expect, test } from 'vitest'
import { spareTime } from './spare-time.ts'

test('work runs until its share of the second is used, and again in the next', () => {
  let nowMs = 0
  const inSpareTime = spareTime(() => nowMs)
  const work = () => {
    nowMs += 100
    return 'done'
  }
  expect([1, 2, 3, 4].map(() => inSpareTime(work, 'no time'))).toEqual(['done', 'done', 'done', 'no time'])
  nowMs = 999
  expect(inSpareTime(work, 'no time')).toBe('no time')
  nowMs = 1_000
  expect(inSpareTime(work, 'no time')).toBe('done')
})
