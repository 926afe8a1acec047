import type { OrderStatus } from '@seatcast/shared/domain/order-state.ts'
import type { Order, PaymentView } from '@seatcast/shared/protocol/order.ts'

/**
 * What the buyer of an order is shown. `open`: can be paid. `failed`: a payment failed, another can be made.
 * `waiting`: a payment is on its way. `reserved`: the money is secured, taken when all that belongs together is. `ending`: our clock is over, the server's word is due. `late`: the order ended while a
 * payment was on its way. `returning`, `returned`: an order that had ended unpaid gives money back, has given it back.
 * `stopping`: cancelled while a payment was on its way, which may still arrive. `refunding`, `refunded`: a paid order
 * that was cancelled gives its money back, has given it back.
 */
export type OrderView =
  | 'open'
  | 'failed'
  | 'waiting'
  | 'reserved'
  | 'ending'
  | 'paid'
  | 'expired'
  | 'late'
  | 'returning'
  | 'returned'
  | 'cancelled'
  | 'stopping'
  | 'refunding'
  | 'refunded'

/** Where the payments of an order stand, taken together. */
export type PaymentPhase = 'none' | 'running' | 'failed' | 'captured' | 'returning' | 'returned'

/** Every order with every payment, decided. */
export const VIEW_OF_ORDER: Record<OrderStatus, Record<PaymentPhase, Exclude<OrderView, 'ending'>>> = {
  pending: {
    none: 'open',
    running: 'waiting',
    failed: 'failed',
    captured: 'waiting',
    returning: 'open',
    returned: 'open',
  },
  // It stays authorized when its payment then fails after all: only money that is there secures anything.
  authorized: {
    none: 'open',
    running: 'reserved',
    failed: 'failed',
    captured: 'reserved',
    returning: 'open',
    returned: 'open',
  },
  paid: { none: 'paid', running: 'paid', failed: 'paid', captured: 'paid', returning: 'paid', returned: 'paid' },
  expired: {
    none: 'expired',
    running: 'late',
    failed: 'expired',
    captured: 'late',
    returning: 'returning',
    returned: 'returned',
  },
  cancelled: {
    none: 'cancelled',
    running: 'stopping',
    failed: 'cancelled',
    captured: 'stopping',
    returning: 'returning',
    returned: 'returned',
  },
  refund_due: {
    none: 'refunding',
    running: 'refunding',
    failed: 'refunding',
    captured: 'refunding',
    returning: 'refunding',
    returned: 'refunding',
  },
  refunded: {
    none: 'refunded',
    running: 'refunded',
    failed: 'refunded',
    captured: 'refunded',
    returning: 'refunded',
    returned: 'refunded',
  },
}

const PHASE_OF_PAYMENT: Readonly<Record<string, PaymentPhase>> = {
  created: 'running',
  pending: 'running',
  authorized: 'running',
  captured: 'captured',
  failed: 'failed',
  voided: 'failed',
  refund_due: 'returning',
  refunded: 'returned',
}

/** Of several payments the one that matters most is shown: what may still take money, then what has it. */
const BY_WEIGHT: readonly PaymentPhase[] = ['running', 'captured', 'returning', 'returned', 'failed']

/** Reserved, and then not paid by its provider: it secures nothing, other money may take its place (SPEC G15). */
const isGivenUp = ({ status, failure }: PaymentView): boolean => status === 'authorized' && failure !== null

export function paymentPhase(payments: readonly PaymentView[]): PaymentPhase {
  // A status that this client does not know yet may still take money.
  const phases = payments.map((payment) =>
    isGivenUp(payment) ? 'failed' : (PHASE_OF_PAYMENT[payment.status] ?? 'running'),
  )
  return BY_WEIGHT.find((phase) => phases.includes(phase)) ?? 'none'
}

/** `leftMs`: until the payment deadline, by our clock. */
export function orderView(order: Pick<Order, 'status' | 'payments'>, leftMs: number): OrderView {
  const view = VIEW_OF_ORDER[order.status][paymentPhase(order.payments)]
  return (view === 'open' || view === 'failed') && leftMs <= 0 ? 'ending' : view
}

/** Whether the buyer can still pay. */
export const CAN_PAY: Record<OrderView, boolean> = {
  open: true,
  failed: true,
  waiting: false,
  reserved: false,
  ending: false,
  paid: false,
  expired: false,
  late: false,
  returning: false,
  returned: false,
  cancelled: false,
  stopping: false,
  refunding: false,
  refunded: false,
}

/** How often to read an order again beside what is pushed, ms; null: it changes only by its owner. Sources: guesses. */
export const READ_EVERY_MS: Record<OrderView, number | null> = {
  open: 20_000,
  failed: 20_000,
  waiting: 1_500,
  reserved: 3_000,
  ending: 1_000,
  paid: null,
  expired: 20_000,
  late: 3_000,
  returning: 3_000,
  returned: null,
  cancelled: 20_000,
  stopping: 3_000,
  refunding: 3_000,
  refunded: null,
}

/** Why the last payment failed: a code of the provider's; null when none did. */
export function lastFailure(payments: readonly PaymentView[]): string | null {
  const last = payments.findLast((payment) => isGivenUp(payment) || PHASE_OF_PAYMENT[payment.status] === 'failed')
  return last === undefined ? null : (last.failure ?? 'unknown')
}
