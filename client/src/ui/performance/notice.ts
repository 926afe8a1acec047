import type { HoldReason } from '@seatcast/shared/protocol/hold.ts'
import type { RefusalCode } from '@seatcast/shared/protocol/refusal.ts'
import type { Unanswered } from '../../connection/socket.ts'

/** What happened to a group, and refusals that mean something of their own in one. */
export type GroupNoticeCode =
  | 'GROUP_KEPT'
  | 'GROUP_MOVED'
  | 'GROUP_EXPIRED'
  | 'GROUP_LOST'
  | 'GROUP_UNPAID'
  | 'GROUP_GIVEN_UP'
  | 'GROUP_SHORT'
  | 'GROUP_GONE'
  | 'GROUP_CHANGED'
  | 'GROUP_ASKED'
  | 'GROUP_EXTENDED'
  | 'GROUP_LIMIT'
  | 'GROUP_NO_BLOCK'
  | 'GROUP_HOST_ONLY'
  | 'GROUP_HOST_SPLITS'

export type NoticeCode = RefusalCode | Unanswered['code'] | 'EXPIRED' | 'LOST' | 'RELEASED_ELSEWHERE' | GroupNoticeCode

export type Tone = 'info' | 'warning' | 'problem'

/** How each notice looks and is spoken: a `problem` interrupts a screen reader, the others wait. */
export const TONE: Record<NoticeCode, Tone> = {
  SEAT_TAKEN: 'warning',
  LIMIT_EXCEEDED: 'warning',
  NOT_ON_SALE: 'info',
  NO_BLOCK: 'warning',
  NO_HOLD: 'info',
  ADMISSION_REQUIRED: 'info',
  COOL_DOWN: 'warning',
  RATE_LIMITED: 'warning',
  OVERLOADED: 'warning',
  UNAVAILABLE: 'problem',
  MAP_RELOADING: 'info',
  UNAUTHENTICATED: 'info',
  FORBIDDEN: 'problem',
  NOT_FOUND: 'problem',
  BAD_REQUEST: 'problem',
  EMAIL_TAKEN: 'problem',
  ORDER_ENDED: 'warning',
  INSUFFICIENT_FUNDS: 'warning',
  WEBHOOK_FORGED: 'problem',
  WEBHOOK_STALE: 'problem',
  WEBHOOK_REPLAYED: 'problem',
  ORDER_BUSY: 'warning',
  IN_GROUP: 'info',
  GROUP_FULL: 'warning',
  GROUP_BUSY: 'warning',
  TOO_EARLY: 'info',
  NOT_REFUNDABLE: 'warning',
  IDEMPOTENCY_KEY_REUSED: 'problem',
  OFFLINE: 'problem',
  NO_ANSWER: 'problem',
  EXPIRED: 'warning',
  LOST: 'problem',
  RELEASED_ELSEWHERE: 'info',
  GROUP_KEPT: 'warning',
  GROUP_MOVED: 'info',
  GROUP_EXPIRED: 'warning',
  GROUP_LOST: 'problem',
  GROUP_UNPAID: 'warning',
  GROUP_GIVEN_UP: 'warning',
  GROUP_SHORT: 'problem',
  GROUP_GONE: 'warning',
  GROUP_CHANGED: 'info',
  GROUP_ASKED: 'info',
  GROUP_EXTENDED: 'info',
  GROUP_LIMIT: 'warning',
  GROUP_NO_BLOCK: 'warning',
  GROUP_HOST_ONLY: 'info',
  GROUP_HOST_SPLITS: 'warning',
}

/** Something to tell the buyer, with what they can do about it in one tap. */
export interface Notice {
  readonly code: NoticeCode
  /** Seats concerned. */
  readonly count: number
  /** Who is concerned, by name; absent: nobody that we know. */
  readonly who?: string | undefined
  /** When asking again can help, on the monotonic clock, ms; null when no time was told. */
  readonly retryAtMs: number | null
  /** Seats offered instead: alternatives of the same size, or one party split over rows. */
  readonly offers: readonly (readonly number[])[]
  readonly take: ((seats: readonly number[]) => void) | null
  readonly again: (() => void) | null
}

export const plainNotice = (code: NoticeCode, count = 0): Notice => ({
  code,
  count,
  retryAtMs: null,
  offers: [],
  take: null,
  again: null,
})

/** What the buyer is told when a hold ends; null: they ended it themselves and see it. */
export const NOTICE_OF_END: Record<HoldReason, NoticeCode | null> = {
  held: null,
  released: null,
  swapped: null,
  ordered: null, // the checkout says it
  expired: 'EXPIRED',
  lost: 'LOST',
}
