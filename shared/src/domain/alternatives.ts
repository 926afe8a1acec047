import { bestBlocks, type Block, type SeatsNow } from './blocks.ts'
import { NO_ZONE, type Hall } from './hall.ts'
import type { SeatIndex } from './ids.ts'
import { ALTERNATIVES_MAX } from './limits.ts'
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
  near: { readonly x: number; readonly y: number },
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
function neighboursOf(hall: Hall, seat: SeatIndex): ReadonlySet<SeatIndex> {
  const place = hall.order.indexOf(seat)
  if (place < 0) return new Set()
  const left = hall.runStart.includes(place) ? [] : hall.order.slice(place - 1, place)
  const right = hall.runStart.includes(place + 1) ? [] : hall.order.slice(place + 1, place + 2)
  return new Set([...left, ...right])
}

/** Each wanted seat that is free stays; each other is replaced by the nearest free seat of its zone and kind. */
function nearestSeats(hall: Hall, now: SeatsNow, wanted: readonly SeatIndex[]): SeatIndex[] | undefined {
  const free = (seat: SeatIndex): boolean => now.states[seat] === SeatState.free
  const chosen = new Set(wanted.filter(free))
  const result: SeatIndex[] = []
  for (const seat of wanted) {
    let replacement = free(seat) ? seat : -1
    let shortest = Infinity
    for (let other = 0; replacement !== seat && other < hall.seatCount; other += 1) {
      if (!free(other) || chosen.has(other) || hall.zone[other] !== hall.zone[seat]) continue
      if (hall.accessible[other] !== hall.accessible[seat]) continue
      const distance = between(hall, seat, other)
      if (distance < shortest) {
        shortest = distance
        replacement = other
      }
    }
    if (replacement < 0) return undefined
    chosen.add(replacement)
    result.push(replacement)
  }
  return result
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
    for (const block of bestBlocks(hall, now, { ...wish, count: larger }).slice(0, SPLIT_TRIES)) {
      const parts = [[...block.seats]]
      const without = new Set(block.seats)
      const near = middleOf(hall, block.seats)
      const zone = wish.zone ?? hall.zone[block.seats[0] ?? 0] ?? NO_ZONE
      let cost = block.score
      let left = wish.count - larger
      for (let size = Math.min(left, larger); left > 0 && size > 0 && parts.length < SPLIT_PARTS_MAX;) {
        const [next] = bestBlocks(hall, now, { ...wish, zone, count: size, near, without })
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

function middleOf(hall: Hall, seats: readonly SeatIndex[]): { x: number; y: number } {
  const mean = (column: Float64Array): number =>
    seats.reduce((sum, seat) => sum + (column[seat] ?? 0), 0) / seats.length
  return { x: mean(hall.x), y: mean(hall.y) }
}

function between(hall: Hall, a: SeatIndex, b: SeatIndex): number {
  return Math.hypot((hall.x[a] ?? 0) - (hall.x[b] ?? 0), (hall.y[a] ?? 0) - (hall.y[b] ?? 0))
}
