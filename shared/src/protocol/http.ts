import { type Static, Type } from 'typebox'
import { Id } from './fields.ts'
import { SaleStatus } from './sale.ts'

/** A duration in ms until the sale opens: 0 when past, null when no opening time is set. */
const OpensInMs = Type.Union([Type.Integer({ minimum: 0 }), Type.Null()])
const Moment = Type.String({ format: 'date-time' })

/** Performances listed inside one show. Source: a guess above a long run's season. */
export const SHOW_PERFORMANCES_MAX = 100

/** An error's body, `application/problem+json`; `code` is stable, see REFUSALS. */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  detail: Type.Optional(Type.String()),
  /** With BAD_REQUEST: JSON pointers into the request and what is wrong there. */
  errors: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() }))),
  /** With codes where asking again later can help, ms. */
  retryInMs: Type.Optional(Type.Integer()),
  /** With SEAT_TAKEN: the seats in the way. */
  seats: Type.Optional(Type.Array(Type.Integer())),
  /** With LIMIT_EXCEEDED in a group: who would have more seats than they may. */
  memberId: Type.Optional(Type.String()),
  /** With UNAUTHENTICATED after a failed login: where those without an account get one. */
  signUp: Type.Optional(Type.String()),
})
export type Problem = Static<typeof Problem>

export const Guest = Type.Object({ userId: Id, token: Type.String(), expiresInSeconds: Type.Integer() })
export type Guest = Static<typeof Guest>

export const PriceZone = Type.Object({
  id: Id,
  name: Type.String(),
  color: Type.String(),
  /** Integer minor units of `currency`. */
  price: Type.Integer({ minimum: 0 }),
  /** ISO 4217. */
  currency: Type.String(),
  categories: Type.Array(Type.Integer({ minimum: 0 })),
})
export type PriceZone = Static<typeof PriceZone>

export const PerformanceSummary = Type.Object({
  id: Id,
  startsAt: Moment,
  onSaleAt: Type.Union([Moment, Type.Null()]),
  opensInMs: OpensInMs,
  status: SaleStatus,
  seatCount: Type.Integer(),
  availableCount: Type.Integer(),
})
export type PerformanceSummary = Static<typeof PerformanceSummary>

/** `title` is English; `titles` adds the Korean one where there is one. */
export const ShowTitles = Type.Object({ en: Type.String(), ko: Type.Optional(Type.String()) })
export type ShowTitles = Static<typeof ShowTitles>

/** `performances`: by date, at most SHOW_PERFORMANCES_MAX. */
export const ShowSummary = Type.Object({
  id: Id,
  title: Type.String(),
  titles: ShowTitles,
  performances: Type.Array(PerformanceSummary),
})
export type ShowSummary = Static<typeof ShowSummary>

/** `GET /api/shows`: paged by `?cursor=`; `nextCursor` null on the last page. */
export const ShowList = Type.Object({
  shows: Type.Array(ShowSummary),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
})
export type ShowList = Static<typeof ShowList>

/** `GET /api/performances/:id` */
export const PerformanceDetail = Type.Object({
  id: Id,
  show: Type.Object({ id: Id, title: Type.String(), titles: ShowTitles }),
  venueId: Id,
  layoutUrl: Type.String(),
  startsAt: Moment,
  onSaleAt: Type.Union([Moment, Type.Null()]),
  opensInMs: OpensInMs,
  status: SaleStatus,
  holdSeconds: Type.Integer(),
  paymentSeconds: Type.Integer(),
  /** Length of a group's hold; its one extension adds half of it (G3). */
  groupHoldSeconds: Type.Integer(),
  maxSeatsPerBuyer: Type.Integer(),
  zones: Type.Array(PriceZone),
  seatCount: Type.Integer(),
  availableCount: Type.Integer(),
})
export type PerformanceDetail = Static<typeof PerformanceDetail>
