import { forStretches, freeSeats, hasStretch, type SeatsNow } from './free-stretches.ts'
import type { Hall } from './hall.ts'
import type { SeatIndex } from './ids.ts'
import { distanceToRun, nearestRuns, type Standpoint } from './nearest-runs.ts'

export interface BlockWish {
  /** Seats in the block, at least 1. */
  readonly count: number
  /** Only this zone (its number); without it any zone, but a block never mixes two (A2). */
  readonly zone?: number
  readonly section?: number
  /** Rank by the distance to this point (seat widths) instead of to the stage. */
  readonly near?: Standpoint
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

/** The best blocks by ascending score, at most so many; among equals in order of search. */
export function bestBlocks(hall: Hall, now: SeatsNow, wish: BlockWish, most = KEPT): Block[] {
  const { count, section, near, around = [] } = wish
  const kept = keepBest(most)
  const free = freeSeats(now, wish.without)
  const mustBe = around.map((seat) => hall.placeOf[seat] ?? 0)
  const firstStart = Math.max(0, ...mustBe.map((place) => place - count + 1))
  const lastStart = Math.min(hall.seatCount - count, ...mustBe)
  /** Offers every block of a stretch of free seats. */
  const offerFrom = (stretch: number, end: number): void => {
    const last = Math.min(end - count, lastStart)
    for (let start = Math.max(stretch, firstStart); start <= last; start += 1) {
      const cost = windowCost(hall, wish, start)
      if (cost === undefined) continue
      const orphans = (start - stretch === 1 ? 1 : 0) + (end - start - count === 1 ? 1 : 0)
      kept.offer(start, cost + (wish.orphans === 'ignored' ? 0 : orphans * ORPHAN_PENALTY))
    }
  }
  const next = runsFor(hall, free, wish)
  for (let run = next(); run >= 0; run = next()) {
    // Runs come by their best distance: once one cannot be better, none of the rest can.
    if ((near === undefined ? (hall.runBest[run] ?? 0) : distanceToRun(hall, run, near)) >= kept.worst()) break
    if (section === undefined || hall.section[hall.order[hall.runStart[run] ?? 0] ?? 0] === section)
      forStretches(hall, free, run, count, offerFrom)
  }
  return kept.all().map(({ start, score }) => ({ seats: [...hall.order.subarray(start, start + count)], score }))
}

/** The runs in which to look, best first; -1 behind the last. */
function runsFor(hall: Hall, free: Uint8Array, { count, near, around }: BlockWish): () => number {
  // Finding the nearest costs more than finding those with room.
  if (near !== undefined) return nearestRuns(hall, near, (run) => hasStretch(hall, free, run, count))
  const only = around?.[0] === undefined ? undefined : (hall.runOf[around[0]] ?? 0)
  let run = only ?? 0
  const end = only === undefined ? hall.runBest.length : only + 1
  return () => (run < end ? run++ : -1)
}

/** The so many lowest scores so far, ascending. */
function keepBest(most: number) {
  const starts = new Int32Array(most)
  const scores = new Float64Array(most).fill(Infinity)
  return {
    /** What is not lower is not kept. */
    worst: (): number => scores[most - 1] ?? 0,
    offer(start: number, score: number): void {
      if (score >= (scores[most - 1] ?? 0)) return
      let place = most - 1
      for (; place > 0 && (scores[place - 1] ?? 0) > score; place -= 1) {
        starts[place] = starts[place - 1] ?? 0
        scores[place] = scores[place - 1] ?? 0
      }
      starts[place] = start
      scores[place] = score
    },
    all: () =>
      Array.from(scores, (score, place) => ({ start: starts[place] ?? 0, score })).filter(
        ({ score }) => score < Infinity,
      ),
  }
}

/** Mean distance plus what taking kept places costs; undefined where the window does not fit the wish. */
function windowCost(hall: Hall, wish: BlockWish, start: number): number | undefined {
  const { count, near } = wish
  const zone = wish.zone ?? hall.zone[hall.order[start] ?? 0]
  let distance = 0
  let accessible = 0
  let companions = 0
  for (let place = start; place < start + count; place += 1) {
    const seat = hall.order[place] ?? 0
    if (hall.zone[seat] !== zone) return undefined
    if (hall.accessible[seat] === 1) accessible += 1
    else if (hall.companion[seat] === 1) companions += 1
    if (near === undefined) distance += hall.distance[seat] ?? 0
    else {
      const dx = (hall.x[seat] ?? 0) - near.x
      const dy = (hall.y[seat] ?? 0) - near.y
      distance += Math.sqrt(dx * dx + dy * dy)
    }
  }
  const mean = distance / count
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
