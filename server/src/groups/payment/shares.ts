import type { OrderStatus } from '@seatcast/shared/domain/order-state.ts'
import type { StoredGroupStatus } from '../../database/group-tables.ts'
import type { Db } from '../../database/client.ts'
import { type Standing, standingOf } from '../../payments/order-standing.ts'
import { DUE, EXPIRES_IN_MS, isWaiting, type PayableOrder, type PaymentRow } from '../../payments/payment-repository.ts'
import type { StoredGroup } from '../group-repository.ts'

/** One order of a group's payment round, and its money. */
export interface Share {
  readonly order: PayableOrder
  /** Whose it is, though they may have left since. */
  readonly memberId: string
  readonly payments: readonly PaymentRow[]
  readonly standing: Standing
}

/** Whether the group's orders wait for money; only then do they. */
export const isBeingPaid = (status: StoredGroupStatus): boolean =>
  status === 'paying' || status === 'capturing' || status === 'short'

/**
 * The orders of the group's present round in the order of their ids. `lock`: until the transaction's end; the caller
 * holds the group's row, and so nobody else waits for one of them while holding another.
 */
export async function sharesOf(
  db: Db,
  group: Pick<StoredGroup, 'id' | 'paymentRound'>,
  lock?: 'lock',
): Promise<Share[]> {
  if (lock === 'lock')
    await db
      .selectFrom('orders')
      .select('id')
      .where('group_id', '=', group.id)
      .where('payment_round', '=', group.paymentRound)
      .orderBy('id')
      .forNoKeyUpdate()
      .execute()
  const orders = await db
    .selectFrom('orders')
    .select(['id', 'performance_id as performanceId', 'group_id as groupId', 'status', 'currency'])
    .select(['member_id as memberId'])
    .select([EXPIRES_IN_MS.as('expiresInMs'), DUE.as('due')])
    .where('group_id', '=', group.id)
    .where('payment_round', '=', group.paymentRound)
    .orderBy('id')
    .execute()
  if (orders.length === 0) return []
  const ids = orders.map(({ id }) => id)
  const payments = await db.selectFrom('payments').selectAll().where('order_id', 'in', ids).orderBy('id').execute()
  return orders.map(({ memberId, ...order }) => {
    const own = payments.filter((payment) => payment.order_id === order.id)
    return { order, memberId: memberId ?? '', payments: own, standing: standingOf(order.due, own) }
  })
}

/** Those that still wait for payment. */
export const waiting = (shares: readonly Share[]): Share[] => shares.filter(({ order }) => isWaiting(order.status))

/** Given back by its owner after it was sold (G16). */
export const isGivenBack = (status: OrderStatus): boolean => status === 'refund_due' || status === 'refunded'
