import type { Db } from '../database/client.ts'
import { noteChange } from '../orders/order-transitions.ts'
import { followMoney } from './follow-money.ts'
import { writeDown } from './payment-calls.ts'
import type { PaymentContext } from './payment-context.ts'
import { PaymentRefusedError, ProviderUnavailableError, type Report } from './payment-provider.ts'
import { findPayment, lockPayableOrder, type PaymentRow } from './payment-repository.ts'

/**
 * Takes the reserved money of one order of a group. A refusal is believed, and silence no longer waited for, after
 * `captureTries`: then the reservation counts for nothing, and the sale is told (G15). It is still asked for, until other
 * money has taken its place or the group has ended; then it is voided.
 */
export async function captureJointly(
  db: Db,
  context: PaymentContext,
  payment: PaymentRow,
  capture: () => Promise<Report>,
): Promise<boolean> {
  let failure = 'no_answer'
  let report: Report | undefined
  try {
    report = await capture()
  } catch (fault) {
    if (fault instanceof PaymentRefusedError) failure = fault.code
    else if (!(fault instanceof ProviderUnavailableError)) throw fault
  }
  await context.step?.('provider captured')
  if (await writeDown(db, context, report)) return true
  const isLast = payment.attempts >= context.captureTries
  return isLast && (await db.transaction().execute((trx) => giveUp(trx, context, payment.id, failure)))
}

async function giveUp(trx: Db, context: PaymentContext, paymentId: string, failure: string): Promise<boolean> {
  const seen = await findPayment(trx, paymentId)
  const order = seen && (await lockPayableOrder(trx, seen.order_id))
  const given = await trx
    .updateTable('payments')
    .set({ failure })
    .where('id', '=', paymentId)
    .where('status', '=', 'authorized')
    .where('failure', 'is', null)
    .executeTakeFirst()
  if (order === undefined || given.numUpdatedRows === 0n) return false
  await followMoney(trx, context, order)
  await noteChange(trx, order)
  return true
}
