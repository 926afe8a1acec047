import { sql } from 'kysely'
import type { Db } from '../database/client.ts'
import { activeOrders } from '../orders/active-orders.ts'
import { countedSeats } from '../orders/counted-seats.ts'
import { check, type Check } from './check.ts'
import type { MapDump } from './map-dump.ts'
import { damagedOrders, readOrderRecord } from './order-record.ts'

/** A change that Redis was not told of for this long is stuck, s. Source: the outbox delivers within 1 s; ten times that. */
const STUCK_SECONDS = 10

interface OrderedSeat {
  readonly orderId: string
  readonly digit: string
}

/**
 * What must hold of a performance's orders: PostgreSQL's, read after the map. Orders that the outbox still has or that are
 * still being written down may differ from the map; one that stays so is `outbox`'s finding.
 */
export async function auditOrders(db: Db, dump: MapDump, performanceId: string): Promise<Check[]> {
  const { active, waiting } = await db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => ({
      active: await activeOrders(trx, performanceId),
      waiting: await outboxOf(trx, performanceId),
    }))
  const moving = new Set([...dump.locks, ...waiting.map(({ orderId }) => orderId)])
  const movingBuyers = new Set(waiting.flatMap(({ buyer, friends }) => [buyer, ...friends]))
  for (const orderId of moving) {
    const record = readOrderRecord(dump.orders[orderId] ?? '')
    if (record === undefined) continue
    for (const buyer of [record.buyer, ...Object.values(record.countsFor ?? {})]) movingBuyers.add(buyer)
  }
  const stuck = waiting.filter(({ isStuck }) => isStuck)
  const orderOf = new Map<number, OrderedSeat>()
  const twice: string[] = []
  for (const { id, status, seats } of active) {
    for (const seat of seats) {
      const other = orderOf.get(seat)
      if (other !== undefined) twice.push(`seat ${seat} is in orders ${other.orderId} and ${id}`)
      orderOf.set(seat, { orderId: id, digit: status === 'paid' ? '3' : '2' })
    }
  }
  return [
    check('one_order_per_seat', 'no seat is in two active orders', twice),
    check('order_seats', "the map shows PostgreSQL's orders and no others", [
      ...seatDifferences(dump, orderOf, moving),
      ...damagedOrders(dump),
    ]),
    check(
      'ordered_counts',
      "a buyer's record counts the seats of orders that count against them",
      countDifferences(dump, countedSeats(active), movingBuyers),
    ),
    check(
      'outbox',
      `Redis hears of every change of an order within ${STUCK_SECONDS} s`,
      stuck.map(({ orderId }) => `order ${orderId} waits in the outbox`),
    ),
  ]
}

function* seatDifferences(
  dump: MapDump,
  orderOf: ReadonlyMap<number, OrderedSeat>,
  moving: ReadonlySet<string>,
): Iterable<string> {
  for (let seat = 0; seat < dump.seats.length; seat += 1) {
    const state = dump.seats[seat]
    const owner = dump.owners[seat]
    const order = orderOf.get(seat)
    const shown = owner?.startsWith('o:') === true ? owner.slice(2) : undefined
    if ([shown, order?.orderId].some((id) => id !== undefined && moving.has(id))) continue
    if (order === undefined) {
      if (state === '2' || state === '3') yield `seat ${seat} is in state ${state} for ${owner} and in no order`
    } else if (state !== order.digit || shown !== order.orderId)
      yield `seat ${seat} of order ${order.orderId} is in state ${state}, owned by ${owner ?? 'nobody'}`
  }
}

function* countDifferences(
  dump: MapDump,
  orderedBy: ReadonlyMap<string, number>,
  movingBuyers: ReadonlySet<string>,
): Iterable<string> {
  const left = new Map(orderedBy)
  for (const [buyer, json] of Object.entries(dump.buyers)) {
    const { ordered } = JSON.parse(json) as { ordered: number }
    const expected = left.get(buyer) ?? 0
    if (ordered !== expected && !movingBuyers.has(buyer))
      yield `the record of buyer ${buyer} counts ${ordered} ordered seats, their orders have ${expected}`
    left.delete(buyer)
  }
  for (const [buyer, expected] of left)
    if (!movingBuyers.has(buyer)) yield `buyer ${buyer} with ${expected} ordered seats has no record`
}

interface WaitingChange {
  readonly orderId: string
  readonly buyer: string
  /** Against whom seats of it count or counted. */
  readonly friends: readonly string[]
  readonly isStuck: boolean
}

async function outboxOf(trx: Db, performanceId: string): Promise<WaitingChange[]> {
  const { rows } = await sql<WaitingChange>`
    select orders.id as "orderId", orders.user_id as buyer,
      array(select distinct counts_for from order_seats where order_id = orders.id and counts_for is not null) as friends,
      bool_or(outbox.created_at < now() - make_interval(secs => ${STUCK_SECONDS})) as "isStuck"
    from outbox join orders on orders.id = outbox.order_id
    where outbox.performance_id = ${performanceId}
    group by orders.id order by orders.id`.execute(trx)
  return rows
}
