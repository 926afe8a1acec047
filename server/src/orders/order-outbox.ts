import type { OrderStatus } from '@seatcast/shared/domain/order-state.ts'
import { isActive } from '@seatcast/shared/domain/order-state.ts'
import type { OrderId, PerformanceId, SeatIndex, UserId } from '@seatcast/shared/domain/ids.ts'
import { sql } from 'kysely'
import type { Db } from '../database/client.ts'
import { isRefusedByRedis } from '../redis/client.ts'
import type { MapTarget } from '../seats/map-commands.ts'
import type { OrderCommands, OrderFacts } from '../seats/order-commands.ts'
import { REMAINING_MS } from './active-orders.ts'
import { COUNTS_FOR } from './counted-seats.ts'
import { type Step, noStep } from './step.ts'

/** An order whose state the map now shows. */
export interface DeliveredOrder {
  readonly orderId: OrderId
  readonly userId: UserId
  readonly performanceId: PerformanceId
  /** The group whose members are to look again; null: none. */
  readonly groupId: string | null
  /** The hold it came from. */
  readonly holdId: string
  /** Requests in whose name it changed; none: it was not asked for, or is told in the name of a request that runs now. */
  readonly requestIds: readonly string[]
  readonly status: OrderStatus
  /** Seats of the map that changed. */
  readonly changed: number
  readonly epoch: number
  readonly revision: number
}

export interface OutboxNeeds {
  readonly db: Db
  readonly orders: Pick<OrderCommands, 'settleOrder'>
  /** Awaited while the entry is still there: what else is to follow from an order's being as it is. May be asked again. */
  readonly settled?: (trx: Db, order: DeliveredOrder, target: MapTarget) => Promise<void>
  /** Told after an entry was delivered: the hook for `order:changed`. May be told twice, and of a state that is over. */
  readonly delivered?: (order: DeliveredOrder) => void
  /** The map of these performances is not there: asks for it (R5). */
  readonly mapMissing?: (performanceId: PerformanceId) => Promise<void>
  /** Redis refuses what is asked for this performance, or its map cannot be brought back; the others' orders are delivered. */
  readonly failed?: (performanceId: PerformanceId, fault: unknown) => void
  readonly step?: Step
}

/** Orders that one transaction delivers, and so locks for as long as Redis takes. Source: a guess: 100 scripts take about 5 ms. */
const BATCH = 100

/**
 * Tells Redis of orders that changed (O4); returns how many. Any number of processes may run it, at any time. An entry says
 * which order changed: its row is locked, read as it now is, settled, and the entry deleted last. So a crash at any line
 * leaves the entry, and no older state is ever told after a newer one.
 */
export async function deliverOutbox(needs: OutboxNeeds): Promise<number> {
  const missing = new Set<PerformanceId>()
  for (let count = 0; ;) {
    const delivered = await deliverBatch(needs, missing)
    for (const order of delivered.orders) needs.delivered?.(order)
    count += delivered.orders.length
    if (delivered.entries < BATCH) {
      for (const performanceId of missing) await bringBack(needs, performanceId)
      return count
    }
  }
}

async function bringBack({ mapMissing, failed }: OutboxNeeds, performanceId: PerformanceId): Promise<void> {
  try {
    await mapMissing?.(performanceId)
  } catch (fault) {
    if (failed === undefined) throw fault
    failed(performanceId, fault)
  }
}

/**
 * Tells Redis how one order is, changed or not: repairs what the map has wrong. Undefined: there is no such order, somebody
 * is just changing it, or its map is not there. `alsoGone`: seats that the map shows as its own; freed unless they are.
 */
export async function deliverOrder(
  needs: OutboxNeeds,
  orderId: OrderId,
  alsoGone: readonly SeatIndex[] = [],
): Promise<DeliveredOrder | undefined> {
  const delivered = await needs.db.transaction().execute(async (trx) => {
    const locked = await trx
      .selectFrom('orders')
      .select('id')
      .where('id', '=', orderId)
      .forNoKeyUpdate()
      .skipLocked()
      .execute()
    const toSettle = await readFacts(
      trx,
      locked.map(({ id }) => id),
    )
    const widened = toSettle.map(({ facts, ...order }) => ({
      ...order,
      facts: { ...facts, gone: [...facts.gone, ...alsoGone.filter((seat) => !facts.live.includes(seat))] },
    }))
    return await settleAll(trx, needs, widened, new Set())
  })
  for (const order of delivered) needs.delivered?.(order)
  return delivered[0]
}

async function deliverBatch(
  needs: OutboxNeeds,
  missing: Set<PerformanceId>,
): Promise<{ readonly entries: number; readonly orders: readonly DeliveredOrder[] }> {
  const { db, step = noStep } = needs
  return await db.transaction().execute(async (trx) => {
    let query = trx
      .selectFrom('outbox')
      .innerJoin('orders', 'orders.id', 'outbox.order_id')
      .select(['outbox.id', 'outbox.order_id', 'outbox.request_id'])
      .orderBy('outbox.created_at')
      .limit(BATCH)
      .forNoKeyUpdate()
      .skipLocked() // a locked order is being changed: that change brings an entry of its own, and this one waits
    if (missing.size > 0) query = query.where('outbox.performance_id', 'not in', [...missing])
    const entries = await query.execute()
    if (entries.length === 0) return { entries: 0, orders: [] }
    await step('outbox read')
    const facts = await readFacts(trx, [...new Set(entries.map((entry) => entry.order_id))])
    const orders = await settleAll(trx, needs, facts, missing)
    await step('map settled')
    const settled = new Set(orders.map(({ orderId }) => orderId))
    const done = entries.filter((entry) => settled.has(entry.order_id)).map(({ id }) => id)
    if (done.length > 0) await sql`delete from outbox where id = any (${done}::uuid[])`.execute(trx)
    await step('outbox entry deleted')
    const requestIdsOf = (orderId: OrderId) =>
      entries.flatMap(({ order_id, request_id }) => (order_id === orderId && request_id !== null ? [request_id] : []))
    return {
      entries: entries.length,
      orders: orders.map((order) => ({ ...order, requestIds: requestIdsOf(order.orderId) })),
    }
  })
}

interface OrderToSettle {
  readonly facts: OrderFacts
  readonly groupId: string | null
  readonly holdId: string
  readonly target: MapTarget
}

/** After the lock: a statement of its own sees what the lock waited for, and an epoch at least as new as the order. */
async function readFacts(trx: Db, ids: readonly OrderId[]): Promise<OrderToSettle[]> {
  if (ids.length === 0) return []
  const rows = await trx
    .selectFrom('orders')
    .innerJoin('performances', 'performances.id', 'orders.performance_id')
    .select(['orders.id', 'orders.user_id', 'orders.status', 'orders.performance_id', 'orders.group_id'])
    .select(['orders.hold_id', 'orders.claimed_late'])
    .select(['performances.partition', 'performances.epoch'])
    .select([REMAINING_MS.as('remaining_ms'), LIVE_SEATS.as('live'), GONE_SEATS.as('gone')])
    .select(COUNTS_FOR.as('counts_for'))
    .where(sql<boolean>`orders.id = any (${ids}::uuid[])`)
    .execute()
  return rows.map((row) => ({
    target: { id: row.performance_id, partition: row.partition, epoch: row.epoch },
    groupId: row.group_id,
    holdId: row.hold_id,
    facts: {
      orderId: row.id,
      buyer: row.user_id,
      status: row.status,
      live: isActive(row.status) ? row.live : [],
      gone: isActive(row.status) ? row.gone : [...row.live, ...row.gone],
      remainingMs: row.remaining_ms,
      ...(row.counts_for !== null && isActive(row.status) && { countsFor: row.counts_for }),
      ...(row.group_id !== null && { groupId: row.group_id }),
      ...(row.claimed_late && { late: true }),
    },
  }))
}

const LIVE_SEATS = sql<number[]>`array(select seat from order_seats
  where order_id = orders.id and released_at is null order by seat)`
const GONE_SEATS = sql<number[]>`array(select seat from order_seats
  where order_id = orders.id and released_at is not null order by seat)`

async function settleAll(
  trx: Db,
  { orders, settled, failed }: OutboxNeeds,
  toSettle: readonly OrderToSettle[],
  missing: Set<PerformanceId>,
): Promise<DeliveredOrder[]> {
  const delivered = await Promise.all(
    toSettle.map(async ({ facts, target, groupId, holdId }) => {
      const reply = await orders.settleOrder(target, facts).catch((fault: unknown) => {
        if (failed === undefined || !isRefusedByRedis(fault)) throw fault
        failed(target.id, fault)
        return { ok: false } as const
      })
      if (!reply.ok) {
        missing.add(target.id)
        return []
      }
      const { orderId, buyer: userId, status } = facts
      const { changed, revision } = reply
      const { id: performanceId, epoch } = target
      const origin = { groupId, holdId, requestIds: [] }
      const order = { orderId, userId, performanceId, ...origin, status, changed, epoch, revision }
      await settled?.(trx, order, target)
      return [order]
    }),
  )
  return delivered.flat()
}
