import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { forStretches, freeSeats, hasStretch } from './free-stretches.ts'
import { type Hall, prepareHall } from './hall.ts'
import type { Layout } from './layout.ts'
import { distanceToRun, nearestRuns } from './nearest-runs.ts'

/** Rows behind each other, of so many seats. */
function hallOf(lengths: readonly number[]): Hall {
  const seats = lengths.flatMap((length, row) =>
    Array.from({ length }, (_, x) => ({ x, y: row, isLast: x === length - 1 })),
  )
  const layout: Layout = {
    name: 'test',
    unit: 'cm',
    seatSize: 1,
    focus: [0, 0],
    sections: [{ id: 0, name: 'Stalls', outline: [] }],
    categories: [{ id: 0, name: 'A', color: '#aa0000' }],
    seats: {
      section: seats.map(() => 0),
      row: seats.map(({ y }) => String(y)),
      number: seats.map(({ x }) => String(x)),
      x: seats.map(({ x }) => x),
      y: seats.map(({ y }) => y),
      category: seats.map(() => 0),
      accessible: seats.map(() => 0),
      next: seats.map(({ isLast }, seat) => (isLast ? -1 : seat + 1)),
    },
    shapes: [],
  }
  return prepareHall(layout, new Uint8Array(seats.length))
}

const lengths = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 40 })

test.prop([lengths, fc.infiniteStream(fc.constantFrom(0, 0, 0, 1, 4)), fc.integer({ min: 1, max: 12 })])(
  '[A2] stretches of free seats are those that one finds seat by seat',
  (rows, stream, atLeast) => {
    const hall = hallOf(rows)
    const states = Uint8Array.from({ length: hall.seatCount }, () => stream.next().value as number)
    for (let run = 0; run < rows.length; run += 1) {
      const row = hall.order.subarray(hall.runStart[run], hall.runStart[run + 1])
      const free = Array.from(row, (seat) => (states[seat] === 0 ? '.' : 'x')).join('')
      const expected = [...free.matchAll(/\.+/g)].filter(([stretch]) => stretch.length >= atLeast)
      const found: [number, number][] = []
      forStretches(hall, states, run, atLeast, (start, end) => found.push([start, end]))
      const from = hall.runStart[run] ?? 0
      expect(found).toEqual(expected.map(({ 0: stretch, index }) => [from + index, from + index + stretch.length]))
      expect(hasStretch(hall, states, run, atLeast)).toBe(expected.length > 0)
    }
  },
)

test("seats of one's own are free, those to be left out are not, and the states stay as they are", () => {
  const states = Uint8Array.from([0, 1, 0, 3])
  expect(freeSeats({ states }, new Set())).toBe(states)
  expect([...freeSeats({ states, own: new Set([1]) }, new Set([2]))].map((state) => state === 0)).toEqual([
    true,
    true,
    false,
    false,
  ])
  expect([...states]).toEqual([0, 1, 0, 3])
})

test.prop([
  lengths,
  fc.integer({ min: -5, max: 35 }),
  fc.integer({ min: -5, max: 45 }),
  fc.integer({ min: 1, max: 4 }),
])('runs come by their distance to a point, equals by number, each that fits once', (rows, x, y, every) => {
  const hall = hallOf(rows)
  const fits = (run: number): boolean => run % every === 0
  const next = nearestRuns(hall, { x, y }, fits)
  const found: number[] = []
  for (let run = next(); run >= 0; run = next()) found.push(run)
  const byDistance = rows.map((_, run) => run).filter(fits)
  const away = (run: number): number => distanceToRun(hall, run, { x, y })
  expect(found).toEqual(byDistance.toSorted((a, b) => away(a) - away(b) || a - b))
  expect(next()).toBe(-1)
  for (const run of found) {
    const seats = [...hall.order.subarray(hall.runStart[run], hall.runStart[run + 1])]
    const nearest = Math.min(...seats.map((seat) => Math.hypot((hall.x[seat] ?? 0) - x, (hall.y[seat] ?? 0) - y)))
    expect(away(run)).toBeLessThanOrEqual(nearest + 1e-9)
  }
})
