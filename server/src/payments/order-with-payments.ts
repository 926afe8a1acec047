import type { Order } from '@seatcast/shared/protocol/order.ts'
import { sql } from 'kysely'
import { jsonArrayFrom } from 'kysely/helpers/postgres'
import type { Db } from '../database/client.ts'
import { isUuid } from '../database/uuid.ts'
import { keyHash } from '../orders/order-keys.ts'
import { selectOrders, storedOrder } from '../orders/order-repository.ts'
import { type FindOrderLayout, orderView } from '../orders/order-view.ts'
import { PAYMENT_VIEW, paymentView } from './payment-repository.ts'

export interface ViewAccess {
  readonly id: string
  readonly userId: string
  /** The secret of the order's link. */
  readonly key?: string
}

/** Orders as their owners, or whoever has their links, see them; anything else finds nothing (O9). */
export interface OrdersWithPayments {
  /** Asked before a transaction in which the order is viewed: there, its layout would ask for a second connection. */
  prepareView(access: ViewAccess): Promise<boolean>
  view(trx: Db, access: ViewAccess): Promise<Order | undefined>
}

export function ordersWithPayments(db: Db, layouts: FindOrderLayout): OrdersWithPayments {
  return {
    async prepareView(access) {
      if (!isUuid(access.id)) return false
      const { rows } = await sql<{ layout_id: string }>`
        select performances.layout_id from orders join performances on performances.id = orders.performance_id
        where orders.id = ${access.id} and ${isOf(access)}
          and exists (select from order_seats where order_id = orders.id)`.execute(db)
      const [found] = rows
      if (found !== undefined) await layouts(found.layout_id)
      return found !== undefined
    },

    async view(trx, access) {
      const row = await selectOrders(trx)
        .select((of) =>
          jsonArrayFrom(
            of
              .selectFrom('payments')
              .select(PAYMENT_VIEW)
              .whereRef('order_id', '=', 'orders.id')
              .orderBy('created_at')
              .orderBy('payments.id'),
          ).as('payments'),
        )
        .where('orders.id', '=', access.id)
        .where(isOf(access))
        .executeTakeFirst()
      if (row === undefined) return undefined
      const order = storedOrder(row)
      return orderView(order, await layouts(order.layoutId), row.payments.map(paymentView))
    },
  }
}

const isOf = ({ userId, key }: ViewAccess) =>
  key === undefined
    ? sql<boolean>`orders.user_id = ${userId}`
    : sql<boolean>`(orders.user_id = ${userId} or orders.key_sha256 = ${keyHash(key)})`
