import { expect, test } from 'vitest'
import type { Box } from './camera.ts'
import { layoutOf } from './layout-for-tests.ts'
import { placeRowLabels } from './row-label-places.ts'
import { rowRuns } from './row-runs.ts'

/** Rows of twenty seats, one unit apart and two units deep. */
const rows = (...names: readonly string[]) =>
  layoutOf(
    names.flatMap((row, depth) =>
      Array.from({ length: 20 }, (_, x) => ({ x, y: depth * 2, row, next: x === 19 ? -1 : depth * 20 + x + 1 })),
    ),
  )

function labels(layout: ReturnType<typeof rows>, room: Box, farApart = 100): string[] {
  const frame = { room, width: 0.8, height: 0.8, farApart }
  return placeRowLabels(rowRuns(layout), layout.seats, frame).map(
    ({ text, x, y, pinned }) => `${text} ${x},${y}${pinned ? ' pinned' : ''}`,
  )
}

test('with all of a row in view its labels stand at its ends', () => {
  expect(labels(rows('A'), { minX: -5, minY: -5, maxX: 25, maxY: 5 })).toEqual(['A -1.35,0', 'A 20.35,0'])
})

test('a view within a block: every row has one label, pinned where the view cuts it off', () => {
  const room = { minX: 5.5, minY: -1, maxX: 12.5, maxY: 3 }
  expect(labels(rows('A', 'B', 'C'), room)).toEqual(['A 5.5,0 pinned', 'B 5.5,2 pinned'])
})

test('one end in view names the row; seen for long, it is named at the cut as well', () => {
  const room = { minX: -5, minY: -1, maxX: 12.5, maxY: 1 }
  expect(labels(rows('A'), room)).toEqual(['A -1.35,0'])
  expect(labels(rows('A'), room, 10)).toEqual(['A -1.35,0', 'A 12.5,0 pinned'])
})

test('pinned labels never lie on each other', () => {
  const crowded = layoutOf(
    ['A', 'B'].flatMap((row, depth) =>
      Array.from({ length: 5 }, (_, x) => ({ x, y: depth * 0.5, row, next: x === 4 ? -1 : depth * 5 + x + 1 })),
    ),
  )
  expect(labels(crowded, { minX: 1.5, minY: -1, maxX: 3.5, maxY: 1 })).toEqual(['A 1.5,0 pinned'])
})
