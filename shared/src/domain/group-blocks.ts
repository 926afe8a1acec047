import { type BlockWish, findBlocks, NEAR_EQUAL, ORPHAN_PENALTY, type SeatsNow } from './blocks.ts'
import type { Hall } from './hall.ts'
import type { SeatIndex } from './ids.ts'
import { SeatState } from './seat-state.ts'
import { rowContacts, type RowContacts } from './touching-rows.ts'

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
 * else, with consent, shapes over two rows that touch: again those that contain its seats first. Its present block is none.
 */
export function blockCandidates(
  hall: Hall,
  now: SeatsNow,
  search: GroupSearch,
  limit: number,
  random: () => number,
): GroupBlock[] {
  const { present, size, wish, allowsSplit } = search
  const mine = new Set([...(now.own ?? []), ...present])
  const own: SeatsNow = { states: now.states, ...(mine.size > 0 && { own: mine }) }
  const inOneRow = (more: Partial<BlockWish>): GroupBlock[] =>
    findBlocks(hall, own, { count: size, ...more }, limit, random).map(({ seats }) => ({ seats, isSplit: false }))
  const shapes = (around: readonly SeatIndex[], more: GroupSearch['wish']): GroupBlock[] =>
    allowsSplit && wish.accessible !== true
      ? shapesOverTwoRows(hall, own, { count: size, around, ...more }).map((seats) => ({ seats, isSplit: true }))
      : []
  // What it has was good enough: beside it the wish for a zone or a section does not count.
  const { zone: _, section: __, ...beside } = wish
  const isAround = present.length > 0 && present.length <= size
  const others = (candidates: readonly GroupBlock[]): GroupBlock[] => {
    const seen = new Set([keyOf(present)])
    return candidates.filter(({ seats }) => !seen.has(keyOf(seats)) && seen.add(keyOf(seats))).slice(0, limit)
  }
  const rows = others([...(isAround ? inOneRow({ ...beside, around: present }) : []), ...inOneRow(wish)])
  // Whoever finds all of these taken searches anew: nobody is split, and nothing searched for, while there is one row left.
  return rows.length > 0 ? rows : others([...(isAround ? shapes(present, beside) : []), ...shapes([], wish)])
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
 * wholly free, in one zone, best first; the first is at most NEAR_EQUAL worse than any. Nobody sits alone in a row where
 * there are four or more. Cost: one pass over the runs that can still be clearly better than the 32 best so far.
 */
export function shapesOverTwoRows(hall: Hall, now: SeatsNow, search: ShapeSearch): SeatIndex[][] {
  const { count, around } = search
  const { touching, reach, runOf, placeOf } = contactsOf(hall)
  const { order } = hall
  const free = freeStretches(hall, now, search, runOf)
  const must = new Set(around)
  const kept: { readonly seats: SeatIndex[]; readonly score: number }[] = []
  // What is not better than this by more than anybody can tell is not looked for.
  const enough = (): number => (kept.length < SHAPES_KEPT ? Infinity : (kept[SHAPES_KEPT - 1]?.score ?? 0) - NEAR_EQUAL)
  const offer = (seats: SeatIndex[], score: number): void => {
    const place = kept.findIndex((other) => other.score > score)
    kept.splice(place < 0 ? kept.length : place, 0, { seats, score })
    if (kept.length > SHAPES_KEPT) kept.pop()
  }
  const smallest = count < 4 ? 1 : 2
  const half = Math.ceil(count / 2)
  // For each place, the first place of the last window in front of or behind which it is.
  const touchedFrom = new Int32Array(hall.seatCount).fill(-1)

  const searchFrom = (start: number, run: number): void => {
    const zone = hall.zone[order[start] ?? 0]
    const longest = Math.min(free.from(start), count - smallest)
    const touched: number[] = []
    let distance = 0
    let nearest = Infinity
    for (let large = 1; large <= longest; large += 1) {
      const seat = order[start + large - 1] ?? 0
      const away = hall.distance[seat] ?? 0
      distance += away
      nearest = Math.min(nearest, away)
      for (const other of touching(seat)) {
        const place = placeOf[other] ?? 0
        if (touchedFrom[place] !== start) touched.push(place)
        touchedFrom[place] = start
      }
      const small = count - large
      if (large < half || (distance + small * (nearest - reach)) / count >= enough()) continue
      for (const first of touched) {
        if (free.from(first) < small || hall.zone[order[first] ?? 0] !== zone) continue
        // Two equal parts are found from either side: once is enough.
        if (small === large && (runOf[order[first] ?? 0] ?? 0) < run) continue
        let touches = 1
        while (touches < small && touchedFrom[first + touches] === start) touches += 1
        if (touches < small) continue
        const seats = [...order.subarray(start, start + large), ...order.subarray(first, first + small)]
        if (must.size > 0 && seats.filter((one) => must.has(one)).length < must.size) continue
        const orphans = orphansAt(hall, now, runOf, start, large) + orphansAt(hall, now, runOf, first, small)
        const mean = seats.reduce((sum, one) => sum + (hall.distance[one] ?? 0), 0) / count
        offer(seats, mean + orphans * ORPHAN_PENALTY)
      }
    }
  }

  // Every part of a shape around a seat is in that seat's run or in one that touches it.
  const near = new Set(around.flatMap((seat) => [seat, ...touching(seat)]).map((seat) => runOf[seat] ?? 0))
  const runs = near.size > 0 ? [...near].toSorted((a, b) => a - b) : hall.runBest.keys()
  for (const run of runs) {
    // Runs ascend by their best distance: once none of one can be better, none of the rest can.
    if ((hall.runBest[run] ?? 0) - reach / 2 >= enough()) break
    if (free.longestIn(run) < half) continue
    const to = (hall.runStart[run + 1] ?? 0) - half
    for (let start = hall.runStart[run] ?? 0; start <= to; start += 1)
      if (free.from(start) >= half) searchFrom(start, run)
  }
  return kept.map(({ seats }) => seats)
}

interface FreeStretches {
  /** Seats of the longest in this run. */
  longestIn(run: number): number
  /** Seats from this place in `hall.order` on. */
  from(place: number): number
}

/** Neighbours of one zone that may be in a shape. Counted run by run, when asked. */
function freeStretches(hall: Hall, now: SeatsNow, wish: GroupWish, runOf: Int32Array): FreeStretches {
  const { order, runStart, zone } = hall
  const { states, own } = now
  const length = new Uint16Array(hall.seatCount)
  const longest = new Int16Array(hall.runBest.length).fill(-1)
  const count = (run: number): number => {
    let most = 0
    let behind = 0
    const from = runStart[run] ?? 0
    for (let place = (runStart[run + 1] ?? 0) - 1; place >= from; place -= 1) {
      const seat = order[place] ?? 0
      // Most are not free in a hall where this takes long.
      if ((states[seat] !== SeatState.free && own?.has(seat) !== true) || !isFor(hall, now, wish, seat)) {
        behind = 0
        continue
      }
      behind = behind > 0 && zone[order[place + 1] ?? 0] === zone[seat] ? behind + 1 : 1
      length[place] = behind
      if (behind > most) most = behind
    }
    longest[run] = most
    return most
  }
  const longestIn = (run: number): number => {
    const known = longest[run] ?? 0
    return known < 0 ? count(run) : known
  }
  return { longestIn, from: (place) => (longestIn(runOf[order[place] ?? 0] ?? 0) > 0 ? (length[place] ?? 0) : 0) }
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
