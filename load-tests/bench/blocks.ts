import { findAlternatives, findSplit } from '@seatcast/shared/domain/alternatives.ts'
import { findBlocks } from '@seatcast/shared/domain/blocks.ts'
import type { SeatsNow } from '@seatcast/shared/domain/free-stretches.ts'
import { blockCandidates, type GroupSearch } from '@seatcast/shared/domain/group-blocks.ts'
import { prepareHall } from '@seatcast/shared/domain/hall.ts'
import type { Layout } from '@seatcast/shared/domain/layout.ts'
import { contactsOf } from '@seatcast/shared/domain/touching-rows.ts'
import { shapesOverTwoRows } from '@seatcast/shared/domain/two-row-shapes.ts'

/** Searches before the first that counts, by kind: until then the engine compiles. Source: no faster after 200 more. */
const WARM_UP = 200
/** Times that each search is repeated; the quickest counts. Source: a guess: what is interrupted every time is rare. */
const REPEATS = 5
/** So many halls with other seats taken: some searches have no wish that could differ. */
const HALLS = 5

type Figure = readonly [name: string, micros: number]

/**
 * What the block search costs on a synthetic hall of `seatCount` seats, `takenShare` of them taken at random. µs of CPU
 * time: of each of the different searches the quickest repeat, so that what else the machine does is not counted; `mean`
 * is the CPU time of all repeats by the process's own account, what it compiles and collects meanwhile included.
 */
export function measureBlockSearch(seatCount: number, takenShare: number, searches: number): Record<string, number> {
  const layout = syntheticHall(seatCount)
  const hall = prepareHall(layout, new Uint8Array(seatCount))
  const taken = Array.from({ length: HALLS }, () => ({
    states: Uint8Array.from({ length: seatCount }, () => (Math.random() < takenShare ? 1 : 0)),
  }))
  const upTo = (end: number): number => Math.floor(Math.random() * end)
  const party = (): number => 1 + upTo(6)
  const near = (): { x: number; y: number } => {
    const seat = upTo(seatCount)
    return { x: hall.x[seat] ?? 0, y: hall.y[seat] ?? 0 }
  }
  /** So many neighbours of one row, or as many as are left of it. */
  const wanted = (count: number): number[] => {
    const seats = [upTo(seatCount)]
    while (seats.length < count) seats.push(layout.seats.next[seats.at(-1) ?? 0] ?? -1)
    return seats.filter((seat) => seat >= 0)
  }
  const measured = [
    measure('best block', searches, taken, (now) => {
      const wish = { count: party() }
      return () => findBlocks(hall, now, wish, 16, Math.random)
    }),
    measure('best block near a seat', searches, taken, (now) => {
      const wish = { count: party(), near: near() }
      return () => findBlocks(hall, now, wish, 16, Math.random)
    }),
    measure(
      'no block: 20 seats',
      searches,
      taken,
      (now) => () => findBlocks(hall, now, { count: 20 }, 16, Math.random),
    ),
    ...[2, 10].map((count) =>
      measure(`alternatives to ${count}`, searches, taken, (now) => {
        const seats = wanted(count)
        return () => findAlternatives(hall, now, seats, Math.random)
      }),
    ),
    measure('group of 2 to 7', searches, taken, (now) => {
      const group = groupOf(party() + 1)
      return () => blockCandidates(hall, now, group, 16, Math.random)
    }),
    // In the fullest hall there is neither a row nor a shape for them: nothing ends the search early.
    measure('group of 10', searches, taken, (now) => () => blockCandidates(hall, now, groupOf(10), 16, Math.random)),
    measure('shapes of 2 to 7 over two rows', searches, taken, (now) => {
      const search = { count: party() + 1, around: [] }
      return () => shapesOverTwoRows(hall, now, search)
    }),
    measure('split of 10', searches, taken, (now) => () => findSplit(hall, now, { count: 10 })),
  ]
  return Object.fromEntries([...firstSearch(layout, taken), ...measured.flat()])
}

const groupOf = (size: number): GroupSearch => ({ present: [], size, wish: {}, allowsSplit: true })

/** What a worker that knows other halls pays when it opens a new one, and for the first shape that is asked for in it. */
function firstSearch(layout: Layout, taken: readonly SeatsNow[]): Figure[] {
  const zone = new Uint8Array(layout.seats.x.length)
  const firsts = taken
    .flatMap((now) => [now, now])
    .map((now) => {
      let hall = prepareHall(layout, zone)
      const opening = wallMicros(() => {
        hall = prepareHall(layout, zone)
        contactsOf(hall)
      })
      return { opening, shape: wallMicros(() => shapesOverTwoRows(hall, now, { count: 5, around: [] })) }
    })
  return [
    ['a hall opened: µs', Math.round(Math.min(...firsts.map(({ opening }) => opening)))],
    ['its first shape: µs', Math.round(Math.min(...firsts.map(({ shape }) => shape)))],
  ]
}

/** `draw` gives one search with its random wish. */
function measure(
  name: string,
  searches: number,
  taken: readonly SeatsNow[],
  draw: (now: SeatsNow) => () => unknown,
): Figure[] {
  const nth = (search: number): (() => unknown) => draw(taken[search % taken.length] as SeatsNow)
  for (let search = 0; search < WARM_UP; search += 1) nth(search)()
  const before = process.cpuUsage()
  const micros = Array.from({ length: searches }, (_, place) => {
    const search = nth(place)
    return Math.min(...Array.from({ length: REPEATS }, () => wallMicros(search)))
  }).toSorted((a, b) => a - b)
  const { user, system } = process.cpuUsage(before)
  const at = (share: number): number => Math.round(micros[Math.min(searches - 1, Math.floor(searches * share))] ?? 0)
  return [
    [`${name}: mean µs`, Math.round((user + system) / searches / REPEATS)],
    [`${name}: p50 µs`, at(0.5)],
    [`${name}: p99 µs`, at(0.99)],
    [`${name}: max µs`, at(1)],
  ]
}

function wallMicros(work: () => unknown): number {
  const start = process.hrtime.bigint()
  work()
  return Number(process.hrtime.bigint() - start) / 1_000
}

const rowOf = (seat: number): number => Math.floor(seat / 25)
const sectionOf = (seat: number): number => Math.floor(seat / 1_000)

/** Rows of 25 seats, 40 rows a section, sections in a ring of arcs around the focus. */
function syntheticHall(seatCount: number): Layout {
  const index = Array.from({ length: seatCount }, (_, seat) => seat)
  const sections = Math.ceil(seatCount / 1_000)
  const angle = (seat: number): number => ((sectionOf(seat) + (seat % 25) / 30) / sections) * 2 * Math.PI
  const radius = (seat: number): number => 5_000 + (rowOf(seat) % 40) * 90
  return {
    name: 'synthetic',
    unit: 'cm',
    seatSize: 50,
    focus: [0, 0],
    sections: Array.from({ length: sections }, (_, id) => ({ id, name: String(id), outline: [] })),
    categories: [{ id: 0, name: 'A', color: '#888888' }],
    seats: {
      section: index.map(sectionOf),
      row: index.map((seat) => String(rowOf(seat) % 40)),
      number: index.map((seat) => String((seat % 25) + 1)),
      x: index.map((seat) => Math.round(Math.cos(angle(seat)) * radius(seat))),
      y: index.map((seat) => Math.round(Math.sin(angle(seat)) * radius(seat))),
      category: index.map(() => 0),
      accessible: index.map(() => 0 as const),
      next: index.map((seat) => (seat % 25 === 24 || seat === seatCount - 1 ? -1 : seat + 1)),
    },
    shapes: [],
  }
}
