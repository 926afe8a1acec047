import type { Hall } from './hall.ts'
import type { SeatIndex } from './ids.ts'
import { median } from './neighbours.ts'

/** Who sits this far to the side, seat widths, is still in front of or behind somebody. Source: rows are offset by half a seat. */
const ASIDE_MAX = 0.75
/** Seats nearer than this along the view are of one row, seat widths. Source: a guess: no row is half a seat deep. */
const DEPTH_MIN = 0.5
/** A gap of so many times the usual row depth is a way between rows. Source: as for aisles (A1). */
const WAY_IN_ROW_DEPTHS = 1.5
/** How far rows may lie apart at all, seat widths. Source: a guess: 2 m of seats 50 cm wide. */
export const ROWS_APART_MAX = 4

/**
 * The seats directly in front of and behind each seat: of another run in the same section, at most three quarters of a seat
 * to the side of it as its guest looks, in the nearest row, with no way between. It holds both ways.
 */
export function touchingRows(hall: Hall): readonly (readonly SeatIndex[])[] {
  const runOf = runNumbers(hall)
  const grid = gridOf(hall)
  const found: Contact[] = []
  for (let place = 0; place < hall.seatCount; place += 1) {
    const seat = hall.order[place] ?? 0
    const along = directionAt(hall, runOf, place)
    const sides: [Contact[], Contact[]] = [[], []]
    for (const other of grid.near(hall.x[seat] ?? 0, hall.y[seat] ?? 0)) {
      if (runOf[other] === runOf[seat] || hall.section[other] !== hall.section[seat]) continue
      const dx = (hall.x[other] ?? 0) - (hall.x[seat] ?? 0)
      const dy = (hall.y[other] ?? 0) - (hall.y[seat] ?? 0)
      const depth = along.x * dy - along.y * dx
      if (Math.abs(along.x * dx + along.y * dy) > ASIDE_MAX || Math.abs(depth) < DEPTH_MIN) continue
      if (Math.abs(depth) <= ROWS_APART_MAX) sides[depth > 0 ? 0 : 1].push({ seat, other, depth: Math.abs(depth) })
    }
    for (const side of sides) {
      const nearest = Math.min(...side.map(({ depth }) => depth))
      found.push(...side.filter(({ depth }) => depth < nearest + DEPTH_MIN))
    }
  }
  const way = median(found.map(({ depth }) => depth)) * WAY_IN_ROW_DEPTHS
  const touching = Array.from({ length: hall.seatCount }, () => new Set<SeatIndex>())
  for (const { seat, other, depth } of found) {
    if (depth > way) continue
    touching[seat]?.add(other)
    touching[other]?.add(seat)
  }
  return touching.map((seats) => [...seats])
}

interface Contact {
  readonly seat: SeatIndex
  readonly other: SeatIndex
  readonly depth: number
}

/** By seat. */
export function runNumbers(hall: Hall): Int32Array {
  const runOf = new Int32Array(hall.seatCount)
  for (let run = 0; run + 1 < hall.runStart.length; run += 1)
    for (let place = hall.runStart[run] ?? 0; place < (hall.runStart[run + 1] ?? 0); place += 1)
      runOf[hall.order[place] ?? 0] = run
  return runOf
}

/** Along the row at this seat, of length 1. One who sits alone looks away from where the hall's middle is: along x. */
function directionAt(hall: Hall, runOf: Int32Array, place: number): { readonly x: number; readonly y: number } {
  const seat = hall.order[place] ?? 0
  const inRun = (at: number): SeatIndex => {
    const other = hall.order[at]
    return other !== undefined && runOf[other] === runOf[seat] ? other : seat
  }
  const [left, right] = [inRun(place - 1), inRun(place + 1)]
  const dx = (hall.x[right] ?? 0) - (hall.x[left] ?? 0)
  const dy = (hall.y[right] ?? 0) - (hall.y[left] ?? 0)
  const length = Math.hypot(dx, dy)
  return length === 0 ? { x: 1, y: 0 } : { x: dx / length, y: dy / length }
}

/** Seats by squares of that side: those near a point are in nine of them. */
function gridOf(hall: Hall): { near(x: number, y: number): Iterable<SeatIndex> } {
  const cells = new Map<string, SeatIndex[]>()
  const cellOf = (at: number): number => Math.floor(at / ROWS_APART_MAX)
  for (let seat = 0; seat < hall.seatCount; seat += 1) {
    const key = `${cellOf(hall.x[seat] ?? 0)},${cellOf(hall.y[seat] ?? 0)}`
    const cell = cells.get(key)
    if (cell === undefined) cells.set(key, [seat])
    else cell.push(seat)
  }
  return {
    *near(x, y) {
      for (let column = cellOf(x) - 1; column <= cellOf(x) + 1; column += 1)
        for (let row = cellOf(y) - 1; row <= cellOf(y) + 1; row += 1) yield* cells.get(`${column},${row}`) ?? []
    },
  }
}
