import type { UserId } from '@seatcast/shared/domain/ids.ts'
import { ACTIVE_ORDER_STATUSES } from '@seatcast/shared/domain/order-state.ts'
import type { Db } from '../database/client.ts'
import type { GroupMap } from './group-parts.ts'

/** How many more seats of the performance each of the buyers may have beside those of their orders (H8). */
export async function seatsLeft(db: Db, map: GroupMap, userIds: readonly UserId[]): Promise<Map<UserId, number>> {
  const { id, maxSeatsPerBuyer } = map.performance
  const rows = await db
    .selectFrom('orders')
    .innerJoin('order_seats', 'order_seats.order_id', 'orders.id')
    .select('orders.user_id as userId')
    .select(({ fn }) => fn.countAll<number>().as('ordered'))
    .where('orders.performance_id', '=', id)
    .where('orders.user_id', 'in', userIds)
    .where('orders.status', 'in', [...ACTIVE_ORDER_STATUSES])
    .where('orders.claimed_late', '=', false)
    .where('order_seats.released_at', 'is', null)
    .groupBy('orders.user_id')
    .execute()
  const ordered = new Map(rows.map((row) => [row.userId, row.ordered]))
  return new Map(userIds.map((userId) => [userId, Math.max(0, maxSeatsPerBuyer - (ordered.get(userId) ?? 0))]))
}
