import type { Layout } from '@seatcast/shared/domain/layout.ts'
import { boxOfPoints, type Box } from './camera.ts'

/** Where a row's label stands: one place beyond the row's end, plan units. */
export interface RowEnd {
  readonly text: string
  readonly x: number
  readonly y: number
}

/** A maximal run of neighbours with the labels at its ends; runs on both sides of an aisle share the one in it. */
export interface RowRun {
  readonly seats: readonly number[]
  readonly first: RowEnd
  readonly last: RowEnd
  /** Around its seats' middles and its labels, plan units. */
  readonly box: Box
}

/** Distance of a label's middle from the last seat's middle, in seat diameters. Source: screenshots. */
const LABEL_DISTANCE = 1.35
/** Two ends of one row that are nearer than this, in seat diameters, share an aisle and one label. */
const AISLE_MAX = 4.5

/** The runs of all rows that have a name; a single seat has one label, on its left. */
export function rowRuns(layout: Layout): RowRun[] {
  const { row, section, x, y, next } = layout.seats
  const hasLeft = new Uint8Array(x.length)
  for (const right of next) if (right >= 0) hasLeft[right] = 1
  const known = new Map<string, RowEnd[]>()
  const endAt = (seat: number, inner: number): RowEnd => {
    const text = row[seat] ?? ''
    const end = beyond(text, x[seat] ?? 0, y[seat] ?? 0, x[inner], y[inner], layout.seatSize)
    const key = `${section[seat]} ${text}`
    const others = known.get(key) ?? []
    const near = others.find((other) => Math.hypot(other.x - end.x, other.y - end.y) < AISLE_MAX * layout.seatSize)
    if (near) return near
    known.set(key, [...others, end])
    return end
  }
  const runs: RowRun[] = []
  for (let seat = 0; seat < x.length; seat++) {
    if (hasLeft[seat] === 1 || (row[seat] ?? '') === '') continue
    const seats: number[] = []
    for (let at = seat; at >= 0; at = next[at] ?? -1) seats.push(at)
    const first = endAt(seat, seats[1] ?? -1)
    const last = seats.length === 1 ? first : endAt(seats.at(-1) ?? seat, seats.at(-2) ?? -1)
    const places = [first, last].map((end) => [end.x, end.y] as const)
    const box = boxOfPoints(
      seats.map((at) => [x[at] ?? 0, y[at] ?? 0] as const),
      boxOfPoints(places),
    )
    runs.push({ seats, first, last, box })
  }
  return runs
}

/** One step further along the row than its last seat; a single seat's label stands on its left. */
function beyond(
  text: string,
  x: number,
  y: number,
  innerX: number | undefined,
  innerY: number | undefined,
  seatSize: number,
): RowEnd {
  if (innerX === undefined || innerY === undefined) return { text, x: x - LABEL_DISTANCE * seatSize, y }
  const length = Math.hypot(x - innerX, y - innerY) || 1
  const step = (LABEL_DISTANCE * seatSize) / length
  return { text, x: x + (x - innerX) * step, y: y + (y - innerY) * step }
}
