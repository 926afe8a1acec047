import type { ClaimableStatus, OrderStatus } from '@seatcast/shared/domain/order-state.ts'
import { type SelectQueryBuilder, sql } from 'kysely'
import { jsonArrayFrom } from 'kysely/helpers/postgres'
import type { Db } from '../database/client.ts'
import { sentAhead } from '../database/driver.ts'
import { isUuid } from '../database/uuid.ts'
import { keyHash } from './order-keys.ts'

export interface StoredSeat {
  readonly seat: number
  readonly zoneId: string
  /** Minor units, frozen. */
  readonly price: number
  /** Why it was given back; null: the order (still) has it. */
  readonly releasedBy: 'cancel' | 'change' | null
}

/** An order as PostgreSQL has it at one moment. */
export interface StoredOrder {
  readonly id: string
  readonly performanceId: string
  readonly layoutId: string
  readonly userId: string
  /** The group that it is paid for and sold with; null: it stands alone. */
  readonly groupId: string | null
  readonly status: OrderStatus
  /** What it had ended as when late money claimed its seats again (O10); null: it never had. */
  readonly claimedFrom: ClaimableStatus | null
  readonly currency: string
  readonly createdAt: Date
  /** ms until payment is due, by the database's clock; 0 when past or when it does not wait for payment. */
  readonly expiresInMs: number
  /** A payment is in flight. */
  readonly isPaying: boolean
  /** How long it may stay so at most, ms; 0: none is. */
  readonly payingForMs: number
  /** Whether it, or what is left of it, can be cancelled now: unpaid unless a group pays it, paid by O11. */
  readonly cancellable: boolean
  /** Its performance has, by the database's clock: no other seats can be had. */
  readonly hasStarted: boolean
  /** Every seat it ever had, ascending. */
  readonly seats: readonly StoredSeat[]
}

/** Whose order: the caller's own by their token, or whoever has its link's secret. Anything else finds nothing (O9). */
export type OrderAccess =
  { readonly id: string; readonly userId: string } | { readonly id: string; readonly key: string }

/** `lock`: holds the order, and its group before it, until the transaction's end, against every other change of it. */
export async function findOrder(db: Db, access: OrderAccess, lock?: 'lock'): Promise<StoredOrder | undefined> {
  if (!isUuid(access.id) || ('userId' in access && !isUuid(access.userId))) return undefined
  if (lock === 'lock') await lockOrder(db, access.id)
  const query = selectOrders(db).where('orders.id', '=', access.id)
  const row = await (
    'userId' in access
      ? query.where('orders.user_id', '=', access.userId)
      : query.where('orders.key_sha256', '=', keyHash(access.key))
  ).executeTakeFirst()
  return row === undefined ? undefined : storedOrder(row)
}

/** Whoever's it is: for servers, never for a route. */
export async function findAnyOrder(db: Db, id: string, lock?: 'lock'): Promise<StoredOrder | undefined> {
  if (!isUuid(id)) return undefined
  if (lock === 'lock') await lockOrder(db, id)
  const row = await selectOrders(db).where('orders.id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : storedOrder(row)
}

/** The buyer's orders, newest first. */
export async function listOrders(
  db: Db,
  userId: string,
  page: { readonly limit: number; readonly before: string | undefined },
): Promise<StoredOrder[]> {
  let query = selectOrders(db).where('orders.user_id', '=', userId).orderBy('orders.id', 'desc').limit(page.limit)
  if (page.before !== undefined) query = query.where('orders.id', '<', page.before)
  return (await query.execute()).map(storedOrder)
}

/** What is still to be paid or was paid, minor units: the frozen prices of the seats it (still) has. */
export function amountOf(order: Pick<StoredOrder, 'seats'>): number {
  return order.seats.reduce((sum, seat) => sum + (seat.releasedBy === null ? seat.price : 0), 0)
}

/** The seats it (still) has, ascending; with an ended order, those it had at its end. */
export function seatsOf(order: Pick<StoredOrder, 'seats'>): number[] {
  return order.seats.filter(({ releasedBy }) => releasedBy === null).map(({ seat }) => seat)
}

/**
 * The one way to lock an order and wait for it: its group's row goes first (migrations/0008_group_payments.sql). Goes out with
 * the transaction's next statement, which waits for it and sees what it waited for.
 */
export async function lockOrder(trx: Db, id: string): Promise<void> {
  await trx.executeQuery(sentAhead(sql`select lock_order(${id})`.compile(trx)))
}

/** Paid for together with others: it is neither cancelled nor moved to other seats alone (G12). */
export const isPaidJointly = ({ groupId, status }: Pick<StoredOrder, 'groupId' | 'status'>): boolean =>
  groupId !== null && (status === 'pending' || status === 'authorized')

/** The one query of orders; a caller adds which ones. An order without seats only keeps its id from being used (O7). */
export function selectOrders(db: Db) {
  return db
    .selectFrom('orders')
    .innerJoin('performances', 'performances.id', 'orders.performance_id')
    .select([
      'orders.id',
      'orders.performance_id',
      'orders.user_id',
      'orders.group_id',
      'orders.status',
      'orders.claimed_from',
      'orders.currency',
      'orders.created_at',
      'performances.layout_id',
    ])
    .select([
      EXPIRES_IN_MS.as('expires_in_ms'),
      IS_PAYING.as('is_paying'),
      PAYING_FOR_MS.as('paying_for_ms'),
      CANCELLABLE.as('cancellable'),
      sql<boolean>`performances.starts_at <= now()`.as('has_started'),
    ])
    .select((row) =>
      jsonArrayFrom(
        row
          .selectFrom('order_seats as one')
          .select(['one.seat', 'one.zone_id as zoneId', 'one.price_minor as price', 'one.released_by as releasedBy'])
          .whereRef('one.order_id', '=', 'orders.id')
          .orderBy('one.seat'),
      ).as('seats'),
    )
    .where((row) =>
      row.exists(
        row
          .selectFrom('order_seats as any_seat')
          .select('any_seat.seat')
          .whereRef('any_seat.order_id', '=', 'orders.id'),
      ),
    )
}

const EXPIRES_IN_MS = sql<number>`
  case when orders.status in ('pending', 'authorized')
    then greatest(0, ceil(extract(epoch from orders.deadline_at - now()) * 1000))::bigint else 0 end`

const IS_PAYING = sql<boolean>`
  (orders.status in ('pending', 'authorized') and orders.paying_until is not null and orders.paying_until > now())`

const PAYING_FOR_MS = sql<number>`
  case when ${IS_PAYING} then ceil(extract(epoch from orders.paying_until - now()) * 1000)::bigint else 0 end`

/** An order of which its buyer had said that they do not want it, and that was paid all the same, is theirs to give back (P10). */
const CANCELLABLE = sql<boolean>`
  case orders.status
    when 'pending' then orders.group_id is null
    when 'authorized' then orders.group_id is null
    when 'paid' then case
      when orders.claimed_from = 'cancelled' then now() < performances.starts_at
      else performances.refundable_hours is not null
        and now() < performances.starts_at - make_interval(hours => performances.refundable_hours) end
    else false end`

type RowOf<Query> = Query extends SelectQueryBuilder<infer _Db, infer _Tables, infer Row> ? Row : never
type OrderRow = RowOf<ReturnType<typeof selectOrders>>

export function storedOrder(row: OrderRow): StoredOrder {
  return {
    id: row.id,
    performanceId: row.performance_id,
    layoutId: row.layout_id,
    userId: row.user_id,
    groupId: row.group_id,
    status: row.status,
    claimedFrom: row.claimed_from,
    currency: row.currency,
    createdAt: row.created_at,
    expiresInMs: row.expires_in_ms,
    isPaying: row.is_paying,
    payingForMs: row.paying_for_ms,
    cancellable: row.cancellable,
    hasStarted: row.has_started,
    seats: row.seats,
  }
}
