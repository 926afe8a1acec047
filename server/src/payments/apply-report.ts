import { type PaymentStatus, paymentMayBecome } from '@seatcast/shared/domain/payment-state.ts'
import { sql } from 'kysely'
import type { Db } from '../database/client.ts'
import { noteChange, transition } from '../orders/order-transitions.ts'
import type { PaymentContext } from './payment-context.ts'
import type { ProviderStatus, Report } from './payment-provider.ts'
import { followMoney } from './follow-money.ts'
import { findPayment, isWaiting, lockPayableOrder } from './payment-repository.ts'

/** What a provider's word means for a payment. */
const STATUS_OF: Record<ProviderStatus, PaymentStatus> = {
  created: 'created',
  processing: 'pending',
  authorized: 'authorized',
  captured: 'captured',
  failed: 'failed',
  voided: 'voided',
}

/** When a payment in flight is first asked about, s: webhooks are faster when they come at all. Source: a guess. */
const FIRST_LOOK_SECONDS = 3

/**
 * What a provider says of a payment, however it came here and how often (P7): a guarded transition of the payment, and
 * what follows from it for the order and its money, in the caller's transaction. An old report changes nothing.
 * True: something changed; wake the payment work after the commit.
 */
export async function applyReport(trx: Db, context: PaymentContext, report: Report): Promise<boolean> {
  const seen = await findPayment(trx, report.paymentId)
  if (seen === undefined) return false
  const order = await lockPayableOrder(trx, seen.order_id)
  const payment = await findPayment(trx, report.paymentId) // what the lock waited for
  if (order === undefined || payment === undefined) return false
  if (payment.provider_reference === null && report.reference !== '') {
    const { reference, redirectUrl } = report
    await trx
      .updateTable('payments')
      .set({ provider_reference: reference, redirect_url: redirectUrl })
      .where('id', '=', payment.id)
      .execute()
  }

  const to = STATUS_OF[report.status]
  if (to === 'captured' && report.currency !== payment.currency)
    throw new Error(`payment ${payment.id} is in ${payment.currency} and was captured in ${report.currency}`)
  if (to === payment.status || !paymentMayBecome(payment.status, to)) return false
  const isJoint = order.groupId !== null && isWaiting(order.status)
  await trx
    .updateTable('payments')
    .set({
      status: to,
      attempts: 0,
      // Of a group's order: reserved money waits for the others'.
      next_attempt_at: to === 'authorized' && isJoint ? null : nextAttempt(payment.status, to),
      failure: to === 'failed' ? (report.failure ?? 'unknown') : null,
      // What was really taken is what can be given back.
      ...(to === 'captured' && { amount_minor: report.amount }),
    })
    .where('id', '=', payment.id)
    .execute()

  if (to === 'captured') await context.step?.('report applied')
  if (isJoint || to === 'captured') {
    const status = await followMoney(trx, context, order)
    if (status !== order.status) return true
  }
  if (to === 'authorized' && !isJoint && (await transition(trx, order.id, 'authorized', ['pending'])) === 'done')
    return true
  await noteChange(trx, order)
  return true
}

/**
 * `authorized` is acted upon at once, of a seat change looked at whether it was taken and not confirmed; `pending` asked about
 * when no word comes; what was reserved and failed is given up at its provider. The others are final.
 */
function nextAttempt(from: PaymentStatus, status: PaymentStatus) {
  if (from === 'authorized' && status === 'failed') return sql<Date>`now()`
  if (status === 'authorized')
    return sql<Date>`case when held_until > now() then now() + make_interval(secs => ${FIRST_LOOK_SECONDS}) else now() end`
  return status === 'pending' ? sql<Date>`now() + make_interval(secs => ${FIRST_LOOK_SECONDS})` : null
}

/** A payment of which its provider knows nothing, or that it will not carry out. */
export const failedReport = (paymentId: string, failure: string): Report => ({
  reference: '',
  paymentId,
  status: 'failed',
  amount: 0,
  currency: '',
  refunded: 0,
  failure,
  redirectUrl: null,
})
