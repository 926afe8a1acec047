import type { OrderMoney } from '../orders/order-money.ts'
import { chargeDifference, giveUpDifference, secureDifference } from './pay-difference.ts'
import type { PaymentContext } from './payment-context.ts'
import { askAtOnce, paymentViews } from './payment-repository.ts'
import { settleOrder } from './settle-order.ts'

/**
 * The money of orders that are cancelled or moved to other seats, in the transaction that changes them (P6, P9). Refunds of
 * providers outside are begun by the payment work, which is to be woken after the commit.
 */
export function orderMoney(context: PaymentContext): OrderMoney {
  return {
    settle: async (trx, orderId, reason) => void (await settleOrder(trx, context, orderId, { reason })),
    callOff: askAtOnce,
    secure: (db, difference) => secureDifference(db, context, difference),
    charge: (trx, difference, secured) => chargeDifference(trx, context, difference, secured),
    giveUp: giveUpDifference,
    payments: paymentViews,
  }
}
