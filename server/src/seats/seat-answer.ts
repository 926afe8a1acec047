import { BadReplyError, numberIn, repeatable, seatsIn, textIn } from './script-reply.ts'

/** What a buyer's command did, or why it did nothing. An ok carries the whole hold as it now is. */
export type SeatOutcome =
  | {
      readonly ok: true
      readonly holdId: string | null
      readonly seats: readonly number[]
      readonly expiresInMs: number
      readonly epoch: number
      readonly revision: number
    }
  | { readonly ok: false; readonly code: 'SEAT_TAKEN'; readonly seats: readonly number[] }
  | { readonly ok: false; readonly code: 'NO_HOLD' | 'LIMIT_EXCEEDED' | 'NOT_ON_SALE' | 'BAD_REQUEST' }
  /** None of the candidates was free in this state. */
  | { readonly ok: false; readonly code: 'NO_BLOCK'; readonly epoch: number; readonly revision: number }
  | { readonly ok: false; readonly code: 'IN_GROUP'; readonly groupId: string }
  /** The requestId was another command's. */
  | { readonly ok: false; readonly code: 'REQUEST_ID_REUSED' }
  | { readonly ok: false; readonly code: 'COOL_DOWN'; readonly retryInMs: number }
  | { readonly ok: false; readonly code: 'WRONG_EPOCH'; readonly epoch: number }
  | { readonly ok: false; readonly code: 'NO_MAP' }

/**
 * `remembered`: this request was answered before with this final acknowledgement (JSON, see `rememberAnswer`);
 * without one, a repeat just gets the outcome of the first call.
 */
export type SeatAnswer = SeatOutcome & { readonly remembered?: string }

/** Reads the reply of hold-seats, hold-first-free, swap-seats or release-hold. */
export const seatAnswer = (reply: unknown): SeatAnswer => repeatable(reply, outcomeOf)

function outcomeOf(reply: readonly unknown[]): SeatOutcome {
  const code = reply[0]
  switch (code) {
    case 'OK':
      return {
        ok: true,
        holdId: textIn(reply, 1) === '' ? null : textIn(reply, 1),
        seats: seatsIn(reply, 2),
        expiresInMs: numberIn(reply, 3),
        epoch: numberIn(reply, 4),
        revision: numberIn(reply, 5),
      }
    case 'SEAT_TAKEN':
      return { ok: false, code, seats: seatsIn(reply, 1) }
    case 'COOL_DOWN':
      return { ok: false, code, retryInMs: numberIn(reply, 1) }
    case 'NO_BLOCK':
      return { ok: false, code, epoch: numberIn(reply, 1), revision: numberIn(reply, 2) }
    case 'IN_GROUP':
      return { ok: false, code, groupId: textIn(reply, 1) }
    case 'WRONG_EPOCH':
      return { ok: false, code, epoch: numberIn(reply, 1) }
    case 'NO_HOLD':
    case 'LIMIT_EXCEEDED':
    case 'NOT_ON_SALE':
    case 'BAD_REQUEST':
    case 'REQUEST_ID_REUSED':
    case 'NO_MAP':
      return { ok: false, code }
    default:
      throw new BadReplyError(reply)
  }
}
