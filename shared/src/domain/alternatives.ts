import { bestBlocks, type Block } from './blocks.ts'
import type { SeatsNow } from './free-stretches.ts'
import { NO_ZONE, type Hall } from './hall.ts'
import type { SeatIndex } from './ids.ts'
import { ALTERNATIVES_MAX } from './limits.ts'
import { distanceToRun, type Standpoint } from './nearest-runs.ts'
import { SeatState } from './seat-state.ts'

/** Parts of a split at most. Source: a guess: a party in five places is no party. */
const SPLIT_PARTS_MAX = 4
/** First parts tried for each way to split. Source: a guess: the best is rarely beyond. */
const SPLIT_TRIES = 3
/** What a person sitting alone costs when ways to split are compared, seat widths. Source: a guess. */
const ALONE_PENALTY = 50

const NO_SEAT = -1
/** Blocks no farther than the nearest by this may be chosen instead of it, seat widths. Source: a guess: nobody tells half a seat. */
const NEAR_ENOUGH = 0.5

/**
 * What to offer instead of `wanted`, some of which are taken: at most three lists of free seats, as many and in the same
 * zones, nearest first. Blocks of neighbours where there are any (near-equals at random), else the nearest free seats.
 * Wanted seats of the asker's own (`now.own`) stay in every list; only the others are replaced.
 */
export function findAlternatives(
  hall: Hall,
  now: SeatsNow,
  wanted: readonly SeatIndex[],
  random: () => number,
): SeatIndex[][] {
  const mine = wanted.filter((seat) => now.own?.has(seat) === true)
  const replaced = wanted.filter((seat) => now.own?.has(seat) !== true)
  const others = { states: now.states } // what is mine already replaces nothing
  const blocks = nearBlocks(hall, others, replaced, middleOf(hall, wanted), random)
  const nearest = blocks.length > 0 ? undefined : nearestSeats(hall, others, replaced)
  return (nearest === undefined ? blocks : [nearest]).map((seats) => [...mine, ...seats])
}

/** Up to three blocks for the seats that share none, nearest to the point first. */
function nearBlocks(
  hall: Hall,
  now: SeatsNow,
  replaced: readonly SeatIndex[],
  near: Standpoint,
  random: () => number,
): SeatIndex[][] {
  const [zone, ...otherZones] = new Set(replaced.map((seat) => hall.zone[seat] ?? NO_ZONE))
  if (zone === undefined || otherZones.length > 0) return []
  const accessible = replaced.some((seat) => hall.accessible[seat] === 1)
  const used = new Set<SeatIndex>()
  const wish = { count: replaced.length, zone, near, accessible, without: used, orphans: 'ignored' } as const
  // A single seat's own row comes before what is as near in another.
  const neighbours = neighboursOf(hall, replaced.length === 1 ? (replaced[0] ?? NO_SEAT) : NO_SEAT)
  const found: Block[] = []
  let blocks: readonly Block[] = []
  while (found.length < ALTERNATIVES_MAX) {
    blocks = blocks.filter(({ seats }) => !seats.some((seat) => used.has(seat)))
    // Usually one search is enough; another only when its best blocks all overlap.
    if (blocks.length === 0) blocks = bestBlocks(hall, now, wish)
    const first = blocks[0]
    if (first === undefined) break
    const nearEqual = blocks.filter(({ score }) => score <= first.score + NEAR_ENOUGH)
    const beside = nearEqual.filter(({ seats }) => neighbours.has(seats[0] ?? NO_SEAT))
    const choice = beside.length > 0 ? beside : nearEqual
    const chosen = choice[Math.floor(random() * choice.length)] ?? first
    found.push(chosen)
    for (const seat of chosen.seats) used.add(seat)
  }
  return found.toSorted((a, b) => a.score - b.score).map(({ seats }) => [...seats])
}

/** The seats directly left and right of a seat. */
function neighboursOf({ order, placeOf, runOf }: Hall, seat: SeatIndex): ReadonlySet<SeatIndex> {
  const place = placeOf[seat]
  if (place === undefined) return new Set()
  const beside = [order[place - 1], order[place + 1]]
  return new Set(beside.filter((other) => other !== undefined && runOf[other] === runOf[seat]) as SeatIndex[])
}

/** Each wanted seat that is free stays; each other is replaced by the nearest free seat of its zone and kind. */
function nearestSeats(hall: Hall, now: SeatsNow, wanted: readonly SeatIndex[]): SeatIndex[] | undefined {
  const isFree = (seat: SeatIndex): boolean => now.states[seat] === SeatState.free
  const chosen = new Set(wanted.filter(isFree))
  const result: SeatIndex[] = []
  for (const seat of wanted) {
    const replacement = isFree(seat) ? seat : nearestTo(hall, seat, (other) => isFree(other) && !chosen.has(other))
    if (replacement === NO_SEAT) return undefined
    chosen.add(replacement)
    result.push(replacement)
  }
  return result
}

/** The nearest seat of the same zone and kind that may be taken, among equals the lowest; else NO_SEAT. */
function nearestTo(hall: Hall, seat: SeatIndex, mayTake: (other: SeatIndex) => boolean): SeatIndex {
  const { order, runStart, zone, accessible } = hall
  const here: Standpoint = { x: hall.x[seat] ?? 0, y: hall.y[seat] ?? 0 }
  let nearest = NO_SEAT
  let shortest = Infinity
  const lookIn = (run: number): void => {
    const to = runStart[run + 1] ?? 0
    for (let place = runStart[run] ?? 0; place < to; place += 1) {
      const other = order[place] ?? 0
      if (!mayTake(other) || zone[other] !== zone[seat] || accessible[other] !== accessible[seat]) continue
      const distance = Math.hypot((hall.x[other] ?? 0) - here.x, (hall.y[other] ?? 0) - here.y)
      if (distance > shortest || (distance === shortest && other > nearest)) continue
      shortest = distance
      nearest = other
    }
  }
  lookIn(hall.runOf[seat] ?? 0) // what is near rules out most of the others
  for (let run = 0; run < hall.runBest.length; run += 1) if (distanceToRun(hall, run, here) <= shortest) lookIn(run)
  return nearest
}

/**
 * A party that fits in no row, over several: as many together as can be, the parts near to each other, nobody alone
 * where it can be avoided.
 * Undefined when it does not even fit in four parts. Offered as a split, never called adjacent (A5).
 */
export function findSplit(
  hall: Hall,
  now: SeatsNow,
  wish: { readonly count: number; readonly zone?: number; readonly section?: number },
): SeatIndex[][] | undefined {
  let best: { parts: SeatIndex[][]; cost: number } | undefined
  for (let larger = wish.count - 1; larger >= Math.ceil(wish.count / SPLIT_PARTS_MAX); larger -= 1) {
    if (best !== undefined && best.parts.length === 2 && best.parts.every((part) => part.length > 1)) break
    for (const block of bestBlocks(hall, now, { ...wish, count: larger }, SPLIT_TRIES)) {
      const parts = [[...block.seats]]
      const without = new Set(block.seats)
      const near = middleOf(hall, block.seats)
      const zone = wish.zone ?? hall.zone[block.seats[0] ?? 0] ?? NO_ZONE
      let cost = block.score
      let left = wish.count - larger
      for (let size = Math.min(left, larger); left > 0 && size > 0 && parts.length < SPLIT_PARTS_MAX;) {
        const [next] = bestBlocks(hall, now, { ...wish, zone, count: size, near, without }, 1)
        if (next === undefined) {
          size -= 1
          continue
        }
        parts.push([...next.seats])
        for (const seat of next.seats) without.add(seat)
        cost += next.score
        left -= size
        size = Math.min(size, left)
      }
      if (left > 0) continue
      cost += ALONE_PENALTY * (parts.length - 2 + parts.filter((part) => part.length === 1).length)
      if (best === undefined || cost < best.cost) best = { parts, cost }
    }
  }
  return best?.parts
}

function middleOf(hall: Hall, seats: readonly SeatIndex[]): Standpoint {
  const mean = (column: Float64Array): number =>
    seats.reduce((sum, seat) => sum + (column[seat] ?? 0), 0) / seats.length
  return { x: mean(hall.x), y: mean(hall.y) }
}
