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
const ROWS_APART_MAX = 4
/** Seats that tell the usual row depth. Source: a guess: a hall has one. */
const SAMPLE = 500

/** Which seats are in front of and behind which. */
export interface RowContacts {
  /**
   * The seats directly in front of and behind a seat: of another run in the same section, at most three quarters of a seat
   * to the side of it as its guest looks, in the nearest row, with no way between.
   */
  readonly touching: (seat: SeatIndex) => readonly SeatIndex[]
  /** No two that touch are further apart, seat widths. */
  readonly reach: number
  /** Run by seat. */
  readonly runOf: Int32Array
  /** By seat: its place in `hall.order`. */
  readonly placeOf: Int32Array
}

/** Found seat by seat, when first asked for: a stadium's would take a second. */
export function rowContacts(hall: Hall): RowContacts {
  const { runOf, placeOf } = numbersOf(hall)
  const near = seatsNear(hall)

  const facing = (seat: SeatIndex): Contact[] => {
    const along = directionAt(hall, runOf, placeOf[seat] ?? 0)
    const sides: [Contact[], Contact[]] = [[], []]
    for (const other of near(seat)) {
      if (runOf[other] === runOf[seat] || hall.section[other] !== hall.section[seat]) continue
      const dx = (hall.x[other] ?? 0) - (hall.x[seat] ?? 0)
      const dy = (hall.y[other] ?? 0) - (hall.y[seat] ?? 0)
      const behind = along.x * dy - along.y * dx
      const depth = Math.abs(behind)
      if (depth < DEPTH_MIN || depth > ROWS_APART_MAX || Math.abs(along.x * dx + along.y * dy) > ASIDE_MAX) continue
      sides[behind > 0 ? 0 : 1].push({ other, depth })
    }
    return sides.flatMap((side) => {
      const nearest = Math.min(...side.map(({ depth }) => depth))
      return side.filter(({ depth }) => depth < nearest + DEPTH_MIN)
    })
  }

  const step = Math.max(1, Math.floor(hall.seatCount / SAMPLE))
  const sample = Array.from({ length: Math.ceil(hall.seatCount / step) }, (_, at) => at * step)
  const way = median(sample.flatMap(facing).map(({ depth }) => depth)) * WAY_IN_ROW_DEPTHS
  const known: (readonly SeatIndex[] | undefined)[] = []
  return {
    // Where no row is behind another there is no way either.
    reach: Math.hypot(way < ROWS_APART_MAX ? way : ROWS_APART_MAX, ASIDE_MAX),
    runOf,
    placeOf,
    touching(seat) {
      known[seat] ??= facing(seat).flatMap(({ other, depth }) => (depth > way ? [] : [other]))
      return known[seat]
    },
  }
}

interface Contact {
  readonly other: SeatIndex
  /** Seat widths. */
  readonly depth: number
}

function numbersOf(hall: Hall): Pick<RowContacts, 'runOf' | 'placeOf'> {
  const runOf = new Int32Array(hall.seatCount)
  const placeOf = new Int32Array(hall.seatCount)
  for (let run = 0; run + 1 < hall.runStart.length; run += 1)
    for (let place = hall.runStart[run] ?? 0; place < (hall.runStart[run + 1] ?? 0); place += 1) {
      runOf[hall.order[place] ?? 0] = run
      placeOf[hall.order[place] ?? 0] = place
    }
  return { runOf, placeOf }
}

/** Along the row at this seat, of length 1; of one who sits alone: along x. */
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

/** Numbers of columns of squares: more than any hall has. */
const COLUMNS = 1_000_000

/** Those that may be in front or behind, by squares of ROWS_APART_MAX: they are in nine of them. */
function seatsNear(hall: Hall): (seat: SeatIndex) => SeatIndex[] {
  const squares = new Map<number, SeatIndex[]>()
  const squareOf = (seat: SeatIndex): number =>
    Math.floor((hall.y[seat] ?? 0) / ROWS_APART_MAX) * COLUMNS + Math.floor((hall.x[seat] ?? 0) / ROWS_APART_MAX)
  for (let seat = 0; seat < hall.seatCount; seat += 1) {
    const square = squares.get(squareOf(seat))
    if (square === undefined) squares.set(squareOf(seat), [seat])
    else square.push(seat)
  }
  return (seat) => {
    const at = squareOf(seat)
    return [-1, 0, 1].flatMap((row) => [-1, 0, 1].flatMap((column) => squares.get(at + row * COLUMNS + column) ?? []))
  }
}
