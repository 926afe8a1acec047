import { type Static, Type } from 'typebox'
import {
  CLAIMABLE_ORDER_STATUSES,
  type ClaimableStatus,
  ORDER_STATUSES,
  type OrderStatus,
} from '../domain/order-state.ts'
import { Counter, DurationMs, Id, SeatList, SeatNumber } from './fields.ts'

export const OrderStatusSchema = Type.Unsafe<OrderStatus>(
  Type.Union(ORDER_STATUSES.map((status) => Type.Literal(status))),
)

const ClaimedFrom = Type.Unsafe<ClaimableStatus>(
  Type.Union(CLAIMABLE_ORDER_STATUSES.map((status) => Type.Literal(status))),
)

/** A seat of an order; `price`: integer minor units, frozen when the order was placed. */
export const OrderSeat = Type.Object({
  seat: SeatNumber,
  section: Type.String(),
  row: Type.String(),
  number: Type.String(),
  zoneId: Id,
  price: Type.Integer({ minimum: 0 }),
  /** True: given back (cancelled alone); its price is refunded. */
  released: Type.Boolean(),
})
export type OrderSeat = Static<typeof OrderSeat>

export const PaymentView = Type.Object({
  id: Id,
  method: Type.String(),
  /** created, pending, authorized, captured, failed, voided, refund_due, refunded */
  status: Type.String(),
  amount: Type.Integer(),
  /** What has been given back so far, minor units. */
  refunded: Type.Integer(),
  /** Why it failed: a stable code of the provider's (`card_declined`, …). */
  failure: Type.Union([Type.String(), Type.Null()]),
  redirectUrl: Type.Optional(Type.String()),
})
export type PaymentView = Static<typeof PaymentView>

/** An order as its owner sees it. */
export const Order = Type.Object({
  id: Id,
  performanceId: Id,
  status: OrderStatusSchema,
  /** It had ended as this when money arrived late, and has its seats again because they were still free (O10). */
  claimedFrom: Type.Optional(ClaimedFrom),
  seats: Type.Array(OrderSeat),
  /** Sum of the frozen prices of the seats it (still) has, minor units. */
  amount: Type.Integer({ minimum: 0 }),
  currency: Type.String(),
  /** Until the payment deadline; 0 when it is past or the order does not wait for payment. */
  expiresInMs: DurationMs,
  createdAt: Type.String({ format: 'date-time' }),
  payments: Type.Array(PaymentView),
  /** Whether its owner may cancel it now (O11). */
  cancellable: Type.Boolean(),
  /** Only in the answer to POST …/orders: the secret by which a guest finds the order again (`/orders/<id>?key=…`). */
  key: Type.Optional(Type.String()),
})
export type Order = Static<typeof Order>

/** `POST /api/performances/:id/orders` */
export const NewOrder = Type.Object({ seats: Type.Optional(SeatList) }, { additionalProperties: true })
export type NewOrder = Static<typeof NewOrder>
/** Its answer: `201`. `(epoch, revision)`: the map's state in which the seats are ordered. */
export const OrderPlaced = Type.Object({ order: Order, epoch: Counter, revision: Counter })
export type OrderPlaced = Static<typeof OrderPlaced>

/** `POST /api/orders/:id/payments`. Amounts come from the order, never from here. */
export const NewPayment = Type.Object(
  {
    method: Type.Union([Type.Literal('wallet'), Type.Literal('card')]),
    /** Development's sandbox card: how it is to behave. */
    card: Type.Optional(Type.String({ pattern: '^[a-z_]{1,32}$' })),
  },
  { additionalProperties: true },
)
export type NewPayment = Static<typeof NewPayment>
export const PaymentAnswer = Type.Object({ order: Order, payment: Type.Optional(PaymentView) })
export type PaymentAnswer = Static<typeof PaymentAnswer>

/** `GET /api/wallet`: what the caller can pay with. */
export const Wallet = Type.Object({
  /** Of the wallet in `currency`, minor units: what the installation's demo pays in, or the one asked for. */
  balance: Type.Integer({ minimum: 0 }),
  currency: Type.String(),
  /** How that wallet came to its balance, newest first, paged. `amount`: minor units, negative: spent. */
  entries: Type.Array(
    Type.Object({
      id: Id,
      kind: Type.Union([Type.Literal('grant'), Type.Literal('payment'), Type.Literal('refund')]),
      amount: Type.Integer(),
      orderId: Type.Union([Id, Type.Null()]),
      createdAt: Type.String({ format: 'date-time' }),
    }),
  ),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
  /** Points by currency, minor units; a currency without an entry has none. */
  balances: Type.Array(Type.Object({ currency: Type.String(), balance: Type.Integer() })),
  /** How the sandbox card can be told to behave; empty where there is none (in production). */
  sandboxCards: Type.Array(Type.String()),
})
export type Wallet = Static<typeof Wallet>

/** `POST /api/orders/:id/cancel` */
export const CancelOrder = Type.Object({ seats: Type.Optional(SeatList) }, { additionalProperties: true })
export type CancelOrder = Static<typeof CancelOrder>
/**
 * Their answer. `(epoch, revision)`: the map's state in which the change is; without them, it will be within a second.
 * `payment`: with `202`, what the difference of a seat change is to be paid with; nothing has changed yet.
 */
export const ChangedOrder = Type.Object({
  order: Order,
  payment: Type.Optional(PaymentView),
  epoch: Type.Optional(Counter),
  revision: Type.Optional(Counter),
})
export type ChangedOrder = Static<typeof ChangedOrder>
/** `GET /api/orders` */
export const OrderList = Type.Object({ orders: Type.Array(Order), nextCursor: Type.Union([Id, Type.Null()]) })
export type OrderList = Static<typeof OrderList>

/**
 * `POST /api/orders/:id/seats`: move to other seats: `release` some of the order's, take `hold`ed or free ones instead. What
 * dearer seats of a paid order cost more is paid as an order is; default: from the wallet.
 */
export const ChangeSeats = Type.Object(
  { release: SeatList, take: SeatList, ...Type.Partial(NewPayment).properties },
  { additionalProperties: true },
)
export type ChangeSeats = Static<typeof ChangeSeats>

/** Pushed to all of the buyer's sockets, on any node: a hint to read the order again. */
export interface OrderChanged {
  readonly orderId: string
  readonly status: Static<typeof OrderStatusSchema>
}
