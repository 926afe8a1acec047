import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { NEAR_EQUAL } from './blocks.ts'
import { blockCandidates, type GroupSearch } from './group-blocks.ts'
import { type Hall, prepareHall, zoneOfSeats } from './hall.ts'
import type { Layout } from './layout.ts'
import { rowContacts } from './touching-rows.ts'
import { shapesOverTwoRows } from './two-row-shapes.ts'

/** A row: its seats' states ('-': an aisle), how far it is moved to the right in seat widths, how far behind the row before. */
interface Row {
  readonly states: string
  readonly shift?: number
  readonly depth?: number
}

/** Rows behind each other, seats 50 cm wide, the focus in front. One section, one zone; 'B' is a free seat of another zone. */
function scene(rows: readonly Row[]): { hall: Hall; states: Uint8Array; layout: Layout } {
  let y = 0
  const flat = rows.flatMap(({ states, shift = 0, depth = 90 }, row) => {
    y += depth
    return Array.from(states, (state, x) => ({
      state,
      x: (x + shift) * 50,
      y,
      row,
      isLast: states[x + 1] === '-' || x === states.length - 1,
    }))
  })
  const seats = flat.filter(({ state }) => state !== '-')
  const layout: Layout = {
    name: 'test',
    unit: 'cm',
    seatSize: 50,
    focus: [200, -300],
    sections: [{ id: 0, name: 'Stalls', outline: [] }],
    categories: [
      { id: 0, name: 'A', color: '#aa0000' },
      { id: 1, name: 'B', color: '#0000aa' },
    ],
    seats: {
      section: seats.map(() => 0),
      row: seats.map(({ row }) => String(row)),
      number: seats.map(({ x }) => String(x)),
      x: seats.map(({ x }) => x),
      y: seats.map((seat) => seat.y),
      category: seats.map(({ state }) => (state === 'B' ? 1 : 0)),
      accessible: seats.map(({ state }) => (state === 'W' ? 1 : 0)),
      next: seats.map(({ isLast }, index) => (isLast ? -1 : index + 1)),
    },
    shapes: [],
  }
  return {
    layout,
    hall: prepareHall(layout, zoneOfSeats(layout, [{ categories: [0] }, { categories: [1] }])),
    states: Uint8Array.from(seats, ({ state }) => (state === 'B' || state === 'W' ? 0 : Number(state))),
  }
}

const sorted = (seats: readonly number[]): string => seats.toSorted((a, b) => a - b).join()
const runsIn = (layout: Layout, seats: readonly number[]): number[][] => {
  const inside = new Set(seats)
  const starts = seats.filter((seat) => !seats.some((other) => layout.seats.next[other] === seat))
  return starts.map((first) => {
    const run: number[] = []
    for (let seat = first; inside.has(seat); seat = layout.seats.next[seat] ?? -1) run.push(seat)
    return run
  })
}

/** By definition, in a hall of straight rows: the rows follow each other without a way, the seats are at most 3/4 aside. */
function touch({ seats }: Layout, a: number, b: number): boolean {
  const depth = Math.abs((seats.y[a] ?? 0) - (seats.y[b] ?? 0))
  return depth > 0 && depth < 140 && Math.abs((seats.x[a] ?? 0) - (seats.x[b] ?? 0)) <= 37.5
}

/** Every shape there is, by definition G5: each pair of windows. */
function allShapes(
  { layout, states }: { layout: Layout; states: Uint8Array },
  count: number,
  own: ReadonlySet<number>,
): Set<string> {
  const { next, accessible, category } = layout.seats
  const windows = (size: number): number[][] =>
    next.flatMap((_, first) => {
      const seats: number[] = []
      for (let seat = first; seat >= 0 && seats.length < size; seat = next[seat] ?? -1) seats.push(seat)
      const beside = (seat: number) => accessible[next[seat] ?? -1] === 1 || accessible[next.indexOf(seat)] === 1
      const good = seats.every(
        (seat) => (states[seat] === 0 && accessible[seat] === 0 && !beside(seat)) || own.has(seat),
      )
      return seats.length === size && good ? [seats] : []
    })
  const shapes = new Set<string>()
  for (let large = Math.ceil(count / 2); large <= count - (count < 4 ? 1 : 2); large += 1)
    for (const front of windows(large))
      for (const behind of windows(count - large)) {
        const oneZone = new Set([...front, ...behind].map((seat) => category[seat])).size === 1
        if (oneZone && behind.every((seat) => front.some((other) => touch(layout, seat, other))))
          shapes.add(sorted([...front, ...behind]))
      }
  return shapes
}

const state = fc.constantFrom('0', '0', '0', '0', '1', '3', '-', 'B', 'W')
const rows = fc.array(
  fc.record({
    states: fc.array(state, { minLength: 1, maxLength: 9 }).map((list) => `0${list.join('')}`),
    shift: fc.constantFrom(0, 0, 0.5, 0.7, 3),
    depth: fc.constantFrom(90, 90, 90, 90, 90, 200),
  }),
  { minLength: 2, maxLength: 5 },
)
/** More usual rows than of any other depth: the depth of a row is known. */
const plain: Row[] = Array.from({ length: 6 }, () => ({ states: '3'.repeat(20) }))
const RUNS = Number(process.env['BLOCK_RUNS'] ?? 4_000) / 4

test.prop([rows, fc.integer({ min: 2, max: 7 }), fc.array(fc.nat(60), { maxLength: 3 })], { numRuns: RUNS })(
  '[G5] shapes over two rows are those of brute force: free, one zone, really in front of or behind each other',
  (hallRows, count, picks) => {
    const halls = scene([...hallRows, ...plain])
    const own = new Set(picks.map((pick) => pick % halls.hall.seatCount))
    const all = allShapes(halls, count, own)
    const found = shapesOverTwoRows(halls.hall, { states: halls.states, own }, { count, around: [] }).map(sorted)
    expect(found.length).toBe(Math.min(32, all.size))
    expect(new Set(found).size).toBe(found.length)
    for (const shape of found) expect(all).toContain(shape)
  },
)

test.prop(
  [fc.array(fc.constantFrom('0', '0', '1'), { minLength: 160, maxLength: 160 }), fc.integer({ min: 3, max: 7 })],
  {
    numRuns: RUNS / 20,
  },
)(
  '[G5] where there are more shapes than are kept, the first is as good as any, up to what nobody can tell',
  (list, count) => {
    const halls = scene(
      Array.from({ length: 8 }, (_, row) => ({ states: list.slice(row * 20, row * 20 + 20).join('') })),
    )
    const { hall, layout, states } = halls
    const { next } = layout.seats
    const score = (seats: readonly number[]): number => {
      const inside = new Set(seats)
      const isLeft = (seat: number) => states[seat] === 0 && !inside.has(seat)
      const beside = seats.flatMap((seat) => [
        [next[seat] ?? -1, next[next[seat] ?? -1] ?? -1],
        [next.indexOf(seat), next.indexOf(next.indexOf(seat))],
      ])
      const orphans = beside.filter(([near = -1, far = -1]) => isLeft(near) && states[far] !== 0).length
      return seats.reduce((sum, seat) => sum + (hall.distance[seat] ?? 0), 0) / count + orphans * 3
    }
    const all = [...allShapes(halls, count, new Set())].map((shape) => score(shape.split(',').map(Number)))
    const [first] = shapesOverTwoRows(hall, { states }, { count, around: [] })
    if (first === undefined) expect(all).toEqual([])
    else expect(score(first)).toBeLessThanOrEqual(Math.min(...all) + NEAR_EQUAL)
  },
)

test.prop([rows, fc.integer({ min: 2, max: 6 }), fc.boolean(), fc.integer({ min: 0, max: 5 }), fc.nat(60)], {
  numRuns: RUNS,
})(
  '[G4, G6] candidates: beside the present seats first, then anew; one row before two; two rows only with consent',
  (hallRows, size, allowsSplit, presentSize, pick) => {
    const { hall, states, layout } = scene([...hallRows, ...plain])
    const present: number[] = []
    for (
      let seat = pick % hall.seatCount;
      seat >= 0 && present.length < presentSize;
      seat = layout.seats.next[seat] ?? -1
    )
      if (layout.seats.accessible[seat] === 0) present.push(seat)
    const search: GroupSearch = { present, size, wish: {}, allowsSplit }
    const found = blockCandidates(hall, { states }, search, 1_000, Math.random)
    const rank = ({ seats, isSplit }: (typeof found)[number]): number => {
      const keeps = present.length > 0 && present.every((seat) => seats.includes(seat))
      return (isSplit ? 2 : 0) + (keeps ? 0 : 1)
    }
    const isFree = (seat: number) => states[seat] === 0 || present.includes(seat)
    for (const { seats, isSplit } of found) {
      expect(seats).toHaveLength(size)
      expect(seats.every(isFree)).toBe(true)
      expect(sorted(seats)).not.toBe(sorted(present))
      expect(runsIn(layout, seats)).toHaveLength(isSplit ? 2 : 1)
      if (isSplit) expect(allowsSplit).toBe(true)
    }
    const around = present.length <= size ? found.map(rank) : found.map(({ isSplit }) => (isSplit ? 1 : 0))
    // Those anew may contain the present seats by chance: they are told by their place only.
    const firsts = [0, 1, 2, 3].map((kind) => around.indexOf(kind)).filter((place) => place >= 0)
    expect(firsts).toEqual(firsts.toSorted((a, b) => a - b))
    expect(
      found
        .filter(({ isSplit }) => isSplit)
        .every((_, place, all) => found.indexOf(all[place] as never) >= found.length - all.length),
    ).toBe(true)
  },
)

describe('rows that touch', () => {
  const touching = (rowsOfHall: Row[], seat: number): number[] =>
    [...rowContacts(scene(rowsOfHall).hall).touching(seat)].toSorted((a, b) => a - b)

  test('[G5] straight rows: who sits directly in front and behind', () => {
    expect(touching([{ states: '0000' }, { states: '0000' }, { states: '0000' }], 5)).toEqual([1, 9])
  })

  test('[G5] rows set off by half a seat: both on either side', () => {
    expect(touching([{ states: '0000' }, { states: '0000', shift: 0.5 }, { states: '0000' }], 5)).toEqual([1, 2, 9, 10])
  })

  test('[G5] a way between rows parts them', () => {
    const rowsOfHall = [{ states: '0000' }, { states: '0000' }, { states: '0000' }, { states: '0000', depth: 200 }]
    expect(touching(rowsOfHall, 9)).toEqual([5])
  })

  test('[G5] across an aisle nobody is in front of anybody', () => {
    expect(touching([{ states: '00-00' }, { states: '--0--' }, { states: '00-00' }, { states: '00-00' }], 4)).toEqual(
      [],
    )
  })

  test('[G5] rows in a half circle touch along the whole bend', () => {
    const angles = Array.from({ length: 30 }, (_, step) => (step / 29) * Math.PI)
    const radii = [10, 11.8, 13.6]
    const { layout } = scene([{ states: '0' }])
    const seats = radii.flatMap((radius, row) =>
      angles.map((angle) => ({ x: Math.cos(angle) * radius * 50, y: Math.sin(angle) * radius * 50, row })),
    )
    const bent: Layout = {
      ...layout,
      focus: [0, 0],
      seats: {
        ...layout.seats,
        section: seats.map(() => 0),
        x: seats.map(({ x }) => x),
        y: seats.map(({ y }) => y),
        category: seats.map(() => 0),
        accessible: seats.map(() => 0),
        next: seats.map((_, seat) => (seat % 30 === 29 ? -1 : seat + 1)),
      },
    }
    const contacts = rowContacts(prepareHall(bent, zoneOfSeats(bent, [{ categories: [0] }])))
    for (let step = 0; step < 30; step += 1) {
      expect(contacts.touching(30 + step)).toContain(step)
      expect(contacts.touching(30 + step)).toContain(60 + step)
      expect(contacts.touching(step)).not.toContain(60 + step)
    }
  })
})

describe('a group that looks for a block', () => {
  const party = (size: number, present: number[], allowsSplit = false): GroupSearch => ({
    present,
    size,
    wish: {},
    allowsSplit,
  })
  const best = (rowsOfHall: Row[], search: GroupSearch) => {
    const { hall, states } = scene(rowsOfHall)
    return blockCandidates(hall, { states }, search, 16, Math.random)
  }

  test('[G6] the friend who joins gets the seat beside', () => {
    expect(best([{ states: '0000' }, { states: '0110' }], party(3, [5, 6]))[0]).toEqual({
      seats: expect.arrayContaining([5, 6]) as number[],
      isSplit: false,
    })
  })

  test('[G6] no seat beside: the block anew as a whole, its own seats free', () => {
    expect(
      best([{ states: '0000' }, { states: '1111' }], party(3, [5, 6]))
        .map(({ seats }) => sorted(seats))
        .toSorted(),
    ).toEqual(['0,1,2', '1,2,3'])
    expect(best([{ states: '1001' }, { states: '1111' }], party(3, [5, 6]))).toEqual([])
  })

  test('[G5] 3 + 2 behind, only with consent, and called split', () => {
    const rowsOfHall = [{ states: '10001' }, { states: '10011' }, { states: '11111' }, { states: '11111' }]
    expect(best(rowsOfHall, party(5, []))).toEqual([])
    expect(best(rowsOfHall, party(5, [], true))).toEqual([{ seats: [1, 2, 3, 6, 7], isSplit: true }])
  })
})
