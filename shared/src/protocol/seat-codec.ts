import { STATUS_OF_STATE, type SeatState, type SeatStatus } from '../domain/seat-state.ts'

/*
 *  a delta's list           a snapshot's text
 *  seat 5 becomes sold      one digit a seat, by seat index
 *
 *   5 * 8 + 2 = 42           "0 0 0 0 0 2 0 …"
 *   └ seat  └ status                    └ seat 5, status 2
 */

const DIGIT_ZERO = 48

/** What each state's digit on the wire is, as an ASCII code. */
const DIGIT_OF_STATE = Uint8Array.from(
  ([0, 1, 2, 3, 4] as const satisfies SeatState[]).map((state) => DIGIT_ZERO + STATUS_OF_STATE[state]),
)

/** A seat and its status as one number of a delta's list. */
export const packStatus = (seat: number, status: SeatStatus): number => seat * 8 + status

export const seatOfPacked = (packed: number): number => Math.floor(packed / 8)

export const statusOfPacked = (packed: number): number => packed & 7

/** Writes the snapshot's digits of five-state seats as ASCII into `into` from `offset` on. */
export function writeStatusDigits(states: Uint8Array, into: Uint8Array, offset: number): void {
  for (let seat = 0; seat < states.length; seat++) into[offset + seat] = DIGIT_OF_STATE[states[seat]!] ?? DIGIT_ZERO
}

/** Wire statuses of a snapshot's text; undefined when a character is no status or the number of seats is another. */
export function decodeStatuses(text: string, seatCount: number): Uint8Array | undefined {
  if (text.length !== seatCount) return undefined
  const statuses = new Uint8Array(seatCount)
  for (let seat = 0; seat < seatCount; seat++) {
    const status = text.charCodeAt(seat) - DIGIT_ZERO
    if (status < 0 || status > 3) return undefined
    statuses[seat] = status
  }
  return statuses
}
