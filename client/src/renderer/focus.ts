import type { Point } from '@seatcast/shared/domain/layout.ts'
import { centredAt, clamp, viewOfBox, visibleBox, type Box, type ScaleLimits, type Size, type View } from './camera.ts'
import { FOCUS_SEAT_PX, SECTION_SEAT_PX } from './level-of-detail.ts'

/** Seats count as in view when they are this far from the view's edge, as a part of its sides. */
const EDGE = 0.08
/** Free border around focused seats and sections, CSS px. */
const PADDING = { x: 32, y: 32 }

/** What focusing works with; `seatSize` in plan units. */
export interface FocusFrame {
  readonly view: View
  readonly size: Size
  readonly limits: ScaleLimits
  readonly seatSize: number
}

/** Where to look so that seats (their box) are seen well: stays when they are, pans when it can, else zooms. */
export function viewOfSeats(box: Box, { view, size, limits, seatSize }: FocusFrame): View {
  const readable = view.k * seatSize >= SECTION_SEAT_PX
  if (readable && inside(box, visibleBox(view, size))) return view
  const wanted = viewOfBox(box, size, { min: limits.min, max: FOCUS_SEAT_PX / seatSize }, PADDING)
  const k = clamp(readable ? Math.min(view.k, wanted.k) : wanted.k, limits.min, limits.max)
  return centredAt((box.minX + box.maxX) / 2, (box.minY + box.maxY) / 2, k, size)
}

/**
 * Where to look so that a section's seats can be chosen. A section too large for that shows its part around `near`,
 * the place that was tapped (plan units), or its middle.
 */
export function viewOfSection(box: Box, near: Point | null, { size, limits, seatSize }: FocusFrame): View {
  const fit = viewOfBox(box, size, { min: 0, max: FOCUS_SEAT_PX / seatSize }, PADDING)
  const k = clamp(Math.max(fit.k, SECTION_SEAT_PX / seatSize), limits.min, limits.max)
  return centredAt(
    aim(near?.[0] ?? null, box.minX, box.maxX, size.width / k),
    aim(near?.[1] ?? null, box.minY, box.maxY, size.height / k),
    k,
    size,
  )
}

/** The middle of what is seen along one side: near the wanted place, without looking past the section. */
function aim(wanted: number | null, min: number, max: number, seen: number): number {
  const middle = (min + max) / 2
  if (wanted === null || seen >= max - min) return middle
  return clamp(wanted, min + seen / 2, max - seen / 2)
}

function inside(box: Box, seen: Box): boolean {
  const marginX = (seen.maxX - seen.minX) * EDGE
  const marginY = (seen.maxY - seen.minY) * EDGE
  return (
    box.minX >= seen.minX + marginX &&
    box.maxX <= seen.maxX - marginX &&
    box.minY >= seen.minY + marginY &&
    box.maxY <= seen.maxY - marginY
  )
}
