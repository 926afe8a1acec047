import { type Faults, inside } from '../faults.ts'
import { SEATS_PER_LAYOUT_MAX } from '../limits.ts'
import { SEATS_PER_ROW_MAX } from '../venue-limits.ts'
import { numberSeats } from './number-seats.ts'
import type { RowLine, SectionFrame } from './row-line.ts'
import type { Aisle, RowsSpec, SectionSpec } from './venue-spec.ts'

/** A row with its seats, left to right as seen facing the stage. */
export interface PlacedRow {
  /** Its place in the section's labels. */
  readonly label: number
  readonly depth: number
  readonly line: RowLine
  readonly seats: readonly PlacedSeat[]
}

export interface PlacedSeat {
  /** cm along the row from the section's middle. */
  readonly s: number
  readonly number: number
}

/** Places the seats of one section on its rows. `room`: seats that the venue may still have. Undefined: at fault. */
export function placeSection(
  faults: Faults,
  section: SectionSpec,
  frame: SectionFrame,
  room: number,
): PlacedRow[] | undefined {
  const { rows, numbering } = section
  const placed: PlacedRow[] = []
  let left = room
  for (const { label, row, offset } of rowsToPlace(rows)) {
    const line = frame.lineAt(rows.depths[row] ?? 0)
    const count = seatsOf(rows, row, line)
    left -= count
    if (left < 0 || count > SEATS_PER_ROW_MAX) {
      const what = left < 0 ? `the venue has more than ${SEATS_PER_LAYOUT_MAX} seats` : `a row has ${count} seats`
      faults.add(inside(section.place, 'rows'), `${what}; at most ${SEATS_PER_ROW_MAX} stand in a row`)
      return undefined
    }
    const stagger = rows.stagger && row % 2 === 1 ? rows.pitch / 2 : 0
    const slots = slotsOf(rows, count).map((s) => s + offset + stagger)
    const reach = Math.max(Math.abs(slots[0] ?? 0), Math.abs(slots.at(-1) ?? 0)) + rows.pitch / 2
    if (reach * 2 > line.length * 1.0001 + rows.pitch) {
      const label2 = rows.labels[label] ?? ''
      faults.add(
        inside(section.place, rows.boxes === null ? 'rows' : 'boxes'),
        `row ${label2} of "${frame.name}" is longer than there is room for`,
      )
      return undefined
    }
    const before = rows.boxes === null ? 0 : row * count
    const numbers = numberSeats(numbering, count, before)
    placed.push({
      label,
      depth: rows.depths[row] ?? 0,
      line,
      seats: slots.map((s, i) => ({ s, number: numbers[i] ?? 0 })),
    })
  }
  return placed
}

/** Each row once; of boxes each box with its rows, side by side about the middle. */
function rowsToPlace(rows: RowsSpec): { label: number; row: number; offset: number }[] {
  const { boxes, depths, pitch } = rows
  if (boxes === null) return depths.map((_, row) => ({ label: row, row, offset: 0 }))
  const inBox = rows.seats.kind === 'list' ? (rows.seats.list[0] ?? 0) : 0
  const step = inBox * pitch + boxes.gap
  return Array.from({ length: boxes.count }, (_, box) =>
    depths.map((__, row) => ({ label: box, row, offset: (box - (boxes.count - 1) / 2) * step })),
  ).flat()
}

function seatsOf({ seats, pitch, aisles }: RowsSpec, row: number, line: RowLine): number {
  if (seats.kind === 'list') return seats.list[row] ?? 0
  const room = seats.kind === 'fit' ? line.length : (seats.degrees * Math.PI * line.scale) / 180
  // The most seats that fit with their aisles. More seats never need less room, so halve towards it.
  let [fits, over] = [0, Math.min(SEATS_PER_ROW_MAX + 1, Math.floor(room / pitch + 1e-9)) + 1]
  while (over - fits > 1) {
    const middle = (fits + over) >> 1
    if (middle * pitch + aisleWidth(aisles, middle) <= room + 1e-6) fits = middle
    else over = middle
  }
  return fits
}

function aisleWidth(aisles: readonly Aisle[], count: number): number {
  return aisles.reduce((sum, aisle) => (isWithin(afterSeat(aisle, count), count) ? sum + aisle.width : sum), 0)
}

/** Where each seat stands along its row, before boxes and stagger. */
function slotsOf(rows: RowsSpec, count: number): number[] {
  const slots: number[] = []
  const ways = rows.aisles.map((aisle) => ({ after: afterSeat(aisle, count), width: aisle.width }))
  for (let seat = 0; seat < count; seat++) {
    const crossed = ways.reduce(
      (sum, { after, width }) => (isWithin(after, count) && after <= seat ? sum + width : sum),
      0,
    )
    slots.push(seat * rows.pitch + crossed)
  }
  const width = slots.at(-1) ?? 0
  if (rows.align === 'middle' || rows.seats.kind !== 'list') return slots.map((s) => s - width / 2)
  const widest = rows.seats.list.reduce(
    (most, seats) => Math.max(most, (seats - 1) * rows.pitch + aisleWidth(rows.aisles, seats)),
    0,
  )
  const start = rows.align === 'left' ? -widest / 2 : widest / 2 - width
  return slots.map((s) => s + start)
}

/** How many seats stand left of the aisle in a row of `count`. */
function afterSeat({ after, from }: Aisle, count: number): number {
  if (from === 'left') return after
  return from === 'right' ? count - after : Math.floor(count / 2) + after
}

function isWithin(after: number, count: number): boolean {
  return after > 0 && after < count
}
