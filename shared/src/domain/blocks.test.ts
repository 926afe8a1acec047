import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { findAlternatives, findSplit } from './alternatives.ts'
import { bestBlocks, type BlockWish, COMPANION_PENALTY, findBlocks, NEAR_EQUAL, ORPHAN_PENALTY } from './blocks.ts'
import { type Hall, prepareHall, zoneOfSeats } from './hall.ts'
import type { Layout } from './layout.ts'

interface Row {
  readonly seats: readonly { state: number; category: number; accessible: boolean; aisleAfter: boolean }[]
}

/** Rows behind each other, seats 50 cm wide, the focus in front of the middle; an aisle is a missing neighbour. */
function layoutOf(rows: readonly Row[]): Layout {
  const flat = rows.flatMap((row, y) =>
    row.seats.map((seat, x) => ({ ...seat, x, y, last: x === row.seats.length - 1 })),
  )
  return {
    name: 'test',
    unit: 'cm',
    seatSize: 50,
    focus: [200, -300],
    sections: [
      { id: 0, name: 'Left', outline: [] },
      { id: 1, name: 'Right', outline: [] },
    ],
    categories: [
      { id: 0, name: 'A', color: '#aa0000' },
      { id: 1, name: 'B', color: '#0000aa' },
    ],
    seats: {
      section: flat.map((seat) => (seat.y % 2 === 0 ? 0 : 1)),
      row: flat.map((seat) => String(seat.y)),
      number: flat.map((seat) => String(seat.x)),
      x: flat.map((seat) => seat.x * 50),
      y: flat.map((seat) => seat.y * 90),
      category: flat.map((seat) => seat.category),
      accessible: flat.map((seat) => (seat.accessible ? 1 : 0)),
      next: flat.map((seat, index) => (seat.last || seat.aisleAfter ? -1 : index + 1)),
    },
    shapes: [],
  }
}

function scene(rows: readonly Row[]): { hall: Hall; states: Uint8Array; layout: Layout } {
  const layout = layoutOf(rows)
  const zones = zoneOfSeats(layout, [{ categories: [0] }, { categories: [1] }])
  return {
    layout,
    hall: prepareHall(layout, zones),
    states: Uint8Array.from(rows.flatMap((row) => row.seats.map((s) => s.state))),
  }
}

const plainRow = (states: string): Row => ({
  seats: Array.from(states, (state) => ({ state: Number(state), category: 0, accessible: false, aisleAfter: false })),
})

/** Every block there is, by definition A2, with its score computed seat by seat. */
function allBlocks(layout: Layout, states: Uint8Array, wish: BlockWish): { seats: number[]; score: number }[] {
  const { next, category, accessible, section, x, y } = layout.seats
  const free = (seat: number | undefined): boolean =>
    seat !== undefined && seat >= 0 && states[seat] === 0 && wish.without?.has(seat) !== true
  const left = (seat: number): number => next.indexOf(seat)
  const blocks: { seats: number[]; score: number }[] = []
  for (let first = 0; first < next.length; first += 1) {
    const seats: number[] = []
    for (let seat = first; seat >= 0 && seats.length < wish.count; seat = next[seat] ?? -1) seats.push(seat)
    if (seats.length < wish.count || !seats.every(free)) continue
    if (new Set(seats.map((seat) => category[seat])).size > 1) continue
    if (wish.zone !== undefined && category[first] !== wish.zone) continue
    if (wish.section !== undefined && section[first] !== wish.section) continue
    const places = seats.filter((seat) => accessible[seat] === 1).length
    if (wish.accessible === true ? places === 0 : places > 0) continue
    const target = wish.near ?? { x: layout.focus[0] / 50, y: layout.focus[1] / 50 }
    const distances = seats.map((seat) => Math.hypot((x[seat] ?? 0) / 50 - target.x, (y[seat] ?? 0) / 50 - target.y))
    let score = distances.reduce((sum, value) => sum + value, 0) / wish.count
    const before = left(first)
    const after = next[seats.at(-1) ?? 0] ?? -1
    if (free(before) && !free(left(before))) score += ORPHAN_PENALTY
    if (free(after) && !free(next[after])) score += ORPHAN_PENALTY
    if (wish.accessible === true) score += (places - 1) * COMPANION_PENALTY
    else {
      const beside = (seat: number): boolean => accessible[next[seat] ?? -1] === 1 || accessible[left(seat)] === 1
      score += seats.filter(beside).length * COMPANION_PENALTY
    }
    blocks.push({ seats, score })
  }
  return blocks.toSorted((a, b) => a.score - b.score)
}

const seat = fc.record({
  state: fc.constantFrom(0, 0, 0, 1, 2, 3, 4),
  category: fc.constantFrom(0, 0, 0, 1),
  accessible: fc.constantFrom(false, false, false, false, false, true),
  aisleAfter: fc.constantFrom(false, false, false, false, true),
})
const rows = fc.array(fc.record({ seats: fc.array(seat, { minLength: 1, maxLength: 14 }) }), {
  minLength: 1,
  maxLength: 6,
})
const wish = fc.record(
  {
    count: fc.integer({ min: 1, max: 6 }),
    zone: fc.constantFrom(0, 1),
    section: fc.constantFrom(0, 1),
    near: fc.record({ x: fc.integer({ min: 0, max: 14 }), y: fc.integer({ min: 0, max: 10 }) }),
    accessible: fc.boolean(),
  },
  { requiredKeys: ['count'] },
)
const BRUTE_RUNS = Number(process.env['BLOCK_RUNS'] ?? 4_000)

test.prop([rows, wish], { numRuns: BRUTE_RUNS })(
  '[A1, A2, A3, A6] the search agrees with brute force: same best score, every block fits',
  (hallRows, asked) => {
    const { layout, hall, states } = scene(hallRows)
    const expected = allBlocks(layout, states, asked)
    const found = bestBlocks(hall, { states }, asked)
    expect(found.map((block) => block.score)).toEqual(
      expected.slice(0, 64).map((block) => expect.closeTo(block.score, 6) as number),
    )
    const legal = new Set(expected.map((block) => block.seats.join()))
    for (const block of found) expect(legal).toContain(block.seats.join())
  },
)

test.prop([rows, wish, fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true }))], { numRuns: 500 })(
  '[A4] the first candidate is near-equal to the best, and candidates differ',
  (hallRows, asked, stream) => {
    const { layout, hall, states } = scene(hallRows)
    const expected = allBlocks(layout, states, asked)
    const found = findBlocks(hall, { states }, asked, 16, () => stream.next().value as number)
    expect(found.length).toBe(Math.min(16, expected.length))
    expect(new Set(found.map((block) => block.seats.join())).size).toBe(found.length)
    const best = expected[0]
    if (best !== undefined) expect(found[0]?.score ?? Infinity).toBeLessThanOrEqual(best.score + NEAR_EQUAL + 1e-9)
  },
)

describe('findBlocks', () => {
  test('[A3] an orphan costs points, never a booking', () => {
    const { hall, states } = scene([plainRow('1000111')])
    expect(findBlocks(hall, { states }, { count: 2 }, 1, () => 0)[0]?.seats).toBeDefined()
  })

  test('[A4] a rush of the same wish spreads over several blocks', () => {
    const { hall, states } = scene(Array.from({ length: 6 }, () => plainRow('0'.repeat(14))))
    const chosen = new Set(
      Array.from({ length: 200 }, () => findBlocks(hall, { states }, { count: 2 }, 1, Math.random)[0]?.seats.join()),
    )
    expect(chosen.size).toBeGreaterThan(5)
  })

  test('seats of my own count as free when I replace my hold', () => {
    const { hall, states } = scene([plainRow('1110')])
    expect(findBlocks(hall, { states }, { count: 3 }, 1, Math.random)).toEqual([])
    const own = new Set([1, 2])
    expect(findBlocks(hall, { states, own }, { count: 3 }, 1, Math.random)[0]?.seats).toEqual([1, 2, 3])
  })
})

describe('findAlternatives', () => {
  test.prop([rows, fc.array(fc.nat(80), { minLength: 1, maxLength: 5 })], { numRuns: 1_000 })(
    'same size, same zones, free, no seat twice, at most three',
    (hallRows, picks) => {
      const { hall, states } = scene(hallRows)
      const wanted = [...new Set(picks.map((pick) => pick % hall.seatCount))]
      const zones = (seats: readonly number[]): number[] =>
        seats.map((s) => hall.zone[s] ?? -1).toSorted((a, b) => a - b)
      const offers = findAlternatives(hall, { states }, wanted, Math.random)
      expect(offers.length).toBeLessThanOrEqual(3)
      for (const offer of offers) {
        expect(new Set(offer).size).toBe(wanted.length)
        expect(zones(offer)).toEqual(zones(wanted))
        expect(offer.every((s) => states[s] === 0)).toBe(true)
      }
      expect(new Set(offers.flat()).size).toBe(offers.flat().length)
    },
  )

  test('the nearest block comes first', () => {
    const { hall, states } = scene([plainRow('11110000'), plainRow('11111100'), plainRow('11111111')])
    expect(findAlternatives(hall, { states }, [2, 3], () => 0.99)[0]).toEqual([4, 5])
  })

  const middle = (hall: Hall, seats: readonly number[]) => ({
    x: seats.reduce((sum, s) => sum + (hall.x[s] ?? 0), 0) / seats.length,
    y: seats.reduce((sum, s) => sum + (hall.y[s] ?? 0), 0) / seats.length,
  })
  test.prop([fc.integer({ min: 1, max: 4 }), fc.nat(79), fc.array(fc.nat(79), { maxLength: 40 })])(
    'three lists, by distance to what was wanted, and none could have been much nearer',
    (count, first, gone) => {
      const { hall, states } = scene(Array.from({ length: 8 }, () => plainRow('0'.repeat(10))))
      for (const s of [first, ...gone]) states[s] = 1
      const start = Math.min(first, Math.floor(first / 10) * 10 + 10 - count)
      const wanted = Array.from({ length: count }, (_, place) => start + place)
      const near = middle(hall, wanted)
      const away = (seats: readonly number[]): number =>
        seats.reduce((sum, s) => sum + Math.hypot((hall.x[s] ?? 0) - near.x, (hall.y[s] ?? 0) - near.y), 0) / count
      const distances = findAlternatives(hall, { states }, wanted, Math.random).map(away)
      expect(distances).toEqual(distances.toSorted((a, b) => a - b))
      const all = bestBlocks(hall, { states }, { count, near, orphans: 'ignored' })
      if (all[0] !== undefined) expect(distances[0]).toBeLessThanOrEqual(all[0].score + 0.5)
    },
  )

  test('both free neighbours of a single seat are offered before anything farther, though one leaves an orphan', () => {
    const { hall, states } = scene([plainRow('00000000'), plainRow('11010100'), plainRow('00000000')])
    states[8 + 3] = 0
    states[8 + 4] = 1
    states[8 + 2] = 0
    for (let time = 0; time < 50; time += 1) {
      const [one, other, third] = findAlternatives(hall, { states: states.with(8 + 5, 0) }, [8 + 4], Math.random)
      expect([one, other]).toEqual(expect.arrayContaining([[8 + 3], [8 + 5]]))
      expect(third).toHaveLength(1)
    }
  })

  test('seats of my own among the wanted stay in every list; only the others are replaced', () => {
    const { hall, states } = scene([plainRow('00110000'), plainRow('00000000')])
    const offers = findAlternatives(hall, { states, own: new Set([2]) }, [2, 3], Math.random)
    expect(offers.slice(0, 2)).toEqual(expect.arrayContaining([[2, 4]]))
    for (const [kept, replacement] of offers) expect([kept, states[replacement ?? 2]]).toEqual([2, 0])
    // Two zones: no block, but the nearest single seats.
    const apart = scene([plainRow('01'), plainRow('10')])
    expect(findAlternatives(apart.hall, { states: apart.states, own: new Set([1]) }, [1, 2], Math.random)).toEqual(
      expect.arrayContaining([[1, 3]]),
    )
  })
})

describe('findSplit', () => {
  test('[A5] a party too large for any row is split over near rows, nobody alone', () => {
    const { hall, states } = scene([plainRow('1000111'), plainRow('1001111')])
    const split = findSplit(hall, { states }, { count: 5 })
    expect(split?.map((part) => part.length)).toEqual([3, 2])
  })

  test('[A5] boxes of two seat a party of six three times two', () => {
    const { hall, states } = scene([plainRow('00'), plainRow('00'), plainRow('00'), plainRow('00')])
    const split = findSplit(hall, { states }, { count: 6 })
    expect(split?.map((part) => part.length)).toEqual([2, 2, 2])
  })

  test('no split where too few seats are free', () => {
    const { hall, states } = scene([plainRow('1011'), plainRow('1111')])
    expect(findSplit(hall, { states }, { count: 2 })).toBeUndefined()
  })
})
