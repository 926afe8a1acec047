/** A payment's states. `captured`: its money was taken, and at least some of it was not given back. */
export const PAYMENT_STATUSES = [
  'created',
  'pending',
  'authorized',
  'captured',
  'failed',
  'voided',
  'refund_due',
  'refunded',
] as const
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number]

/**
 * Every legal transition; the database enforces the same table again (migrations/0005_payments.sql). Money that arrives
 * is always written down: a payment that was given up as failed or voided may still be captured.
 */
export const NEXT_PAYMENT_STATUSES: Readonly<Record<PaymentStatus, readonly PaymentStatus[]>> = {
  created: ['pending', 'authorized', 'captured', 'failed', 'voided'],
  pending: ['authorized', 'captured', 'failed', 'voided'],
  authorized: ['captured', 'failed', 'voided'],
  captured: ['refund_due'],
  failed: ['authorized', 'captured'],
  voided: ['captured'],
  refund_due: ['refunded'],
  refunded: [],
}

export const paymentMayBecome = (from: PaymentStatus, to: PaymentStatus): boolean =>
  NEXT_PAYMENT_STATUSES[from].includes(to)

/** Its outcome is not known yet: its order waits for it (until the deadline + PAYMENT_GRACE_MS). */
export const isInFlight = (status: PaymentStatus): boolean =>
  status === 'created' || status === 'pending' || status === 'authorized'

/** Its money was taken, whatever was given back since. */
export const isTaken = (status: PaymentStatus): boolean =>
  status === 'captured' || status === 'refund_due' || status === 'refunded'

/** An order with a payment in flight is not ended before its deadline + this, ms. Source: the issue of orders and payment. */
export const PAYMENT_GRACE_MS = 30_000
