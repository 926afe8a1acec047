import type { SeatIndex, UserId } from '@seatcast/shared/domain/ids.ts'
import type { SaleStatus } from '@seatcast/shared/protocol/sale.ts'
import type { Layout } from '@seatcast/shared/domain/layout.ts'
import { sql } from 'kysely'
import type { Performance, Zone } from '../catalogue/performance.ts'
import type { Db } from '../database/client.ts'
import { newId } from '../database/uuid.ts'
import { RefusalError } from '../http/refusal.ts'
import { requestId } from '../observability/request-id.ts'
import type { MapTarget } from '../seats/map-commands.ts'
import type { OrderCommands } from '../seats/order-commands.ts'
import type { OrderKeys } from './order-keys.ts'
import type { StoredOrder } from './order-repository.ts'
import { breaks, ONE_LIVE_ORDER_PER_SEAT } from './order-transitions.ts'
import { resolveLock } from './orphan-locks.ts'
import { type Step, noStep } from './step.ts'

export interface PlaceNeeds {
  readonly db: Db
  readonly orders: OrderCommands
  readonly keys: OrderKeys
  readonly step?: Step
}

/** What an order is placed on: as a worker's live map knows it. */
export interface OrderableMap {
  readonly performance: Performance
  readonly layout: Layout
  readonly target: MapTarget
  /** Zone number by seat. */
  readonly zoneOfSeat: Uint8Array
  /** By Redis's clock. */
  readonly saleStatus: SaleStatus
}

export interface PlacedOrder {
  readonly order: StoredOrder
  /** It was placed from this hold. */
  readonly holdId: string
  readonly epoch: number
  readonly revision: number
}

/** One attempt to place an order. `place` runs in the caller's transaction; after any failure of it or of its commit, `undo`. */
export interface Placing {
  place(trx: Db): Promise<PlacedOrder>
  /** Gives the seats back to the hold, unless the order may exist after all (O2). */
  undo(fault: unknown): Promise<void>
}

/**
 * Turns a buyer's live hold, or the listed part of it, into a pending order (O1): first the seats in Redis, then the rows,
 * sorted by seat so that contenders never deadlock. Prices are the zones' at this moment.
 */
export function placing(
  needs: PlaceNeeds,
  map: OrderableMap,
  request: { readonly buyer: UserId; readonly seats?: readonly SeatIndex[] | undefined },
): Placing {
  const { db, orders, step = noStep } = needs
  const { performance, target } = map
  const orderId = newId()
  let stage: 'nothing' | 'seats locked' | 'rows written' = 'nothing'

  return {
    async place(trx) {
      const paymentMs = performance.paymentSeconds * 1_000
      stage = 'seats locked' // from here on: an answer that never came may have been an effect
      const locked = await orders.order(target, { ...request, orderId, paymentMs })
      if (!locked.ok) {
        stage = 'nothing'
        if (locked.code === 'IN_GROUP') throw new RefusalError('IN_GROUP')
        if (locked.code === 'WRONG_EPOCH' || locked.code === 'NO_MAP') throw new RefusalError('MAP_RELOADING')
        throw new RefusalError(locked.code)
      }
      await step('seats locked')
      const seats = locked.seats.map((seat) => ({ seat, zone: zoneOf(map, seat) }))
      const createdAt = await insertOrder(trx, {
        id: orderId,
        performance,
        buyer: request.buyer,
        holdId: locked.holdId,
        keySha256: needs.keys.sha256Of(orderId),
        seats,
      })
      await step('order written')
      stage = 'rows written'
      return {
        order: {
          id: orderId,
          performanceId: performance.id,
          layoutId: performance.layoutId,
          userId: request.buyer,
          groupId: null,
          status: 'pending',
          claimedFrom: null,
          currency: currencyOf(performance),
          createdAt,
          expiresInMs: paymentMs,
          isPaying: false,
          payingForMs: 0,
          cancellable: true,
          hasStarted: false,
          seats: seats.map(({ seat, zone }) => ({ seat, zoneId: zone.id, price: zone.price, releasedBy: null })),
        },
        holdId: locked.holdId,
        epoch: locked.epoch,
        revision: locked.revision,
      }
    },

    async undo(fault) {
      if (stage === 'nothing') return
      // Written, and the commit's answer is not known: only PostgreSQL can tell whether there is an order.
      if (stage === 'rows written') await resolveLock({ ...needs, db }, target, { orderId, buyer: request.buyer })
      else await orders.returnOrder(target, orderId)
      if (breaks(fault, ONE_LIVE_ORDER_PER_SEAT)) throw new RefusalError('SEAT_TAKEN', {}, { cause: fault })
    },
  }
}

interface OrderToInsert {
  readonly id: string
  readonly performance: Performance
  readonly buyer: UserId
  readonly holdId: string
  readonly keySha256: Buffer
  /** Ascending. */
  readonly seats: readonly { readonly seat: SeatIndex; readonly zone: Zone }[]
}

/** One statement: the order, its seats and the outbox entry that confirms them in Redis. Refused when the curtain has risen (O14). */
async function insertOrder(trx: Db, order: OrderToInsert): Promise<Date> {
  const { id, performance, buyer, holdId, keySha256, seats } = order
  const { rows } = await sql<{ created_at: Date; in_time: boolean }>`
    with placed as (
      insert into orders (id, performance_id, user_id, currency, deadline_at, key_sha256, hold_id)
      values (${id}, ${performance.id}, ${buyer}, ${currencyOf(performance)},
        now() + make_interval(secs => ${performance.paymentSeconds}), ${keySha256}, ${holdId})
      returning created_at
    ), seated as (
      insert into order_seats (order_id, order_status, performance_id, seat, zone_id, price_minor)
      select ${id}, 'pending', ${performance.id}, seat, zone_id, price
      from unnest(${seats.map(({ seat }) => seat)}::int[], ${seats.map(({ zone }) => zone.id)}::text[],
        ${seats.map(({ zone }) => zone.price)}::int[]) as listed (seat, zone_id, price)
      order by seat
    ), noted as (
      insert into outbox (id, order_id, performance_id, request_id)
      values (${newId()}, ${id}, ${performance.id}, ${requestId() ?? null})
    )
    select placed.created_at, starts_at > now() as in_time
    from placed, performances where performances.id = ${performance.id}`.execute(trx)
  const [placed] = rows
  if (placed?.in_time !== true) throw new RefusalError('NOT_ON_SALE')
  return placed.created_at
}

/** Zones of one performance share a currency. */
export const currencyOf = ({ zones }: Performance): string => zones[0]?.currency ?? 'XXX'

/** A seat in no price zone is not for sale. */
export const isForSale = ({ performance, zoneOfSeat }: OrderableMap, seat: SeatIndex): boolean =>
  performance.zones[zoneOfSeat[seat] ?? -1] !== undefined

export function zoneOf({ performance, zoneOfSeat }: OrderableMap, seat: SeatIndex): Zone {
  const zone = performance.zones[zoneOfSeat[seat] ?? -1]
  if (zone === undefined) throw new Error(`seat ${seat} of performance ${performance.id} is in no zone and was held`)
  return zone
}
