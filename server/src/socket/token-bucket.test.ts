import { expect, test } from 'vitest'
import { TokenBucket, TokenBuckets } from './token-bucket.ts'

test('a second of tokens at once, then one every 1/rate, with the exact wait', () => {
  const bucket = new TokenBucket(4, 0)
  expect([1, 2, 3, 4].map(() => bucket.take(0))).toEqual([0, 0, 0, 0])
  expect(bucket.take(0)).toBe(250)
  expect(bucket.take(100)).toBe(150)
  expect(bucket.take(250)).toBe(0)
  expect(bucket.take(250)).toBe(250)
})

test('a clock that jumps back neither gives nor takes tokens', () => {
  const bucket = new TokenBucket(1, 1_000)
  expect(bucket.take(1_000)).toBe(0)
  expect(bucket.take(0)).toBe(1_000)
  expect(bucket.take(1_000)).toBe(0)
})

test('keys have buckets of their own, and their number is bounded', () => {
  const buckets = new TokenBuckets(1, 3)
  expect(buckets.take('a', 0)).toBe(0)
  expect(buckets.take('a', 0)).toBe(1_000)
  expect(buckets.take('b', 0)).toBe(0)
  for (let key = 0; key < 100; key++) buckets.take(`k${key}`, key * 2_000)
  expect(buckets.size).toBeLessThanOrEqual(3)
})
