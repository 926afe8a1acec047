import { type BlockWish, NEAR_EQUAL, ORPHAN_PENALTY } from './blocks.ts'
import { forStretches, freeSeats, type SeatsNow } from './free-stretches.ts'
import type { Hall } from './hall.ts'
import type { SeatIndex } from './ids.ts'
import { SeatState } from './seat-state.ts'
import { contactsOf, type RowContacts } from './touching-rows.ts'

export interface ShapeSearch extends Pick<BlockWish, 'zone' | 'section' | 'without'> {
  readonly count: number
  /** Seats the shape must contain. */
  readonly around: readonly SeatIndex[]
}

/** Both parts by their first places in `hall.order`. */
interface Shape {
  readonly start: number
  readonly large: number
  readonly first: number
  readonly small: number
  /** Mean distance in seat widths plus penalties: lower is better. */
  readonly score: number
}

/** Shapes kept while searching. Source: a guess: the script tries far fewer. */
const SHAPES_KEPT = 32

/**
 * Shapes of two runs of neighbours, the smaller with each of its seats directly in front of or behind one of the larger,
 * wholly free, in one zone, best first; the first is at most NEAR_EQUAL worse than any. Nobody sits alone in a row where
 * there are four or more. Cost: one pass over the runs that can still be clearly better than the 32 best so far.
 */
export function shapesOverTwoRows(hall: Hall, now: SeatsNow, search: ShapeSearch): SeatIndex[][] {
  const { count, around } = search
  const { order, zone, runOf, placeOf } = hall
  const { touching, reach } = contactsOf(hall)
  const free = freeSeats(now, search.without)
  const mayUse = (seat: SeatIndex): boolean => free[seat] === SeatState.free && isFor(hall, now, search, seat)
  const smallest = count < 4 ? 1 : 2
  const half = Math.ceil(count / 2)
  const kept = keepShapes()
  // By place: 1 + the start of the last larger part in front of or behind which it is.
  const touchedFrom = new Int32Array(hall.seatCount)

  /** Offers the shapes whose larger part begins here and ends before `end`, up to which all may be used and are of one zone. */
  const searchFrom = (start: number, end: number): void => {
    const run = runOf[order[start] ?? 0] ?? 0
    const longest = Math.min(end - start, count - smallest)
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
        if (touchedFrom[place] !== start + 1) touched.push(place)
        touchedFrom[place] = start + 1
      }
      const small = count - large
      if (large < half || (distance + small * (nearest - reach)) / count >= kept.enough()) continue
      for (const first of touched) {
        const otherRun = runOf[order[first] ?? 0] ?? 0
        // Two equal parts are found from either side: once is enough.
        if ((small === large && otherRun < run) || first + small > (hall.runStart[otherRun + 1] ?? 0)) continue
        let sum = distance
        let place = first
        for (; place < first + small && touchedFrom[place] === start + 1; place += 1) {
          const one = order[place] ?? 0
          if (zone[one] !== zone[seat] || !mayUse(one)) break
          sum += hall.distance[one] ?? 0
        }
        if (place < first + small || sum / count >= kept.worst()) continue
        const orphans = orphansAt(hall, free, start, large) + orphansAt(hall, free, first, small)
        const shape = { start, large, first, small, score: sum / count + orphans * ORPHAN_PENALTY }
        if (containsAll(shape, around, placeOf)) kept.offer(shape)
      }
    }
  }

  /** The same for each place in a stretch of free seats where the larger part may begin. */
  const searchStretch = (stretch: number, end: number): void => {
    let wholeTo = stretch
    for (let start = stretch; start + half <= end; start += 1) {
      if (start >= wholeTo) wholeTo = endOfWhole(start, end)
      if (start + half <= wholeTo) searchFrom(start, wholeTo)
    }
  }
  /** Up to here all may be used and are of the first one's zone. */
  const endOfWhole = (start: number, end: number): number => {
    const whose = zone[order[start] ?? 0]
    let place = start
    while (place < end && zone[order[place] ?? 0] === whose && mayUse(order[place] ?? 0)) place += 1
    return place
  }

  for (const run of runsAround(hall, around, touching)) {
    // Runs ascend by their best distance: once none of one can be better, none of the rest can.
    if ((hall.runBest[run] ?? 0) - reach / 2 >= kept.enough()) break
    forStretches(hall, free, run, half, searchStretch)
  }
  return kept.shapes.map(({ start, large, first, small }) => [
    ...order.subarray(start, start + large),
    ...order.subarray(first, first + small),
  ])
}

/** Every part of a shape around a seat is in that seat's run or in one that touches it; around none: all runs. */
function runsAround(hall: Hall, around: readonly SeatIndex[], touching: RowContacts['touching']): Iterable<number> {
  if (around.length === 0) return hall.runBest.keys()
  const near = new Set(around.flatMap((seat) => [seat, ...touching(seat)]).map((seat) => hall.runOf[seat] ?? 0))
  return [...near].toSorted((a, b) => a - b)
}

function keepShapes() {
  const shapes: Shape[] = []
  const worst = (): number => (shapes.length < SHAPES_KEPT ? Infinity : (shapes[SHAPES_KEPT - 1]?.score ?? 0))
  return {
    shapes,
    /** What is not lower is not kept. */
    worst,
    /** What is not better than this by more than anybody can tell is not looked for. */
    enough: (): number => worst() - NEAR_EQUAL,
    offer(shape: Shape): void {
      const place = shapes.findIndex((other) => other.score > shape.score)
      shapes.splice(place < 0 ? shapes.length : place, 0, shape)
      if (shapes.length > SHAPES_KEPT) shapes.pop()
    },
  }
}

/** Accessible places and their companions' are not for shapes (A6), but one's own. */
function isFor(hall: Hall, now: SeatsNow, search: ShapeSearch, seat: SeatIndex): boolean {
  if (search.zone !== undefined && hall.zone[seat] !== search.zone) return false
  if (search.section !== undefined && hall.section[seat] !== search.section) return false
  return (hall.accessible[seat] === 0 && hall.companion[seat] === 0) || now.own?.has(seat) === true
}

function containsAll(shape: Shape, around: readonly SeatIndex[], placeOf: Int32Array): boolean {
  const { start, large, first, small } = shape
  const isIn = (place: number, from: number, size: number): boolean => place >= from && place < from + size
  return around.every((seat) => {
    const place = placeOf[seat] ?? 0
    return isIn(place, start, large) || isIn(place, first, small)
  })
}

/** Single free seats that a block in a run would leave beside it. */
function orphansAt({ order, runOf, runStart }: Hall, free: Uint8Array, start: number, count: number): number {
  const run = runOf[order[start] ?? 0] ?? 0
  const from = runStart[run] ?? 0
  const to = runStart[run + 1] ?? 0
  const isFree = (place: number): boolean => place >= from && place < to && free[order[place] ?? 0] === SeatState.free
  const left = isFree(start - 1) && !isFree(start - 2) ? 1 : 0
  return left + (isFree(start + count) && !isFree(start + count + 1) ? 1 : 0)
}
