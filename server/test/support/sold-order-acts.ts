import { cancelOrder } from '../../src/orders/cancel-order.ts'
import { changing } from '../../src/orders/change-seats.ts'
import type { OrderableMap } from '../../src/orders/place-order.ts'
import { orderMoney } from '../../src/payments/order-money.ts'
import type { OrderWorld } from './order-world.ts'
import type { PaymentWorld } from './payment-world.ts'

/** What a buyer does with an order of their own, as the routes do it. */
export function soldOrderActs({ db, orders }: OrderWorld, map: OrderableMap, { context }: PaymentWorld) {
  const needs = { db, orders, money: orderMoney(context), usedSeats: () => Promise.resolve([]) }
  return {
    /** `seats`: all of them. */
    async cancel(order: { readonly id: string; readonly userId: string }, seats?: readonly number[]): Promise<void> {
      await db.transaction().execute((trx) => cancelOrder(trx, needs, order, seats))
    },
    /** A difference is paid from the wallet. */
    async change(
      order: { readonly id: string; readonly userId: string },
      exchange: { readonly release: readonly number[]; readonly take: readonly number[] },
    ): Promise<void> {
      const attempt = changing(needs, map, order, exchange)
      try {
        await attempt.secureMoney()
        await db.transaction().execute((trx) => attempt.change(trx))
      } catch (fault) {
        await attempt.undo(fault)
        throw fault
      }
    },
  }
}
