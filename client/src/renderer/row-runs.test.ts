import { expect, test } from 'vitest'
import { layoutOf } from './layout-for-tests.ts'
import type { Layout } from '@seatcast/shared/domain/layout.ts'
import { rowRuns } from './row-runs.ts'

const rowEnds = (layout: Layout) => [...new Set(rowRuns(layout).flatMap(({ first, last }) => [first, last]))]

/** Seats one unit apart; `next` inside of a run. */
const run = (from: number, count: number, firstSeat: number, more: { y?: number; row?: string } = {}) =>
  Array.from({ length: count }, (_, index) => ({
    x: from + index,
    y: more.y ?? 0,
    row: more.row ?? 'C',
    next: index === count - 1 ? -1 : firstSeat + index + 1,
  }))

test('a row has a label beyond each end', () => {
  const ends = rowEnds(layoutOf(run(0, 10, 0)))
  expect(ends.map((end) => end.text)).toEqual(['C', 'C'])
  expect(ends[0]?.x).toBeLessThan(-1)
  expect(ends[1]?.x).toBeGreaterThan(10)
})

test('two runs across an aisle share one label in it', () => {
  const ends = rowEnds(layoutOf([...run(0, 8, 0), ...run(10, 8, 8)]))
  expect(ends.filter((end) => end.x > 7 && end.x < 10)).toHaveLength(1)
  expect(ends).toHaveLength(3)
})

test('rows with the same label far apart are labelled each', () => {
  expect(rowEnds(layoutOf([...run(0, 8, 0), ...run(0, 8, 8, { y: 40 })]))).toHaveLength(4)
})

test('a label stands in the direction of its row', () => {
  const slanted = [0, 1, 2].map((step) => ({ x: step, y: step, row: 'A', next: step === 2 ? -1 : step + 1 }))
  const [, right] = rowEnds(layoutOf(slanted))
  expect(right?.x).toBeCloseTo(right?.y ?? 0)
  expect(right?.x).toBeGreaterThan(2.5)
})

test('a single seat has one label on its left, an unnamed row has none', () => {
  expect(rowEnds(layoutOf(run(5, 1, 0))).map((end) => end.x < 5)).toEqual([true])
  expect(rowEnds(layoutOf(run(0, 3, 0, { row: '' })))).toEqual([])
})
