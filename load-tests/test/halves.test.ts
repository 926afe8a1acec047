import { expect, test } from 'vitest'
import { Halves } from '../users/halves.ts'

/** Answers that took these times, one every 10 ms. */
function answered(untilMs: number, tookMs: readonly number[]): Halves {
  const halves = new Halves(untilMs)
  tookMs.forEach((elapsedMs, place) => halves.add(10 * place, elapsedMs))
  return halves
}

test('the halves are told apart by when people asked, and compared by their p95', () => {
  const halves = answered(1_000, [
    ...Array<number>(100).fill(10),
    ...Array<number>(94).fill(10),
    ...Array<number>(6).fill(40),
  ])
  expect(halves.factor(0, 100)).toBe(4)
  expect(halves.factor(20, 100)).toBe(2)
})

test('a few slow answers of the first half do not excuse the second', () => {
  const halves = answered(1_000, [...Array<number>(97).fill(10), 900, 900, 900, ...Array<number>(100).fill(50)])
  expect(halves.factor(0, 1)).toBe(5)
})

test('halves with too few answers, or none, say nothing', () => {
  expect(answered(1_000, [10, 10]).factor(10, 1)).toBeUndefined()
  expect(answered(10, [10, 10]).factor(10, 2)).toBeUndefined()
})
