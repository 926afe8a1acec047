import { expect, test } from 'vitest'
import { bucketQuantile, bucketsSince } from './bucket-quantile.ts'

const buckets = (...pairs: [number, number][]) => new Map(pairs)

test('a quantile lies on a straight line inside its bucket', () => {
  const counted = buckets([0.01, 50], [0.02, 100], [Infinity, 100])
  expect(bucketQuantile(counted, 0.5)).toBeCloseTo(0.01)
  expect(bucketQuantile(counted, 0.75)).toBeCloseTo(0.015)
  expect(bucketQuantile(counted, 1)).toBeCloseTo(0.02)
})

test('above the highest bound only that bound is known; of nothing there is none', () => {
  expect(bucketQuantile(buckets([0.01, 1], [Infinity, 100]), 0.99)).toBe(0.01)
  expect(bucketQuantile(buckets([0.01, 0], [Infinity, 0]), 0.5)).toBeNull()
  expect(bucketQuantile(new Map(), 0.5)).toBeNull()
})

test('only what was counted since the last look', () => {
  const since = bucketsSince(buckets([0.01, 100], [Infinity, 100]), buckets([0.01, 100], [Infinity, 104]))
  expect([...since]).toEqual([
    [0.01, 0],
    [Infinity, 4],
  ])
})
