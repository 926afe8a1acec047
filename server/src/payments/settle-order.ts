import { isClaimable, type OrderStatus } from '@seatcast/shared/domain/order-state.ts'
import { isTaken } from '@seatcast/shared/domain/payment-state.ts'
import type { Db } from '../database/client.ts'
import { newId } from '../database/uuid.ts'
import { noteChange, transition } from '../orders/order-transitions.ts'
import type { PaymentContext } from './payment-context.ts'
import { byMoment } from './order-standing.ts'
import { isWaiting, lockPayableOrder, type PayableOrder, type PaymentRow, paymentsOf } from './payment-repository.ts'

export type RefundReason = 'cancelled' | 'late' | 'second' | 'changed' | 'group'

export interface Settled {
  readonly status: OrderStatus
  /** Minor units that refunds made by this call give back. */
  readonly returned: number
}

/**
 * Brings an order and its money into agreement, in the caller's transaction: what was taken and not given back is the
 * price of a paid order's seats, and nothing for any other order (P6). Enough money makes the order paid, late if need
 * be; what is too much is given back, newest payment first. It looks at sums, not at what happened, so that it may run at
 * any time, any number of times. `locked`: the order as its lock's holder has read it, or its id. Wake the payment work after
 * the commit. An order of a group keeps its money while it waits, and never becomes paid alone (G12). `known`: its payments,
 * when the lock's holder has read them already.
 */
export async function settleOrder(
  trx: Db,
  context: PaymentContext,
  locked: string | PayableOrder,
  { reason, known }: { readonly reason?: RefundReason; readonly known?: readonly PaymentRow[] } = {},
): Promise<Settled> {
  const order = typeof locked === 'string' ? await lockPayableOrder(trx, locked) : locked
  if (order === undefined) throw new Error('an order that is to be settled does not exist')
  const { id: orderId } = order
  const payments = (known ?? (await paymentsOf(trx, orderId))).filter((payment) => isTaken(payment.status))
  const taken = payments.reduce((sum, payment) => sum + payment.amount_minor - payment.returned_minor, 0)

  const isJoint = order.groupId !== null
  const isPaid = taken >= order.due && payments.length > 0
  const status = isPaid && !isJoint ? await claimPaid(trx, context, order, taken) : order.status
  const owed = status === 'paid' || (isJoint && isWaiting(status)) ? order.due : 0
  const returned = await returnMoney(trx, order, payments, Math.max(0, taken - owed), reason ?? reasonIn(status))
  if (returned > 0) await refundAtOnce(trx, context, orderId)
  const isRefunded = status === 'refund_due' && (await finishRefund(trx, orderId))
  if (returned > 0 && status === order.status && !isRefunded) await noteChange(trx, order)
  return { status: isRefunded ? 'refunded' : status, returned }
}

/** Guarded by the order's state; a late claim that meets taken seats changes nothing. */
async function claimPaid(trx: Db, context: PaymentContext, order: PayableOrder, taken: number): Promise<OrderStatus> {
  const { status } = order
  const waits = isWaiting(status)
  // An order of free seats is not brought back by a payment of nothing.
  if (!waits && !(isClaimable(status) && taken > 0 && order.due > 0)) return status
  return (await transition(trx, order.id, 'paid', [status], context.secureSeats)) === 'done' ? 'paid' : status
}

function reasonIn(status: OrderStatus): RefundReason {
  if (status === 'paid' || isWaiting(status)) return 'second'
  return status === 'refund_due' || status === 'refunded' ? 'cancelled' : 'late'
}

/** Writes down refunds of what was taken above what is owed, for the payment work to give back; returns how much. */
export async function returnExcess(trx: Db, order: PayableOrder, owed: number, reason: RefundReason): Promise<number> {
  const payments = (await paymentsOf(trx, order.id)).filter((payment) => isTaken(payment.status))
  const taken = payments.reduce((sum, payment) => sum + payment.amount_minor - payment.returned_minor, 0)
  return await returnMoney(trx, order, payments, Math.max(0, taken - owed), reason)
}

async function returnMoney(
  trx: Db,
  order: PayableOrder,
  payments: readonly PaymentRow[],
  excess: number,
  reason: RefundReason,
): Promise<number> {
  let left = excess
  for (const payment of payments.toSorted(byMoment).toReversed()) {
    const amount = Math.min(left, payment.amount_minor - payment.returned_minor)
    if (amount <= 0) continue
    left -= amount
    const returned = payment.returned_minor + amount
    await trx
      .insertInto('refunds')
      .values({
        id: newId(),
        payment_id: payment.id,
        order_id: order.id,
        amount_minor: amount,
        from_minor: payment.returned_minor,
        reason,
      })
      .execute()
    await trx
      .updateTable('payments')
      .set({
        returned_minor: returned,
        ...(returned === payment.amount_minor && { status: 'refund_due' as const }),
      })
      .where('id', '=', payment.id)
      .execute()
  }
  return excess - left
}

/** Where giving back is part of this transaction, nothing is left to be done after it. */
async function refundAtOnce(trx: Db, { providers }: PaymentContext, orderId: string): Promise<void> {
  const due = await trx
    .selectFrom('refunds')
    .innerJoin('payments', 'payments.id', 'refunds.payment_id')
    .select(['refunds.id', 'refunds.amount_minor', 'payments.provider', 'payments.id as payment_id'])
    .select(['payments.currency', 'payments.provider_reference'])
    .where('refunds.order_id', '=', orderId)
    .where('refunds.status', '=', 'due')
    .orderBy('refunds.id')
    .execute()
  for (const refund of due) {
    const provider = providers.named(refund.provider, trx)
    if (provider?.capabilities.transactional !== true) continue
    const { reference } = await provider.refund({
      reference: refund.provider_reference ?? refund.payment_id,
      paymentId: refund.payment_id,
      orderId,
      refundId: refund.id,
      amount: refund.amount_minor,
      currency: refund.currency,
    })
    await confirmRefund(trx, refund.id, reference)
  }
}

/** The provider gave it back: written down once, whoever asks. The caller holds the order's lock. */
export async function confirmRefund(trx: Db, refundId: string, reference: string): Promise<boolean> {
  const refund = await trx
    .updateTable('refunds')
    .set({ status: 'done', provider_reference: reference, done_at: new Date(), next_attempt_at: null })
    .where('id', '=', refundId)
    .where('status', '=', 'due')
    .returning(['payment_id', 'amount_minor'])
    .executeTakeFirst()
  if (refund === undefined) return false
  await trx
    .updateTable('payments')
    .set((row) => ({ refunded_minor: row('refunded_minor', '+', refund.amount_minor) }))
    .where('id', '=', refund.payment_id)
    .execute()
  await trx
    .updateTable('payments')
    .set({ status: 'refunded' })
    .where('id', '=', refund.payment_id)
    .where('status', '=', 'refund_due')
    .whereRef('refunded_minor', '=', 'amount_minor')
    .execute()
  return true
}

/** A cancelled paid order is refunded once all of its money is back. */
export async function finishRefund(trx: Db, orderId: string): Promise<boolean> {
  const open = await trx
    .selectFrom('refunds')
    .select('id')
    .where('order_id', '=', orderId)
    .where('status', '=', 'due')
    .limit(1)
    .executeTakeFirst()
  if (open !== undefined) return false
  return (await transition(trx, orderId, 'refunded', ['refund_due'])) === 'done'
}
