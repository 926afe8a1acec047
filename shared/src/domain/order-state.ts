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
 * Every legal transition; the database enforces the same table again (migrations/0013_late_claims_only.sql).
 * `expired → paid` is the late claim only, which is marked as one: money arrived after the order ended, and its seats were
 * still free (O10). A buyer's own cancelling is final (P10).
 */
export const NEXT_ORDER_STATUSES: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  pending: ['authorized', 'paid', 'expired', 'cancelled'],
  authorized: ['paid', 'expired', 'cancelled'],
  paid: ['refund_due'],
  expired: ['paid'],
  cancelled: [],
  refund_due: ['refunded'],
  refunded: [],
}

/** States in which an order has its seats: no two such orders share one (`one_live_order_per_seat`). */
export const ACTIVE_ORDER_STATUSES = ['pending', 'authorized', 'paid'] as const satisfies readonly OrderStatus[]

export const isActive = (status: OrderStatus): boolean =>
  (ACTIVE_ORDER_STATUSES as readonly OrderStatus[]).includes(status)

export const mayBecome = (from: OrderStatus, to: OrderStatus): boolean => NEXT_ORDER_STATUSES[from].includes(to)
