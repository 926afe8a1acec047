import type { OrderId, SeatIndex, UserId } from '@seatcast/shared/domain/ids.ts'
import { sql } from 'kysely'
import type { Db } from '../../database/client.ts'
import { requestId } from '../../observability/request-id.ts'
import type { CountsFor } from '../../seats/map-commands.ts'
import { currencyOf, type OrderableMap, zoneOf } from '../../orders/place-order.ts'

/** One order of a group, about to be written. */
export interface NewShare {
  readonly orderId: OrderId
  readonly memberId: string
  readonly buyer: UserId
  /** Ascending. */
  readonly seats: readonly SeatIndex[]
  /** Of one order for all: whose the seats were that are not the buyer's (G10). */
  readonly countsFor: CountsFor
  readonly keySha256: Buffer
}

/**
 * One statement: the orders, all of their seats sorted, so that contenders never deadlock, and the outbox entries that confirm
 * them in Redis. Prices are the zones' at this moment. Returns their one deadline.
 */
export async function insertGroupOrders(
  trx: Db,
  map: OrderableMap,
  round: { readonly groupId: string; readonly number: number; readonly holdId: string },
  shares: readonly NewShare[],
): Promise<Date> {
  const { performance } = map
  const seats = shares.flatMap(({ orderId, seats: own, countsFor }) =>
    own.map((seat) => ({ orderId, seat, zone: zoneOf(map, seat), countsFor: countsFor[seat] ?? null })),
  )
  const { rows } = await sql<{ deadline: Date }>`
    with placed as (
      insert into orders (id, performance_id, user_id, currency, deadline_at, key_sha256, hold_id, group_id, payment_round, member_id)
      select id, ${performance.id}, user_id, ${currencyOf(performance)},
        date_trunc('milliseconds', now()) + make_interval(secs => ${performance.paymentSeconds}),
        key_sha256, ${round.holdId}, ${round.groupId}, ${round.number}, member_id
      from unnest(${shares.map(({ orderId }) => orderId)}::uuid[], ${shares.map(({ buyer }) => buyer)}::uuid[],
        ${shares.map(({ memberId }) => memberId)}::uuid[], ${shares.map(({ keySha256 }) => keySha256)}::bytea[])
        as listed (id, user_id, member_id, key_sha256)
      order by id
      returning id, deadline_at
    ), seated as (
      insert into order_seats (order_id, order_status, performance_id, seat, zone_id, price_minor, counts_for)
      select order_id, 'pending', ${performance.id}, seat, zone_id, price, counts_for
      from unnest(${seats.map(({ orderId }) => orderId)}::uuid[], ${seats.map(({ seat }) => seat)}::int[],
        ${seats.map(({ zone }) => zone.id)}::text[], ${seats.map(({ zone }) => zone.price)}::int[],
        ${seats.map(({ countsFor }) => countsFor)}::uuid[]) as listed (order_id, seat, zone_id, price, counts_for)
      order by seat
    ), noted as (
      insert into outbox (id, order_id, performance_id, request_id)
      select gen_random_uuid(), id, ${performance.id}, ${requestId() ?? null} from placed
    )
    select min(deadline_at) as deadline from placed`.execute(trx)
  const deadline = rows[0]?.deadline
  if (deadline === undefined) throw new Error(`group ${round.groupId}: its orders were not written`)
  return deadline
}
