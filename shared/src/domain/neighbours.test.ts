import { fc } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import type { Point } from './layout.ts'
import { findNeighbours, median } from './neighbours.ts'

/** Runs of seats along an arc (or a line), aisles between the runs: where each seat stands and who sits to its right. */
interface Row {
  readonly points: readonly Point[]
  readonly next: readonly number[]
}

/** A row as people see it who face a stage at the origin side; `bend`: radians over the whole row, 0 straight. */
function rowOf(runs: readonly number[], pitch: number, aisle: number, bend: number, turn: number, at: Point): Row {
  const along: number[] = []
  const next: number[] = []
  let s = 0
  runs.forEach((count, run) => {
    if (run > 0) s += aisle * pitch - pitch
    for (let seat = 0; seat < count; seat++) {
      next.push(seat + 1 < count ? along.length + 1 : -1)
      along.push(s)
      s += pitch
    }
  })
  const length = Math.max(1, along.at(-1) ?? 0)
  const radius = bend === 0 ? 0 : length / bend
  const points = along.map((position): Point => {
    const offset = position - length / 2
    const local: Point =
      bend === 0 ? [offset, 0] : [radius * Math.sin(offset / radius), radius * Math.cos(offset / radius) - radius]
    const [cos, sin] = [Math.cos(turn), Math.sin(turn)]
    return [at[0] + local[0] * cos - local[1] * sin, at[1] + local[0] * sin + local[1] * cos]
  })
  return { points, next }
}

/** The focus of a row turned by `turn`: before its middle, at the centre of its arc. */
function focusOf(runs: readonly number[], pitch: number, bend: number, turn: number, at: Point): Point {
  const before = bend === 0 ? 5_000 : Math.max(pitch * 2, ((runs.reduce((a, b) => a + b) - 1) * pitch) / bend)
  return [at[0] + Math.sin(turn) * before, at[1] - Math.cos(turn) * before]
}

function neighbours(points: readonly Point[], focus: Point, rows?: readonly number[]): number[] {
  const row = rows ?? points.map(() => 0)
  return findNeighbours({ x: points.map(([x]) => x), y: points.map(([, y]) => y), row }, focus)
}

const pitches = fc.double({ min: 15, max: 120, noNaN: true })
const turns = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true })
const places = fc.tuple(fc.integer({ min: -9_000, max: 9_000 }), fc.integer({ min: -9_000, max: 9_000 }))
const runLists = fc
  .array(fc.integer({ min: 2, max: 14 }), { minLength: 1, maxLength: 4 })
  .filter((runs) => runs.some((n) => n > 2))

test('[A1] any turned straight row: neighbours within a run, an aisle between runs, whatever the order of the list', () => {
  fc.assert(
    fc.property(
      runLists,
      pitches,
      fc.double({ min: 1.6, max: 6, noNaN: true }),
      turns,
      places,
      fc.infiniteStream(fc.nat()),
      (runs, pitch, aisle, turn, at, noise) => {
        const row = rowOf(runs, pitch, aisle, 0, turn, at)
        const shuffled = row.points
          .map((point, seat) => ({ point, seat, key: noise.next().value as number }))
          .toSorted((a, b) => a.key - b.key)
        const placeOf = new Map(shuffled.map(({ seat }, place) => [seat, place]))
        const next = neighbours(
          shuffled.map(({ point }) => point),
          focusOf(runs, pitch, 0, turn, at),
        )
        const expected = shuffled.map(({ seat }) => {
          const right = row.next[seat] ?? -1
          return right < 0 ? -1 : (placeOf.get(right) ?? -1)
        })
        expect(next).toEqual(expected)
      },
    ),
  )
})

test('[A1] curved rows, up to a horseshoe beyond the half circle, keep their right hand all the way round', () => {
  const bends = fc.double({ min: 0.2, max: 4.5, noNaN: true })
  fc.assert(
    fc.property(fc.integer({ min: 12, max: 80 }), pitches, bends, turns, places, (count, pitch, bend, turn, at) => {
      const row = rowOf([count], pitch, 1, bend, turn, at)
      expect(neighbours(row.points, focusOf([count], pitch, bend, turn, at))).toEqual(row.next)
    }),
  )
})

test('[A1] a gap of up to one and a half seats is no aisle, a larger one is', () => {
  const gapOf = (gap: number) =>
    neighbours(
      [0, 50, 100, 100 + gap, 150 + gap, 200 + gap].map((x): Point => [x, 0]),
      [150, -900],
    )
  expect(gapOf(75)).toEqual([1, 2, 3, 4, 5, -1])
  expect(gapOf(76)).toEqual([1, 2, -1, 4, 5, -1])
})

test("[A1] every seat is at most one other's neighbour, and never across rows", () => {
  const points = fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 400 })), {
    maxLength: 60,
  })
  fc.assert(
    fc.property(points, fc.array(fc.nat(3), { minLength: 60, maxLength: 60 }), (seats, rowOfSeat) => {
      const row = seats.map((_, i) => rowOfSeat[i] ?? 0)
      const next = neighbours(seats, [200, -50], row)
      const taken = next.filter((right) => right >= 0)
      expect(new Set(taken).size).toBe(taken.length)
      next.forEach((right, seat) => {
        if (right >= 0) expect(row[right]).toBe(row[seat])
        let at = seat
        for (let steps = 0; at >= 0; at = next[at] ?? -1) expect(steps++).toBeLessThanOrEqual(seats.length)
      })
    }),
  )
})

test('[A1] serpentine numbering: the right hand does not turn with the numbers', () => {
  const front = [0, 50, 100, 150].map((x): Point => [x, 0])
  const back = [150, 100, 50, 0].map((x): Point => [x, 90])
  expect(neighbours([...front, ...back], [75, -500], [0, 0, 0, 0, 1, 1, 1, 1])).toEqual([1, 2, 3, -1, -1, 4, 5, 6])
})

test('[A1] around a pitch the right hand is on the left of the drawing for those at the top', () => {
  const top = [0, 50, 100].map((x): Point => [x, -500])
  const bottom = [0, 50, 100].map((x): Point => [x, 500])
  expect(neighbours([...top, ...bottom], [50, 0], [0, 0, 0, 1, 1, 1])).toEqual([-1, 0, 1, 4, 5, -1])
})

test('[A1] a row that closes to a ring is opened at one place', () => {
  const ring = Array.from({ length: 24 }, (_, i): Point => {
    const angle = (i * Math.PI) / 12
    return [Math.cos(angle) * 400, Math.sin(angle) * 400]
  })
  expect(neighbours(ring, [0, 0]).filter((right) => right >= 0)).toHaveLength(23)
})

test('[A1] two seats across an aisle are judged by the plan, not by their own distance', () => {
  const row = [0, 50, 100, 150].map((x): Point => [x, 0])
  const pair: Point[] = [
    [0, 90],
    [150, 90],
  ]
  expect(neighbours([...row, ...pair], [75, -500], [0, 0, 0, 0, 1, 1]).slice(4)).toEqual([-1, -1])
})

test('[A1] a row of wide wheelchair places is a row of neighbours', () => {
  const row = [0, 50, 100, 150, 200].map((x): Point => [x, 0])
  const wide = [0, 95, 190].map((x): Point => [x, 90])
  expect(neighbours([...row, ...wide], [75, -500], [0, 0, 0, 0, 0, 1, 1, 1]).slice(5)).toEqual([6, 7, -1])
})

test('[A1] a table: neighbours along each side, none across', () => {
  const seats = [0, 40, 80].flatMap((y): Point[] => [
    [0, y],
    [55, y],
  ])
  const next = neighbours(seats, [27, -500])
  for (const [seat, right] of next.entries()) if (right >= 0) expect(seats[right]?.[0]).toBe(seats[seat]?.[0])
  expect(next.filter((right) => right >= 0)).toHaveLength(4)
})

test("seats in one place are nobody's neighbours and no fault", () => {
  expect(
    neighbours(
      [
        [5, 5],
        [5, 5],
        [5, 5],
      ],
      [0, 0],
    ),
  ).toEqual([-1, -1, -1])
})

test('the median is the lower of two middles, 0 of nothing', () => {
  expect([median([]), median([3]), median([4, 1]), median([9, 1, 5])]).toEqual([0, 3, 1, 5])
})
