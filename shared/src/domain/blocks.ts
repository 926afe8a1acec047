import type { Hall } from './hall.ts'
import type { SeatIndex } from './ids.ts'
import { SeatState } from './seat-state.ts'

/** What a block search may look at: the states of all seats, and seats to be treated as free (the asker's own, when replacing). */
export interface SeatsNow {
  readonly states: Uint8Array
  readonly own?: ReadonlySet<SeatIndex>
}

export interface BlockWish {
  /** Seats in the block, at least 1. */
  readonly count: number
  /** Only this zone (its number); without it any zone, but a block never mixes two (A2). */
  readonly zone?: number
  readonly section?: number
  /** Rank by the distance to this point (seat widths) instead of to the stage. */
  readonly near?: { readonly x: number; readonly y: number }
  /** The block must contain an accessible place. Without it accessible places are left alone (A6). */
  readonly accessible?: boolean
  /** `ignored`: rank by distance alone. Default: an orphan costs points (A3). */
  readonly orphans?: 'ignored'
  /** Seats the block must not contain. */
  readonly without?: ReadonlySet<SeatIndex>
  /** Seats the block must contain, at least one. */
  readonly around?: readonly SeatIndex[]
}

export interface Block {
  readonly seats: readonly SeatIndex[]
  /** Mean distance in seat widths plus penalties: lower is better. */
  readonly score: number
}

/** What one orphan costs, seat widths. Source: a guess: people accept a row or two further back. */
export const ORPHAN_PENALTY = 3
/** What taking a companion's seat without needing it costs, seat widths. Source: a guess: as far back as there are others. */
export const COMPANION_PENALTY = 1_000
/** What each accessible place beyond the first costs, seat widths. Source: as for companions. */
const SPARE_ACCESSIBLE_PENALTY = 1_000
/** Blocks whose scores differ by less are near-equal, seat widths. Source: a guess: nobody tells three seats apart. */
export const NEAR_EQUAL = 3
/** Blocks kept while searching, from which candidates are chosen. Source: load-tests/bench/blocks.ts: the cost is flat to 64. */
const KEPT = 64

/**
 * The best blocks of `wish.count` neighbours in one run, wholly free, in one zone (A2): near-equals of the best in random
 * order (A4), then the others by score; blocks that share no seat come first, so that losing one rarely loses the next.
 * Cost: one pass over the runs that can still be better than the 64 best so far.
 */
export function findBlocks(hall: Hall, now: SeatsNow, wish: BlockWish, limit: number, random: () => number): Block[] {
  const best = bestBlocks(hall, now, wish)
  const first = best[0]
  if (first === undefined) return []
  const nearEqual = best.filter((block) => block.score <= first.score + NEAR_EQUAL)
  shuffle(nearEqual, random)
  return disjointFirst([...nearEqual, ...best.slice(nearEqual.length)]).slice(0, limit)
}

/** The KEPT best blocks by ascending score; among equals in order of search. */
export function bestBlocks(hall: Hall, now: SeatsNow, wish: BlockWish): Block[] {
  const kept: { start: number; score: number }[] = []
  const offer = (start: number, score: number): void => {
    if (kept.length === KEPT && score >= (kept[KEPT - 1]?.score ?? 0)) return
    let place = kept.length
    while (place > 0 && (kept[place - 1]?.score ?? 0) > score) place -= 1
    kept.splice(place, 0, { start, score })
    if (kept.length > KEPT) kept.pop()
  }
  const order = wish.near === undefined ? undefined : runsByDistance(hall, wish.near)
  const around = wish.around?.map((seat) => hall.order.indexOf(seat))
  const starts = around && { from: Math.max(...around) - wish.count + 1, to: Math.min(...around) }
  for (let place = 0; place < hall.runBest.length; place += 1) {
    const run = order?.[place] ?? place
    const from = hall.runStart[run] ?? 0
    const to = hall.runStart[run + 1] ?? 0
    // Runs ascend by their best distance: once one cannot be better, none of the rest can.
    if (kept.length === KEPT && lowerBound(hall, run, wish) >= (kept[KEPT - 1]?.score ?? 0)) break
    if (to - from < wish.count) continue
    if (wish.section !== undefined && hall.section[hall.order[from] ?? 0] !== wish.section) continue
    if (starts === undefined) searchRun(hall, now, wish, from, to, offer)
    else if (starts.to >= from && starts.from + wish.count <= to)
      searchRun(hall, now, wish, from, to, (start, score) => {
        if (start >= starts.from && start <= starts.to) offer(start, score)
      })
  }
  return kept.map(({ start, score }) => ({ seats: Array.from(hall.order.subarray(start, start + wish.count)), score }))
}

/** No block of the run has a lower score than this. */
const lowerBound = (hall: Hall, run: number, wish: BlockWish): number =>
  wish.near === undefined ? (hall.runBest[run] ?? 0) : distanceToRun(hall, run, wish.near)

/** From the point to the run's bounding box: 0 inside. */
function distanceToRun(hall: Hall, run: number, near: { readonly x: number; readonly y: number }): number {
  const box = (corner: number): number => hall.runBox[run * 4 + corner] ?? 0
  const dx = Math.max(box(0) - near.x, 0, near.x - box(2))
  const dy = Math.max(box(1) - near.y, 0, near.y - box(3))
  return Math.sqrt(dx * dx + dy * dy)
}

/** The nearest runs first. */
function runsByDistance(hall: Hall, near: { readonly x: number; readonly y: number }): Uint32Array {
  const distance = Float64Array.from(hall.runBest, (_, run) => distanceToRun(hall, run, near))
  return Uint32Array.from(distance.keys()).toSorted((a, b) => (distance[a] ?? 0) - (distance[b] ?? 0))
}

/** Offers every block of one run: each window inside each stretch of free seats. */
function searchRun(
  hall: Hall,
  now: SeatsNow,
  wish: BlockWish,
  from: number,
  to: number,
  offer: (start: number, score: number) => void,
): void {
  let stretch = from
  while (stretch < to) {
    if (!isFree(now, wish, hall.order[stretch] ?? 0)) {
      stretch += 1
      continue
    }
    let end = stretch + 1
    while (end < to && isFree(now, wish, hall.order[end] ?? 0)) end += 1
    for (let start = stretch; start + wish.count <= end; start += 1) {
      const cost = windowCost(hall, wish, start)
      if (cost === undefined) continue
      const orphans = (start - stretch === 1 ? 1 : 0) + (end - start - wish.count === 1 ? 1 : 0)
      offer(start, cost + (wish.orphans === 'ignored' ? 0 : orphans * ORPHAN_PENALTY))
    }
    stretch = end
  }
}

function isFree(now: SeatsNow, wish: BlockWish, seat: SeatIndex): boolean {
  if (now.states[seat] !== SeatState.free && now.own?.has(seat) !== true) return false
  return wish.without?.has(seat) !== true
}

/** Mean distance plus what taking kept places costs; undefined where the window does not fit the wish. */
function windowCost(hall: Hall, wish: BlockWish, start: number): number | undefined {
  const zone = wish.zone ?? hall.zone[hall.order[start] ?? 0]
  let distance = 0
  let accessible = 0
  let companions = 0
  for (let place = start; place < start + wish.count; place += 1) {
    const seat = hall.order[place] ?? 0
    if (hall.zone[seat] !== zone) return undefined
    if (hall.accessible[seat] === 1) accessible += 1
    else if (hall.companion[seat] === 1) companions += 1
    distance +=
      wish.near === undefined
        ? (hall.distance[seat] ?? 0)
        : Math.hypot((hall.x[seat] ?? 0) - wish.near.x, (hall.y[seat] ?? 0) - wish.near.y)
  }
  const mean = distance / wish.count
  if (wish.accessible === true) return accessible === 0 ? undefined : mean + (accessible - 1) * SPARE_ACCESSIBLE_PENALTY
  return accessible > 0 ? undefined : mean + companions * COMPANION_PENALTY
}

function shuffle(list: Block[], random: () => number): void {
  for (let last = list.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1))
    const swapped = list[last] as Block
    list[last] = list[other] as Block
    list[other] = swapped
  }
}

/** In order, but blocks that share a seat with an earlier one go to the end. */
function disjointFirst(blocks: readonly Block[]): Block[] {
  const taken = new Set<SeatIndex>()
  const disjoint: Block[] = []
  const overlapping: Block[] = []
  for (const block of blocks) {
    if (block.seats.some((seat) => taken.has(seat))) overlapping.push(block)
    else {
      disjoint.push(block)
      for (const seat of block.seats) taken.add(seat)
    }
  }
  return [...disjoint, ...overlapping]
}
