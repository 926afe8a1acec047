import type { OrderStatus } from '@seatcast/shared/domain/order-state.ts'
import type { Db } from '../database/client.ts'
import type { PaymentContext } from './payment-context.ts'
import { isWaiting, type PayableOrder, type PaymentRow } from './payment-repository.ts'
import { settleOrder } from './settle-order.ts'

/**
 * What follows for an order from money that came or went, in the transaction that writes it down: it is settled alone or,
 * while it waits with the others of its group, with them. The caller holds its lock. Returns the order's status, if it
 * is settled alone. `known`: its payments, when they are read already.
 */
export async function followMoney(
  trx: Db,
  context: PaymentContext,
  order: PayableOrder,
  known?: readonly PaymentRow[],
): Promise<OrderStatus> {
  const { groupId, status } = order
  if (groupId === null || !isWaiting(status)) return (await settleOrder(trx, context, order, known && { known })).status
  if (context.jointSale === undefined)
    throw new Error(`order ${order.id} is of group ${groupId}: there is nobody to sell it`)
  await context.jointSale.advance(trx, groupId)
  return status
}
