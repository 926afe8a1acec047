import type { Position } from '@seatcast/shared/domain/revision.ts'

/** A buyer's hold as this client knows it, at `position`. */
export interface HoldState {
  readonly holdId: string | null
  readonly seats: readonly number[]
  /** When it ends, on the local monotonic clock (`performance.now()`), ms; null without a hold. */
  readonly deadlineMs: number | null
  /** The exact state of the map in which this is true; null: nothing known yet. */
  readonly position: Position | null
}

/** The whole hold as the server tells it: a command's reply, `hold:changed`, or `mine` with its ack's position. */
export interface HoldFact extends Position {
  readonly holdId: string | null
  readonly seats: readonly number[]
  readonly expiresInMs: number
}

export const NO_HOLD: HoldState = { holdId: null, seats: [], deadlineMs: null, position: null }

/** How early a hold may vanish and still have reached its deadline, ms. Source: a guess above a slow answer's way here. */
const DEADLINE_TOLERANCE_MS = 1_500

/** Takes the fact over unless it is older than what is known; `nowMs`: the local monotonic clock. */
export function applyHold(state: HoldState, fact: HoldFact, nowMs: number): HoldState {
  if (state.position !== null && isOlder(fact, state.position)) return state
  const position = { epoch: fact.epoch, revision: fact.revision }
  if (fact.holdId === null || fact.seats.length === 0) return { ...NO_HOLD, position }
  return { holdId: fact.holdId, seats: fact.seats, deadlineMs: deadlineOf(state, fact, nowMs), position }
}

/**
 * A hold's clock never restarts (H4) and an answer's way here only makes its end look later than it is,
 * so of two estimates for one hold the earlier is the better. A new epoch is a new clock: holds were carried over.
 */
function deadlineOf(state: HoldState, fact: HoldFact, nowMs: number): number {
  const estimate = nowMs + fact.expiresInMs
  const sameClock = state.holdId === fact.holdId && state.position?.epoch === fact.epoch && state.deadlineMs !== null
  return sameClock ? Math.min(estimate, state.deadlineMs) : estimate
}

export function isOlder(a: Position, b: Position): boolean {
  return a.epoch < b.epoch || (a.epoch === b.epoch && a.revision < b.revision)
}

/** ms until the hold ends, 0 from then on; null without one. */
export function timeLeftMs(state: HoldState, nowMs: number): number | null {
  return state.deadlineMs === null ? null : Math.max(0, state.deadlineMs - nowMs)
}

/**
 * Why a hold that we had is gone when nobody said so (found on reconnecting): its deadline has passed, the map was
 * rebuilt, or it was given up elsewhere (another tab).
 */
export function guessedEnd(before: HoldState, after: HoldState, nowMs: number): 'expired' | 'lost' | 'released' | null {
  if (before.holdId === null || after.holdId !== null) return null
  if (before.deadlineMs !== null && nowMs >= before.deadlineMs - DEADLINE_TOLERANCE_MS) return 'expired'
  return before.position?.epoch === after.position?.epoch ? 'released' : 'lost'
}
