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
}

const contacts = new WeakMap<Hall, RowContacts>()

/** Prepared once a hall. */
export function contactsOf(hall: Hall): RowContacts {
  let known = contacts.get(hall)
  if (known === undefined) {
    known = rowContacts(hall)
    contacts.set(hall, known)
  }
  return known
}

/** Found seat by seat, when first asked for: few searches come far. */
export function rowContacts(hall: Hall): RowContacts {
  const { runOf, section, x, y } = hall
  const squares = squaresOf(hall)

  const facing = (seat: SeatIndex): Contact[] => {
    const along = directionAt(hall, seat)
    const sides: [Contact[], Contact[]] = [[], []]
    squares.forNear(seat, (other) => {
      if (runOf[other] === runOf[seat] || section[other] !== section[seat]) return
      const dx = (x[other] ?? 0) - (x[seat] ?? 0)
      const dy = (y[other] ?? 0) - (y[seat] ?? 0)
      const behind = along.x * dy - along.y * dx
      const depth = Math.abs(behind)
      if (depth < DEPTH_MIN || depth > ROWS_APART_MAX || Math.abs(along.x * dx + along.y * dy) > ASIDE_MAX) return
      sides[behind > 0 ? 0 : 1].push({ other, depth })
    })
    return sides.flatMap((side) => {
      const nearest = Math.min(...side.map(({ depth }) => depth))
      return side.filter(({ depth }) => depth < nearest + DEPTH_MIN)
    })
  }

  const step = Math.max(1, Math.floor(hall.seatCount / SAMPLE))
  const sample = Array.from({ length: Math.ceil(hall.seatCount / step) }, (_, at) => at * step)
  const way = median(sample.flatMap(facing).map(({ depth }) => depth)) * WAY_IN_ROW_DEPTHS
  const known = Array.from<readonly SeatIndex[] | undefined>({ length: hall.seatCount })
  return {
    // Where no row is behind another there is no way either.
    reach: Math.hypot(way < ROWS_APART_MAX ? way : ROWS_APART_MAX, ASIDE_MAX),
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

/** Along the row at this seat, of length 1; of one who sits alone: along x. */
function directionAt(hall: Hall, seat: SeatIndex): { readonly x: number; readonly y: number } {
  const place = hall.placeOf[seat] ?? 0
  const inRun = (at: number): SeatIndex => {
    const other = hall.order[at]
    return other !== undefined && hall.runOf[other] === hall.runOf[seat] ? other : seat
  }
  const [left, right] = [inRun(place - 1), inRun(place + 1)]
  const dx = (hall.x[right] ?? 0) - (hall.x[left] ?? 0)
  const dy = (hall.y[right] ?? 0) - (hall.y[left] ?? 0)
  const length = Math.hypot(dx, dy)
  return length === 0 ? { x: 1, y: 0 } : { x: dx / length, y: dy / length }
}

/** Squares of one side of a hall at most, however far apart its seats are. Source: with two hundred a stadium's are small enough. */
const SQUARES_A_SIDE_MAX = 256

/** Seats by squares as wide as two that touch can be apart: those that may be in front or behind are in nine of them. */
function squaresOf({ x, y, seatCount }: Hall): { forNear(seat: SeatIndex, visit: (other: SeatIndex) => void): void } {
  const [left, right] = extentOf(x)
  const [top, bottom] = extentOf(y)
  const reach = Math.hypot(ROWS_APART_MAX, ASIDE_MAX)
  const side = Math.max(reach, (right - left) / SQUARES_A_SIDE_MAX, (bottom - top) / SQUARES_A_SIDE_MAX)
  const columns = Math.floor((right - left) / side) + 1
  const rows = Math.floor((bottom - top) / side) + 1
  const columnOf = (seat: SeatIndex): number => Math.floor(((x[seat] ?? 0) - left) / side)
  const rowOf = (seat: SeatIndex): number => Math.floor(((y[seat] ?? 0) - top) / side)
  const squareOf = (seat: SeatIndex): number => rowOf(seat) * columns + columnOf(seat)

  // Sorted by counting: `from[square]` is where the square's seats begin, those of the next where they end.
  const from = new Int32Array(rows * columns + 1)
  for (let seat = 0; seat < seatCount; seat += 1) from[squareOf(seat)] = (from[squareOf(seat)] ?? 0) + 1
  for (let square = 1; square < from.length; square += 1) from[square] = (from[square] ?? 0) + (from[square - 1] ?? 0)
  const seats = new Int32Array(seatCount)
  for (let seat = seatCount - 1; seat >= 0; seat -= 1) {
    const place = (from[squareOf(seat)] ?? 0) - 1
    from[squareOf(seat)] = place
    seats[place] = seat
  }

  return {
    forNear(seat, visit) {
      const column = columnOf(seat)
      for (let row = Math.max(0, rowOf(seat) - 1); row <= Math.min(rows - 1, rowOf(seat) + 1); row += 1) {
        const first = row * columns + Math.max(0, column - 1)
        const last = row * columns + Math.min(columns - 1, column + 1)
        // Neighbouring columns of one row follow each other.
        for (let place = from[first] ?? 0; place < (from[last + 1] ?? 0); place += 1) visit(seats[place] ?? 0)
      }
    },
  }
}

function extentOf(column: Float64Array): [least: number, most: number] {
  let [least = 0, most = 0] = [column[0], column[0]]
  for (const value of column) {
    least = Math.min(least, value)
    most = Math.max(most, value)
  }
  return [least, most]
}
