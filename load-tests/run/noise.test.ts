import { expect, test } from 'vitest'
import { isBeyondNoise, spreadOf } from './noise.ts'

/** Values around a mean that go up and down by `width` in the same way each time. */
const around = (mean: number, width: number, count = 60) =>
  Array.from({ length: count }, (_, second) => mean + width * Math.sin(second * 12.9898) * Math.cos(second * 4.1))

const spread = (values: readonly (number | null)[]) => {
  const found = spreadOf(values)
  if (found === null) throw new Error('too few seconds')
  return found
}

test('the mean and its error; seconds without a value do not count', () => {
  const { mean, standardError } = spread([...around(100, 10), null, null])
  expect(mean).toBeCloseTo(100, 0)
  expect(standardError).toBeGreaterThan(0)
  expect(standardError).toBeLessThan(3)
})

test('too few seconds say nothing', () => {
  expect(spreadOf([1, 2, 3, null, 4, 5])).toBeNull()
})

test('half as much again is beyond noise, the ups and downs are not', () => {
  expect(isBeyondNoise(spread(around(100, 10)), spread(around(150, 10)))).toBe(true)
  expect(isBeyondNoise(spread(around(100, 30)), spread(around(101, 30)))).toBe(false)
})

test('a difference below 5 % is not worth a word, however steady', () => {
  expect(isBeyondNoise(spread(around(100, 0)), spread(around(104, 0)))).toBe(false)
  expect(isBeyondNoise(spread(around(100, 0)), spread(around(106, 0)))).toBe(true)
})

test('a wild run proves nothing about another', () => {
  expect(isBeyondNoise(spread(around(100, 400, 12)), spread(around(140, 400, 12).toReversed()))).toBe(false)
})
