import type { OrderStatus } from '@seatcast/shared/domain/order-state.ts'
import { ACTIVE_ORDER_STATUSES } from '@seatcast/shared/domain/order-state.ts'
import { sql } from 'kysely'
import type { Db } from '../database/client.ts'
import type { CountsFor } from '../seats/map-commands.ts'

/** An order that has seats. */
export interface ActiveOrder {
  readonly id: string
  readonly buyer: string
  readonly status: OrderStatus
  /** Ascending. */
  readonly seats: readonly number[]
  readonly countsFor?: CountsFor
  /** ms until payment is due, by the database's clock; negative: it is past. */
  readonly remainingMs: number
  /** It is a group's. */
  readonly groupId?: string
  /** Paid late: it counts beside its buyer's limit (O10). */
  readonly late?: true
}

/** Every order of the performance that has seats: what its map must show, whatever Redis says (R7). */
export async function activeOrders(db: Db, performanceId: string): Promise<ActiveOrder[]> {
  const rows = await db
    .selectFrom('orders')
    .innerJoin('order_seats', 'order_seats.order_id', 'orders.id')
    .select(['orders.id', 'orders.user_id', 'orders.status', 'orders.group_id', 'orders.claimed_late'])
    .select([
      REMAINING_MS.as('remaining_ms'),
      sql<number[]>`array_agg(order_seats.seat order by order_seats.seat)`.as('seats'),
      sql<CountsFor | null>`jsonb_object_agg(order_seats.seat, order_seats.counts_for)
        filter (where order_seats.counts_for is not null)`.as('counts_for'),
    ])
    .where('orders.performance_id', '=', performanceId)
    .where('orders.status', 'in', [...ACTIVE_ORDER_STATUSES])
    .where('order_seats.released_at', 'is', null)
    .groupBy('orders.id')
    .orderBy('orders.id')
    .execute()
  return rows.map(({ id, user_id, status, seats, remaining_ms, group_id, claimed_late, counts_for }) => ({
    id,
    buyer: user_id,
    status,
    seats,
    remainingMs: remaining_ms,
    ...(counts_for !== null && { countsFor: counts_for }),
    ...(group_id !== null && { groupId: group_id }),
    ...(claimed_late && { late: true }),
  }))
}

export const REMAINING_MS = sql<number>`ceil(extract(epoch from orders.deadline_at - now()) * 1000)::bigint`
