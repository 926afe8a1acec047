import { isTaken } from '@seatcast/shared/domain/payment-state.ts'
import type { Db } from '../database/client.ts'
import type { OrderMoney } from '../orders/order-money.ts'
import { payAtOnce } from './pay-at-once.ts'
import type { PaymentContext } from './payment-context.ts'
import { lockPayableOrder, paymentsOf, paymentViews } from './payment-repository.ts'
import { settleOrder } from './settle-order.ts'

/**
 * The money of orders that are cancelled or moved to other seats, in the transaction that changes them (P6, P9). Refunds of
 * providers outside are begun by the payment work, which is to be woken after the commit.
 */
export function orderMoney(context: PaymentContext): OrderMoney {
  return {
    settle: async (trx, orderId, reason) => void (await settleOrder(trx, context, orderId, reason)),
    charge: (trx, { orderId, userId }) => chargeDifference(trx, context, orderId, userId),
    payments: paymentViews,
  }
}

/** From the wallet, whatever the order was paid with: only there a charge and the new seats are one transaction. */
async function chargeDifference(trx: Db, context: PaymentContext, orderId: string, userId: string): Promise<boolean> {
  const wallet = context.providers.forMethod('wallet', trx)
  const order = await lockPayableOrder(trx, orderId)
  if (wallet === undefined || order === undefined) return false
  const taken = (await paymentsOf(trx, orderId))
    .filter(({ status }) => isTaken(status))
    .reduce((sum, payment) => sum + payment.amount_minor - payment.returned_minor, 0)
  const amount = order.due - taken
  if (amount <= 0) return true
  return (await payAtOnce(trx, context, wallet, order, { userId, method: 'wallet', card: null, amount })) !== undefined
}
