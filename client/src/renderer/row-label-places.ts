import { clamp, type Box } from './camera.ts'
import type { RowEnd, RowRun } from './row-runs.ts'

/** A row's label in view. `pinned`: at the view's edge, upon a seat, since the row's own end is out of view. */
export interface RowLabelPlace {
  readonly text: string
  readonly x: number
  readonly y: number
  readonly pinned: boolean
}

/** Between pinned labels, in their height. Source: screenshots. */
const PINNED_GAP = 1.05

export interface SeatPlaces {
  readonly x: readonly number[]
  readonly y: readonly number[]
}

/** What labels are placed with, plan units. */
export interface LabelFrame {
  /** Where the middle of a label may be. */
  readonly room: Box
  /** A pinned label's size. */
  readonly width: number
  readonly height: number
  /** A run that is seen for longer than this is labelled at every end that is seen or cut off. */
  readonly farApart: number
}

/** Labels of runs in view: at their own ends where those are in view, else where the view cuts the row off. */
export function placeRowLabels(runs: readonly RowRun[], seats: SeatPlaces, frame: LabelFrame): RowLabelPlace[] {
  const own = new Set<RowEnd>()
  const cuts: RowLabelPlace[] = []
  for (const run of runs) {
    const seen = seenPart(run, seats, frame.room)
    if (seen === null) continue
    const ends = [run.first, run.last].filter((end) => contains(frame.room, end.x, end.y))
    for (const end of ends) own.add(end)
    const long = seen.length > frame.farApart
    if (seen.from !== null && (long || ends.length === 0))
      cuts.push({ text: run.first.text, ...seen.from, pinned: true })
    if (seen.to !== null && (long || (ends.length === 0 && seen.from === null)))
      cuts.push({ text: run.first.text, ...seen.to, pinned: true })
  }
  const pinned: RowLabelPlace[] = []
  for (const cut of cuts) if (!pinned.some((other) => touches(cut, other, frame))) pinned.push(cut)
  return [...[...own].map(({ text, x, y }) => ({ text, x, y, pinned: false })), ...pinned]
}

interface SeenPart {
  readonly length: number
  /** Where the view cuts the run off; null: it ends in view. */
  readonly from: { readonly x: number; readonly y: number } | null
  readonly to: { readonly x: number; readonly y: number } | null
}

function seenPart({ seats, first, last }: RowRun, { x, y }: SeatPlaces, room: Box): SeenPart | null {
  const isIn = (seat: number) => contains(room, x[seat] ?? 0, y[seat] ?? 0)
  const from = seats.findIndex(isIn)
  if (from < 0) return null
  const to = seats.findLastIndex(isIn)
  const place = (at: number) => {
    const seat = seats[at]
    if (seat === undefined) return at < 0 ? first : last
    return { x: x[seat] ?? 0, y: y[seat] ?? 0 }
  }
  const [start, end] = [place(from), place(to)]
  const cut = (inside: { x: number; y: number }, outside: { x: number; y: number }) =>
    contains(room, outside.x, outside.y) ? null : crossing(inside, outside, room)
  return {
    length: Math.hypot(end.x - start.x, end.y - start.y),
    from: cut(start, place(from - 1)),
    to: cut(end, place(to + 1)),
  }
}

/** Where a line from inside of a box leaves it. */
function crossing(inside: { x: number; y: number }, outside: { x: number; y: number }, box: Box) {
  const part = (from: number, to: number, min: number, max: number) =>
    to === from ? 1 : (clamp(to, min, max) - from) / (to - from)
  const t = Math.min(part(inside.x, outside.x, box.minX, box.maxX), part(inside.y, outside.y, box.minY, box.maxY))
  return { x: inside.x + (outside.x - inside.x) * t, y: inside.y + (outside.y - inside.y) * t }
}

const contains = (box: Box, x: number, y: number): boolean =>
  x >= box.minX && x <= box.maxX && y >= box.minY && y <= box.maxY

const touches = (a: RowLabelPlace, b: RowLabelPlace, { width, height }: LabelFrame): boolean =>
  Math.abs(a.x - b.x) < width * PINNED_GAP && Math.abs(a.y - b.y) < height * PINNED_GAP
