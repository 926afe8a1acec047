/** Seats smaller than this are not drawn; their section is, CSS px of diameter. Source: ecosystem notes, measured. */
const SEATS_FROM_PX = 3
/** From here on seats stand alone and sections are only ground. Source: screenshots. */
const SEATS_FULL_PX = 4.6
/** Below, a finger cannot tell seats apart: it chooses the section instead. Source: a third of a 22 px touch radius. */
const FINGER_SEAT_PX = 8
/** Printed numbers fade in between these diameters: 9 px type needs 20 px. Source: screenshots. */
const NUMBERS_FROM_PX = 17
const NUMBERS_FULL_PX = 20
/** Row labels show from this diameter on. Source: screenshots. */
const ROWS_FROM_PX = 9
/** How far a finger may miss a seat's centre, CSS px. Source: half of the 44 px target of WCAG 2.5.5. */
const FINGER_REACH_PX = 22
/** How far a mouse may miss a seat's edge, CSS px. Source: a guess. */
const MOUSE_SLACK_PX = 2

/** What is drawn at a scale; 0 hidden, 1 full. */
export interface Detail {
  /** A seat's diameter, CSS px. */
  readonly seatPx: number
  readonly seats: number
  /** Labels and shades of whole sections. */
  readonly sections: number
  readonly numbers: number
  readonly rows: boolean
}

export function detailAt(seatPx: number): Detail {
  const seats = ramp(seatPx, SEATS_FROM_PX, SEATS_FULL_PX)
  return {
    seatPx,
    seats,
    sections: 1 - seats,
    numbers: ramp(seatPx, NUMBERS_FROM_PX, NUMBERS_FULL_PX),
    rows: seatPx >= ROWS_FROM_PX,
  }
}

export type PointerKind = 'mouse' | 'touch' | 'pen'

/** What a tap means at this scale. A finger needs larger seats than a mouse. */
export function tapMeans(seatPx: number, pointer: PointerKind): 'seat' | 'section' {
  const enough = pointer === 'touch' ? FINGER_SEAT_PX : SEATS_FROM_PX
  return seatPx >= enough ? 'seat' : 'section'
}

/** How far from a seat's centre a pointer still means it, CSS px. */
export function reachPx(seatPx: number, pointer: PointerKind): number {
  const radius = seatPx / 2
  return pointer === 'touch' ? Math.max(FINGER_REACH_PX, radius + MOUSE_SLACK_PX) : radius + MOUSE_SLACK_PX
}

/** The seat diameter to which focusing zooms in, CSS px: numbers readable, fingers precise. */
export const FOCUS_SEAT_PX = 26
/** The least diameter to which focusing a section zooms in, CSS px: above FINGER_SEAT_PX, or a tap would never reach seats. */
export const SECTION_SEAT_PX = 12

const ramp = (value: number, from: number, to: number): number => Math.min(Math.max((value - from) / (to - from), 0), 1)
