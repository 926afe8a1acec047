/** An order's states. Source: design, section 8, and the issue of orders and payment. */
export const ORDER_STATUSES = [
  'pending',
  'authorized',
  'paid',
  'expired',
  'cancelled',
  'refund_due',
  'refunded',
] as const
export type OrderStatus = (typeof ORDER_STATUSES)[number]

/**
 * Every legal transition; the database enforces the same table again (migrations/0016_late_claims_of_cancelled_orders.sql).
 * `expired → paid` and `cancelled → paid` are the late claim only, which is marked as one: money arrived after the order
 * ended, and its seats were still free (O10, P10).
 */
export const NEXT_ORDER_STATUSES: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  pending: ['authorized', 'paid', 'expired', 'cancelled'],
  authorized: ['paid', 'expired', 'cancelled'],
  paid: ['refund_due'],
  expired: ['paid'],
  cancelled: ['paid'],
  refund_due: ['refunded'],
  refunded: [],
}

/** States in which an order has its seats: no two such orders share one (`one_live_order_per_seat`). */
export const ACTIVE_ORDER_STATUSES = ['pending', 'authorized', 'paid'] as const satisfies readonly OrderStatus[]

/** How an order may have ended that money which arrives late makes paid after all (O10). */
export const CLAIMABLE_ORDER_STATUSES = ['expired', 'cancelled'] as const satisfies readonly OrderStatus[]
export type ClaimableStatus = (typeof CLAIMABLE_ORDER_STATUSES)[number]

export const isClaimable = (status: OrderStatus): status is ClaimableStatus =>
  (CLAIMABLE_ORDER_STATUSES as readonly OrderStatus[]).includes(status)

export const isActive = (status: OrderStatus): boolean =>
  (ACTIVE_ORDER_STATUSES as readonly OrderStatus[]).includes(status)

export const mayBecome = (from: OrderStatus, to: OrderStatus): boolean => NEXT_ORDER_STATUSES[from].includes(to)
