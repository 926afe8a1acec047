import type { Layout } from '@seatcast/shared/domain/layout.ts'
import { EMPTY_BOX, type Box } from './camera.ts'

/** Seats of each section, ascending. Counted first: no list grows seat by seat. */
export function seatsBySection(layout: Layout): Uint32Array[] {
  const { section } = layout.seats
  const counts = new Uint32Array(layout.sections.length)
  for (const index of section) counts[index] = (counts[index] ?? 0) + 1
  const lists = Array.from(counts, (count) => new Uint32Array(count))
  counts.fill(0)
  for (let seat = 0; seat < section.length; seat++) {
    const index = section[seat] ?? 0
    const place = counts[index] ?? 0
    const list = lists[index]
    if (!list) continue
    list[place] = seat
    counts[index] = place + 1
  }
  return lists
}

/** The box around seats with one diameter of air. */
export function boxOfSeats(layout: Layout, seats: Iterable<number>): Box {
  const { x, y } = layout.seats
  let { minX, minY, maxX, maxY } = EMPTY_BOX
  for (const seat of seats) {
    const seatX = x[seat] ?? 0
    const seatY = y[seat] ?? 0
    if (seatX < minX) minX = seatX
    if (seatX > maxX) maxX = seatX
    if (seatY < minY) minY = seatY
    if (seatY > maxY) maxY = seatY
  }
  const air = layout.seatSize
  return { minX: minX - air, minY: minY - air, maxX: maxX + air, maxY: maxY + air }
}
