import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { bestBlocks, ORPHAN_PENALTY } from './blocks.ts'
import { prepareHall } from './hall.ts'
import type { Layout, Point } from './layout.ts'
import { findNeighbours } from './neighbours.ts'

/** Rows of the normal run; `npm run test:full` asks for 100,000. */
const BRUTE_RUNS = Number(process.env['BLOCK_RUNS'] ?? 4_000)

/** One row as it stands: stretches of seats one width apart, between them aisles. */
const standingRow = fc.array(
  fc.record({
    aisle: fc.constantFrom(1.6, 2, 5),
    seats: fc.array(fc.constantFrom(0, 0, 0, 1, 2, 3, 4), { minLength: 2, maxLength: 12 }),
  }),
  { minLength: 1, maxLength: 4 },
)

test.prop([standingRow, fc.integer({ min: 1, max: 10 })], { numRuns: BRUTE_RUNS })(
  '[A1, A2] a random row: the block is contiguous, of the right size, across no aisle, and no better one existed',
  (stretches, count) => {
    let x = 0
    const seats = stretches.flatMap((stretch, number) =>
      stretch.seats.map((state, step) => {
        x += step === 0 ? stretch.aisle : 1
        return { x, state, number }
      }),
    )
    const standing = { x: seats.map((s) => s.x), y: seats.map(() => 0), row: seats.map(() => 0) }
    const focus = [4, -10] as const
    const layout = layoutOfRow(standing.x, findNeighbours(standing, focus), focus)
    const hall = prepareHall(layout, new Uint8Array(seats.length))
    const distance = (one: number): number => Math.hypot((seats[one]?.x ?? 0) - focus[0], focus[1])
    const free = (one: number, stretch: number): boolean => seats[one]?.state === 0 && seats[one].number === stretch
    let best = Infinity
    for (let first = 0; first + count <= seats.length; first += 1) {
      const stretch = seats[first]?.number ?? -1
      const block = Array.from({ length: count }, (_, step) => first + step)
      if (!block.every((one) => free(one, stretch))) continue
      const leftAlone = free(first - 1, stretch) && !free(first - 2, stretch)
      const rightAlone = free(first + count, stretch) && !free(first + count + 1, stretch)
      const mean = block.reduce((sum, one) => sum + distance(one), 0) / count
      best = Math.min(best, mean + (Number(leftAlone) + Number(rightAlone)) * ORPHAN_PENALTY)
    }
    const states = Uint8Array.from(seats, ({ state }) => state)
    const [found] = bestBlocks(hall, { states }, { count })
    expect(found?.score ?? Infinity).toBeCloseTo(best, 6)
    if (found === undefined) return
    const places = found.seats.map((one) => seats[one]?.x ?? 0).toSorted((a, b) => a - b)
    expect(places).toHaveLength(count)
    for (const [step, place] of places.entries())
      if (step > 0) expect(place - (places[step - 1] ?? 0)).toBeLessThan(1.5)
    expect(found.seats.every((one) => seats[one]?.state === 0)).toBe(true)
  },
)

/** One row at y 0, a seat one unit wide. */
function layoutOfRow(x: number[], next: number[], focus: Point): Layout {
  const each = <T>(value: T): T[] => x.map(() => value)
  return {
    name: 'a row',
    unit: 'cm',
    seatSize: 1,
    focus,
    sections: [{ id: 0, name: 'Stalls', outline: [] }],
    categories: [{ id: 0, name: 'A', color: '#aa0000' }],
    seats: {
      section: each(0),
      row: each('A'),
      number: x.map((_, seat) => String(seat + 1)),
      x,
      y: each(0),
      category: each(0),
      accessible: each<0 | 1>(0),
      next,
    },
    shapes: [],
  }
}
