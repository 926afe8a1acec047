/** A performance's id: a UUID. All live state belongs to one performance. */
export type PerformanceId = string
/** A buyer or organiser: the `sub` of their access token (a UUID). */
export type UserId = string
/** A hold's id: a UUID made by the server that took the hold. */
export type HoldId = string
/** An order's id: a UUID. */
export type OrderId = string
/** A seat's dense number inside a layout, `0..n-1`. */
export type SeatIndex = number
/** A section's number inside a layout: its place in `layout.sections`. */
export type SectionIndex = number
/** A category's number inside a layout: its place in `layout.categories`. */
export type CategoryIndex = number
/** A price zone's id inside a performance, chosen by the organiser. */
export type ZoneId = string
