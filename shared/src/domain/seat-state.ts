/**
 * The five states Redis keeps, one byte a seat; the digit is the byte's ASCII character.
 * Source: design, section 1.
 */
export const SeatState = { free: 0, held: 1, ordered: 2, sold: 3, blocked: 4 } as const
export type SeatState = (typeof SeatState)[keyof typeof SeatState]

/** The four statuses on the wire: nobody learns whether a seat is held or in a pending order. */
export const SeatStatus = { available: 0, held: 1, sold: 2, blocked: 3 } as const
export type SeatStatus = (typeof SeatStatus)[keyof typeof SeatStatus]

/** What each state shows as. */
export const STATUS_OF_STATE: Readonly<Record<SeatState, SeatStatus>> = { 0: 0, 1: 1, 2: 1, 3: 2, 4: 3 }
