import { REFUSALS, type RefusalCode } from '@seatcast/shared/protocol/refusal.ts'
import type { Problem } from '@seatcast/shared/protocol/http.ts'

/** A refusal's facts for the caller; never a secret, never somebody else's data. */
export interface RefusalFacts {
  /** What happened, in English, for the person who reads a log or a console. */
  readonly detail?: string
  readonly errors?: readonly { readonly path: string; readonly message: string }[]
  readonly retryInMs?: number
  readonly seats?: readonly number[]
  /** Of a group that the caller is in: who would have more seats than they may. */
  readonly memberId?: string
  /** The route by which those without an account get one. */
  readonly signUp?: string
}

/** An expected "no" on its way out of a route; the error handler turns it into a problem. */
export class RefusalError extends Error {
  override readonly name = 'RefusalError'
  readonly code: RefusalCode
  readonly facts: RefusalFacts

  constructor(code: RefusalCode, facts: RefusalFacts = {}, options?: ErrorOptions) {
    super(facts.detail ?? code, options)
    this.code = code
    this.facts = facts
  }
}

export const badRequest = (errors: RefusalFacts['errors'] & object): RefusalError =>
  new RefusalError('BAD_REQUEST', { errors })

/** Asking again helps after this many ms, where the refusal itself does not know better. Source: a guess. */
const RETRY_MS = 1_000

/** Titles are for people reading raw answers; programs read `code`. */
export function problemOf(refusal: { code: RefusalCode; facts: RefusalFacts }): Problem {
  const { status, again } = REFUSALS[refusal.code]
  const { detail, errors, seats, memberId, signUp } = refusal.facts
  return {
    type: `urn:seatcast:refusal:${refusal.code.toLowerCase().replaceAll('_', '-')}`,
    title: titleOf(refusal.code),
    status,
    code: refusal.code,
    ...(detail !== undefined && { detail }),
    ...(errors !== undefined && { errors: [...errors] }),
    ...(seats !== undefined && { seats: [...seats] }),
    ...(memberId !== undefined && { memberId }),
    ...(signUp !== undefined && { signUp }),
    ...(again === 'later' && { retryInMs: Math.max(0, Math.ceil(refusal.facts.retryInMs ?? RETRY_MS)) }),
  }
}

function titleOf(code: RefusalCode): string {
  const words = code.toLowerCase().replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** A fault: what broke is in the log, not in the answer. */
export const FAULT: Problem = {
  type: 'urn:seatcast:fault',
  title: 'Internal server error',
  status: 500,
  code: 'INTERNAL',
}
