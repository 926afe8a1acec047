import { type Static, Type } from 'typebox'
import { Id, SeatNumber } from './fields.ts'
import { OrderStatusSchema } from './order.ts'

const Moment = Type.String({ format: 'date-time' })
/** A seat as it is printed. */
const SeatPlace = { seat: SeatNumber, section: Type.String(), row: Type.String(), number: Type.String() }

/** The right to enter with one seat. `ticket`: what the QR code says; upper-case letters and digits. */
export const Ticket = Type.Object({
  ...SeatPlace,
  /** 1, and one more each time the ticket was replaced. */
  serial: Type.Integer({ minimum: 1 }),
  ticket: Type.String(),
  usedAt: Type.Union([Moment, Type.Null()]),
})
export type Ticket = Static<typeof Ticket>

/** `GET /api/orders/:id/tickets` */
export const OrderTickets = Type.Object({
  orderId: Id,
  performanceId: Id,
  status: OrderStatusSchema,
  /** By section, row and number as the hall lists them; empty unless the order is paid. */
  tickets: Type.Array(Ticket),
  /** The printable page, good for an hour. */
  pageUrl: Type.String(),
})
export type OrderTickets = Static<typeof OrderTickets>

/** `POST /api/check-in`. Spaces, hyphens and case of a typed ticket do not count. */
export const CheckIn = Type.Object(
  { performanceId: Id, ticket: Type.String({ minLength: 1, maxLength: 300 }) },
  { additionalProperties: true },
)
/** What a ticket is worth at this door (SPEC T3, T4). */
export const CheckInAnswer = Type.Union([
  Type.Object({ result: Type.Literal('admitted'), ...SeatPlace, at: Moment }),
  Type.Object({ result: Type.Literal('already_used'), ...SeatPlace, at: Moment }),
  Type.Object({ result: Type.Literal('refunded'), ...SeatPlace }),
  Type.Object({ result: Type.Literal('replaced'), ...SeatPlace }),
  Type.Object({ result: Type.Literal('wrong_performance'), performanceId: Id }),
  Type.Object({ result: Type.Literal('unknown') }),
])
export type CheckInAnswer = Static<typeof CheckInAnswer>

/** `GET /api/performances/:id/check-ins`, newest first. */
export const CheckInList = Type.Object({
  /** Tickets used, and tickets there are. */
  count: Type.Integer(),
  tickets: Type.Integer(),
  checkIns: Type.Array(Type.Object({ ...SeatPlace, at: Moment })),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
})
export type CheckInList = Static<typeof CheckInList>
