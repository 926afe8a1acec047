import { type BlockWish, findBlocks, ORPHAN_PENALTY, type SeatsNow } from './blocks.ts'
import type { Hall } from './hall.ts'
import type { SeatIndex } from './ids.ts'
import { SeatState } from './seat-state.ts'
import { rowContacts, type RowContacts, ROWS_APART_MAX } from './touching-rows.ts'

/** What a group looks for. */
export interface GroupSearch {
  /** Seats it has. */
  readonly present: readonly SeatIndex[]
  readonly size: number
  readonly wish: Pick<BlockWish, 'zone' | 'section' | 'accessible' | 'without'>
  /** The group consents to a shape over two rows that touch (G5). */
  readonly allowsSplit: boolean
}

/** A whole block as it could be. */
export interface GroupBlock {
  readonly seats: readonly SeatIndex[]
  /** Over two rows that touch; never called adjacent. */
  readonly isSplit: boolean
}

/** Shapes over two rows kept while searching. Source: a guess: the script tries far fewer. */
const SHAPES_KEPT = 32

/**
 * Blocks for a group, best first (G4, G5, G6): those in one row that contain the seats it has, then others in one row,
 * then, with consent, shapes over two rows that touch: again those that contain its seats first. Its present block is none.
 */
export function blockCandidates(
  hall: Hall,
  now: SeatsNow,
  search: GroupSearch,
  limit: number,
  random: () => number,
): GroupBlock[] {
  const { present, size, wish, allowsSplit } = search
  const own: SeatsNow = { states: now.states, own: new Set([...(now.own ?? []), ...present]) }
  const inOneRow = (more: Partial<BlockWish>): GroupBlock[] =>
    findBlocks(hall, own, { count: size, ...more }, limit, random).map(({ seats }) => ({ seats, isSplit: false }))
  const shapes = (around: readonly SeatIndex[], more: GroupSearch['wish']): GroupBlock[] =>
    allowsSplit && wish.accessible !== true
      ? shapesOverTwoRows(hall, own, { count: size, around, ...more }).map((seats) => ({ seats, isSplit: true }))
      : []
  // What it has was good enough: beside it the wish for a zone or a section does not count.
  const { zone: _, section: __, ...beside } = wish
  const isAround = present.length > 0 && present.length <= size
  const candidates = [
    ...(isAround ? inOneRow({ ...beside, around: present }) : []),
    ...inOneRow(wish),
    ...(isAround ? shapes(present, beside) : []),
    ...shapes([], wish),
  ]
  const seen = new Set([keyOf(present)])
  return candidates.filter(({ seats }) => !seen.has(keyOf(seats)) && seen.add(keyOf(seats))).slice(0, limit)
}

const keyOf = (seats: readonly SeatIndex[]): string => seats.toSorted((a, b) => a - b).join()

interface ShapeSearch extends GroupWish {
  readonly count: number
  /** Seats the shape must contain. */
  readonly around: readonly SeatIndex[]
}
type GroupWish = GroupSearch['wish']

/**
 * Shapes of two runs of neighbours, the smaller with each of its seats directly in front of or behind one of the larger,
 * wholly free, in one zone, best first. Nobody sits alone in a row where there are four or more.
 */
export function shapesOverTwoRows(hall: Hall, now: SeatsNow, search: ShapeSearch): SeatIndex[][] {
  const { count, around } = search
  const { touching, runOf, placeOf } = contactsOf(hall)
  const free = freeStretches(hall, now, search, runOf)
  const must = new Set(around)
  // Every part of a shape around a seat is in that seat's run or in one that touches it.
  const nearRuns = new Set(around.flatMap((seat) => [seat, ...touching(seat)]).map((seat) => runOf[seat]))
  const kept: { readonly seats: SeatIndex[]; readonly score: number }[] = []
  const offer = (seats: SeatIndex[], score: number): void => {
    if (kept.length === SHAPES_KEPT && score >= (kept[SHAPES_KEPT - 1]?.score ?? 0)) return
    const place = kept.findIndex((other) => other.score > score)
    kept.splice(place < 0 ? kept.length : place, 0, { seats, score })
    if (kept.length > SHAPES_KEPT) kept.pop()
  }

  const smallest = count < 4 ? 1 : 2
  for (let large = count - smallest; large >= Math.ceil(count / 2); large -= 1) {
    const small = count - large
    for (let start = 0; start + large <= hall.seatCount; start += 1) {
      if ((free[start] ?? 0) < large) continue
      const run = runOf[hall.order[start] ?? 0] ?? 0
      if (must.size > 0 && !nearRuns.has(run)) continue
      // Runs ascend by their best distance: once no shape from here on can be better, none of the rest can.
      const worst = kept.length === SHAPES_KEPT ? (kept[SHAPES_KEPT - 1]?.score ?? Infinity) : Infinity
      if ((hall.runBest[run] ?? 0) - ROWS_APART_MAX >= worst) break
      const front = [...hall.order.subarray(start, start + large)]
      const places = new Set(front.flatMap((seat) => touching(seat)).map((seat) => placeOf[seat] ?? 0))
      for (const first of places) {
        const behind = hall.order[first] ?? 0
        if ((free[first] ?? 0) < small || hall.zone[behind] !== hall.zone[front[0] ?? 0]) continue
        // Two equal parts are found from either side: once is enough.
        if (small === large && (runOf[behind] ?? 0) < run) continue
        const seats = [...front, ...hall.order.subarray(first, first + small)]
        if (seats.slice(large).some((_, step) => !places.has(first + step))) continue
        if (must.size > 0 && seats.filter((seat) => must.has(seat)).length < must.size) continue
        const orphans = orphansAt(hall, now, runOf, start, large) + orphansAt(hall, now, runOf, first, small)
        const distance = seats.reduce((sum, seat) => sum + (hall.distance[seat] ?? 0), 0) / count
        offer(seats, distance + orphans * ORPHAN_PENALTY)
      }
    }
  }
  return kept.map(({ seats }) => seats)
}

/** By place in `hall.order`: how many seats from there on, of one run and one zone, may be in a shape. */
function freeStretches(hall: Hall, now: SeatsNow, wish: GroupWish, runOf: Int32Array): Uint16Array {
  const stretch = new Uint16Array(hall.seatCount)
  for (let place = hall.seatCount - 1; place >= 0; place -= 1) {
    const seat = hall.order[place] ?? 0
    if (!isFor(hall, now, wish, seat)) continue
    const right = hall.order[place + 1]
    const goesOn = right !== undefined && runOf[right] === runOf[seat] && hall.zone[right] === hall.zone[seat]
    stretch[place] = goesOn ? (stretch[place + 1] ?? 0) + 1 : 1
  }
  return stretch
}

/** Accessible places and their companions' are not for shapes (A6). */
function isFor(hall: Hall, now: SeatsNow, wish: GroupWish, seat: SeatIndex): boolean {
  if (!isFree(now, seat) || wish.without?.has(seat) === true) return false
  if (wish.zone !== undefined && hall.zone[seat] !== wish.zone) return false
  if (wish.section !== undefined && hall.section[seat] !== wish.section) return false
  return (hall.accessible[seat] === 0 && hall.companion[seat] === 0) || now.own?.has(seat) === true
}

const isFree = (now: SeatsNow, seat: SeatIndex): boolean =>
  now.states[seat] === SeatState.free || now.own?.has(seat) === true

/** Single free seats that a block in a run would leave beside it. */
function orphansAt(hall: Hall, now: SeatsNow, runOf: Int32Array, start: number, count: number): number {
  const run = runOf[hall.order[start] ?? 0]
  const free = (place: number): boolean => {
    const seat = hall.order[place]
    return seat !== undefined && runOf[seat] === run && isFree(now, seat)
  }
  const left = free(start - 1) && !free(start - 2) ? 1 : 0
  return left + (free(start + count) && !free(start + count + 1) ? 1 : 0)
}

const contacts = new WeakMap<Hall, RowContacts>()

/** Prepared once a hall, when a group first asks for a shape. */
export function contactsOf(hall: Hall): RowContacts {
  let known = contacts.get(hall)
  if (known === undefined) {
    known = rowContacts(hall)
    contacts.set(hall, known)
  }
  return known
}
