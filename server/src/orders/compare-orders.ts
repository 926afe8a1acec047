import type { UserId } from '@seatcast/shared/domain/ids.ts'
import { SeatState } from '@seatcast/shared/domain/seat-state.ts'
import { sql } from 'kysely'
import type { Db } from '../database/client.ts'
import { isUuid } from '../database/uuid.ts'
import type { MapState, MapTarget } from '../seats/map-commands.ts'
import type { OrderCommands } from '../seats/order-commands.ts'
import { activeOrders, type ActiveOrder } from './active-orders.ts'
import { countedBy, countedSeats } from './counted-seats.ts'
import { deliverOrder, type OutboxNeeds } from './order-outbox.ts'
import { LOCK_AGE_MS, resolveLock } from './orphan-locks.ts'

export interface CompareNeeds {
  readonly db: Db
  readonly orders: OrderCommands
  readonly readMap: (target: MapTarget) => Promise<MapState | undefined>
  readonly delivered?: OutboxNeeds['delivered']
}

/** A difference younger than this is a change on its way, s. Source: the outbox delivers within 1 s. */
const ON_ITS_WAY_SECONDS = 3

/**
 * Compares the performance's orders in PostgreSQL with its map and makes the map follow (O7); returns how many seats,
 * or records of orders, differed. The two cannot be read at one moment, so what differs is looked at twice: a sale goes on
 * meanwhile. Undefined: there is no map to compare with.
 */
export async function compareOrders(needs: CompareNeeds, target: MapTarget): Promise<number | undefined> {
  const first = await look(needs, target)
  if (first === undefined) return undefined
  const second = first.suspects.size > 0 ? await look(needs, target) : first
  if (second === undefined) return undefined

  const wrong = new Set<number>()
  let records = 0
  for (const [orderId, seats] of second.suspects) {
    if (!first.suspects.has(orderId)) continue
    for (const seat of seats) wrong.add(seat)
    if (seats.size === 0) records += 1
    await repair(needs, target, orderId, [...seats])
  }
  // Last: a repaired order was added to its buyer's count. Nobody's count is on its way: order and count change together.
  const corrected = await needs.orders.recountOrdered(target, second.miscounted)
  return wrong.size + records + (wrong.size + records > 0 ? 0 : corrected)
}

interface Look {
  /** Orders that are not the same in both, with their seats that differ; none: only the record does. */
  readonly suspects: ReadonlyMap<string, ReadonlySet<number>>
  /** Buyers whose count of ordered seats may be wrong: it is counted in one step before it is corrected. */
  readonly miscounted: readonly UserId[]
}

/** Changes that are still on their way are no differences. Undefined: there is no map. */
async function look({ db, orders, readMap }: CompareNeeds, target: MapTarget): Promise<Look | undefined> {
  // Redis first: what PostgreSQL then says is at least as new, and what is newer says so.
  const map = await readMap(target)
  if (map === undefined || map.epoch !== target.epoch) return undefined
  const { active, onTheirWay } = await db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (trx) => ({
      active: await activeOrders(trx, target.id),
      onTheirWay: await ordersOnTheirWay(trx, target.id),
    }))
  const miscounted = buyersMiscounted(map, await orders.orderedCounts(target))
  for (const lock of await orders.overdueLocks(target, -LOCK_AGE_MS)) onTheirWay.add(lock.orderId)

  const differing = seatsThatDiffer(map, active)
  const owners = await orders.ownersOf(target, [...differing])
  const orderOf = new Map(active.flatMap(({ id, seats }) => seats.map((seat) => [seat, id] as const)))
  const suspects = new Map<string, Set<number>>()
  const suspect = (orderId: string | undefined, seat: number) => {
    if (orderId === undefined) return
    const seats = suspects.get(orderId) ?? new Set<number>()
    suspects.set(orderId, seats.add(seat))
  }
  let place = 0
  for (const seat of differing) {
    const owner = owners[place++]
    suspect(orderOf.get(seat), seat)
    if (owner?.startsWith('o:') === true) suspect(owner.slice(2), seat)
  }
  for (const id of recordsThatDiffer(map, active)) suspects.set(id, suspects.get(id) ?? new Set())
  for (const id of onTheirWay) suspects.delete(id)
  return { suspects, miscounted }
}

/** Seats that are ordered or sold in one of the two and not, or otherwise, in the other. */
function seatsThatDiffer(map: MapState, active: readonly ActiveOrder[]): Set<number> {
  const wanted = new Map(
    active.flatMap(({ status, seats }) =>
      seats.map((seat) => [seat, status === 'paid' ? SeatState.sold : SeatState.ordered] as const),
    ),
  )
  const recorded = new Map(map.orders.flatMap(({ orderId, seats }) => seats.map((seat) => [seat, orderId] as const)))
  const differing = new Set<number>()
  map.seats.forEach((state, seat) => {
    const isOrdered = state === SeatState.ordered || state === SeatState.sold
    const expected = wanted.get(seat)
    if (expected === undefined ? isOrdered : state !== expected) differing.add(seat)
  })
  for (const { id, seats } of active) for (const seat of seats) if (recorded.get(seat) !== id) differing.add(seat)
  return differing
}

/** Buyers of whom the map counts more or fewer ordered seats than its readable orders have. Read after them: some only moved. */
function buyersMiscounted(map: MapState, counts: ReadonlyMap<UserId, number>): UserId[] {
  const ordered = countedSeats(map.orders)
  const buyers = new Set([...ordered.keys(), ...counts.keys()])
  return [...buyers].filter((buyer) => (ordered.get(buyer) ?? 0) !== (counts.get(buyer) ?? 0))
}

/** Orders of which the map keeps another buyer, status, number of seats, whom they count against or whether it was paid late, or that ended. */
function recordsThatDiffer(map: MapState, active: readonly ActiveOrder[]): string[] {
  const known = new Map(active.map((order) => [order.id, order]))
  return map.orders
    .filter((mapped) => {
      const order = known.get(mapped.orderId)
      if (order?.buyer !== mapped.buyer || order.status !== mapped.status) return true
      if (order.late !== mapped.late) return true
      if (order.seats.length !== mapped.seats.length) return true
      return order.seats.some((seat) => countedBy(order, seat) !== countedBy(mapped, seat))
    })
    .map(({ orderId }) => orderId)
}

/** Orders whose change the outbox still has, or that changed a moment ago. */
async function ordersOnTheirWay(trx: Db, performanceId: string): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select order_id as id from outbox where performance_id = ${performanceId}
    union
    select id from orders
    where performance_id = ${performanceId} and changed_at > now() - make_interval(secs => ${ON_ITS_WAY_SECONDS})`.execute(
    trx,
  )
  return new Set(rows.map(({ id }) => id))
}

async function repair(
  needs: CompareNeeds,
  target: MapTarget,
  orderId: string,
  seats: readonly number[],
): Promise<void> {
  const { db, orders } = needs
  if (await hasSeats(db, orderId)) return void (await deliverOrder(needs, orderId, seats))
  await resolveLock(needs, target, { orderId, buyer: '' })
  // Seats that its record does not name.
  await orders.settleOrder(target, { orderId, buyer: '', status: 'cancelled', live: [], gone: seats, remainingMs: 0 })
}

async function hasSeats(db: Db, orderId: string): Promise<boolean> {
  if (!isUuid(orderId)) return false
  const seat = await db
    .selectFrom('order_seats')
    .select('seat')
    .where('order_id', '=', orderId)
    .limit(1)
    .executeTakeFirst()
  return seat !== undefined
}
