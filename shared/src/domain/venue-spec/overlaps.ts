import { type Faults, inside, type Place } from '../faults.ts'
import type { Layout } from '../layout.ts'

/** Seats may come this much nearer than their size: rounding to a tenth, and rows that bend. Source: a guess. */
const TOLERANCE = 0.98

/** Pairs of seats after which no more are looked for: every seat may lie on every other. Source: a guess. */
const PAIRS_MAX = 20_000

/** Adds a fault for each two sections of which seats lie on each other, naming the first such pair. */
export function checkOverlaps(faults: Faults, layout: Layout, placeOf: (section: number) => Place): void {
  const { section } = layout.seats
  const found = new Map<number, { a: number; b: number; count: number }>()
  let pairs = 0
  forOverlaps(layout, (a, b) => {
    pairs += 1
    const key = (section[a] ?? 0) * layout.sections.length + (section[b] ?? 0)
    const known = found.get(key)
    if (known === undefined) found.set(key, { a, b, count: 1 })
    else known.count += 1
    return pairs < PAIRS_MAX
  })
  for (const { a, b, count } of found.values()) {
    const more = count === 1 ? '' : ` (and ${count - 1} more such pairs of these sections)`
    const apart = distance(layout, a, b).toFixed(0)
    faults.add(
      inside(placeOf(section[b] ?? 0), 'name'),
      `${seatName(layout, a)} and ${seatName(layout, b)} are ${apart} cm apart, a seat is ${layout.seatSize} wide${more}`,
    )
  }
}

/** Each pair once, the lower index first, until `found` says that it is enough. Seats are chained by squares as wide as a seat; -1 ends a chain. */
function forOverlaps(layout: Layout, found: (a: number, b: number) => boolean): void {
  const { x, y } = layout.seats
  const size = layout.seatSize
  const lastIn = new Map<number, number>()
  const before = new Int32Array(x.length)
  for (let seat = 0; seat < x.length; seat++) {
    const [column, row] = [Math.floor((x[seat] ?? 0) / size), Math.floor((y[seat] ?? 0) / size)]
    for (let square = 0; square < 9; square++) {
      const key = squareKey(column + (square % 3) - 1, row + Math.floor(square / 3) - 1)
      for (let other = lastIn.get(key) ?? -1; other >= 0; other = before[other] ?? -1) {
        if (distance(layout, other, seat) < size * TOLERANCE && !found(other, seat)) return
      }
    }
    const key = squareKey(column, row)
    before[seat] = lastIn.get(key) ?? -1
    lastIn.set(key, seat)
  }
}

/** Columns and rows stay below a million either way: COORDINATE_MAX in squares of at least 1. */
function squareKey(column: number, row: number): number {
  return (column + 4_000_000) * 8_000_000 + row + 4_000_000
}

function distance({ seats: { x, y } }: Layout, a: number, b: number): number {
  return Math.hypot((x[a] ?? 0) - (x[b] ?? 0), (y[a] ?? 0) - (y[b] ?? 0))
}

function seatName({ seats, sections }: Layout, seat: number): string {
  const section = sections[seats.section[seat] ?? 0]?.name ?? ''
  return `${section} row ${seats.row[seat] ?? ''} seat ${seats.number[seat] ?? ''}`
}
