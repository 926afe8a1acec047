import type { Order } from '@seatcast/shared/protocol/order.ts'
import type { Db } from '../database/client.ts'
import { findOrder } from '../orders/order-repository.ts'
import { type FindOrderLayout, orderView } from '../orders/order-view.ts'
import { paymentViews } from './payment-repository.ts'

export interface ViewAccess {
  readonly id: string
  readonly userId: string
  /** The secret of the order's link. */
  readonly key?: string
}

/** The order as its owner, or whoever has its link, sees it, with its payments; undefined: it is neither's. */
export async function viewOrder(db: Db, layouts: FindOrderLayout, access: ViewAccess): Promise<Order | undefined> {
  const { id, userId, key } = access
  const order =
    (await findOrder(db, { id, userId })) ?? (key === undefined ? undefined : await findOrder(db, { id, key }))
  if (order === undefined) return undefined
  const payments = await paymentViews(db, [id])
  return orderView(order, await layouts(order.layoutId), payments.get(id))
}
