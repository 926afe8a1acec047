/**
 * Every stable refusal code, the HTTP status it answers with, and whether asking again can help.
 * `again: 'later'` comes with `retryInMs` (on HTTP also `Retry-After`, s). Source: design, section 6.
 */
export const REFUSALS = {
  BAD_REQUEST: { status: 400, again: 'no' },
  UNAUTHENTICATED: { status: 401, again: 'no' },
  FORBIDDEN: { status: 403, again: 'no' },
  ADMISSION_REQUIRED: { status: 403, again: 'no' },
  NOT_FOUND: { status: 404, again: 'no' },
  SEAT_TAKEN: { status: 409, again: 'no' },
  NO_HOLD: { status: 409, again: 'no' },
  NO_BLOCK: { status: 409, again: 'no' },
  NOT_ON_SALE: { status: 409, again: 'no' },
  LIMIT_EXCEEDED: { status: 409, again: 'no' },
  EMAIL_TAKEN: { status: 409, again: 'no' },
  /** A payment of the order is under way: what is asked for would change its amount. */
  ORDER_BUSY: { status: 409, again: 'later' },
  /** The performance's rule: too late to give paid seats back; or their tickets were used. */
  NOT_REFUNDABLE: { status: 409, again: 'no' },
  ORDER_ENDED: { status: 409, again: 'no' },
  INSUFFICIENT_FUNDS: { status: 409, again: 'no' },
  /** The buyer is in a group of this performance: its commands are the way to seats. */
  IN_GROUP: { status: 409, again: 'no' },
  GROUP_FULL: { status: 409, again: 'no' },
  /** The group is being paid for. */
  GROUP_BUSY: { status: 409, again: 'later' },
  /** The host may pay what is missing only near the end (G14). */
  TOO_EARLY: { status: 409, again: 'later' },
  WEBHOOK_FORGED: { status: 401, again: 'no' },
  WEBHOOK_STALE: { status: 400, again: 'no' },
  WEBHOOK_REPLAYED: { status: 409, again: 'no' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, again: 'no' },
  RATE_LIMITED: { status: 429, again: 'later' },
  COOL_DOWN: { status: 429, again: 'later' },
  OVERLOADED: { status: 503, again: 'later' },
  UNAVAILABLE: { status: 503, again: 'later' },
  MAP_RELOADING: { status: 503, again: 'later' },
} as const satisfies Record<string, { status: number; again: 'no' | 'later' }>

export type RefusalCode = keyof typeof REFUSALS

/** Codes with which any command may be refused, beside its own. */
export type AnyCommandRefusal =
  'BAD_REQUEST' | 'NOT_FOUND' | 'RATE_LIMITED' | 'OVERLOADED' | 'UNAVAILABLE' | 'MAP_RELOADING'
