import type { PerformanceId, SeatIndex } from '@seatcast/shared/domain/ids.ts'
import type { OrderStatus } from '@seatcast/shared/domain/order-state.ts'
import { sql } from 'kysely'
import type { Db } from '../database/client.ts'
import { isUuid } from '../database/uuid.ts'
import { blockedSeats, findLayout, findPerformance } from './catalogue-repository.ts'
import type { Performance, Zone } from './performance.ts'

/** What a new incarnation of a map is built from. */
export interface BegunEpoch {
  readonly epoch: number
  readonly performance: Performance
  /** Blocked by an organiser, or of a category in no price zone; ascending. */
  readonly blockedSeats: readonly SeatIndex[]
  readonly seatCount: number
  /** Orders that have seats, read after the epoch's beginning was committed. */
  readonly orders: readonly LoadedOrder[]
  /** Groups that are open, read after it too. */
  readonly groups: readonly LoadedGroup[]
}

/** An order as a new epoch takes it over. */
export interface LoadedOrder {
  readonly id: string
  readonly buyer: string
  readonly status: OrderStatus
  readonly seats: readonly SeatIndex[]
  /** Whom seats of it count against when that is not its buyer, by seat. */
  readonly countsFor?: Readonly<Record<number, string>>
  /** ms until payment is due, by the database's clock. */
  readonly remainingMs: number
  /** It is a group's. */
  readonly groupId?: string
}

/** A group as a new epoch takes it over. */
export interface LoadedGroup {
  readonly id: string
  readonly version: number
  readonly host: string
  readonly members: readonly string[]
  /** Whose seats are, by seat. */
  readonly assigned: Readonly<Record<number, string>>
}

/** PostgreSQL's side of a map's incarnations (R5). */
export interface EpochStore {
  /**
   * Starts the epoch after `ifEpoch` and notes the Redis that will carry it. `moved on`: another process did so
   * already, or the performance is gone; look again.
   */
  beginEpoch(
    performanceId: PerformanceId,
    from: { readonly ifEpoch: number; readonly redisRunId: string },
  ): Promise<BegunEpoch | 'moved on'>
}

/** What features give a new epoch: orders (orders/active-orders.ts), groups (groups/open-groups.ts); none without them. */
export interface EpochReaders {
  readonly orders?: (db: Db, performanceId: PerformanceId) => Promise<readonly LoadedOrder[]>
  readonly groups?: (db: Db, performanceId: PerformanceId) => Promise<readonly LoadedGroup[]>
}

/** An organiser's change holds the performance's row; a rebuild gives up after this and is tried again, ms. */
const LOCK_TIMEOUT_MS = 2_000

export function epochStore(db: Db, read: EpochReaders = {}): EpochStore {
  return {
    async beginEpoch(performanceId, { ifEpoch, redisRunId }) {
      if (!isUuid(performanceId)) return 'moved on'
      const started = await db.transaction().execute(async (trx) => {
        await sql`select set_config('lock_timeout', ${String(LOCK_TIMEOUT_MS)}, true)`.execute(trx)
        // The row lock makes contenders wait; after it, they find another epoch and change nothing.
        const begun = await trx
          .updateTable('performances')
          .set({ epoch: ifEpoch + 1, redis_run_id: redisRunId })
          .where('id', '=', performanceId)
          .where('epoch', '=', ifEpoch)
          .returning('epoch')
          .executeTakeFirst()
        const performance = begun === undefined ? undefined : await findPerformance(trx, performanceId)
        if (performance === undefined) return 'moved on' as const
        const blocked = new Set([
          ...(await blockedSeats(trx, performanceId)),
          ...(await seatsInNoZone(trx, performance)),
        ])
        return {
          epoch: performance.epoch,
          performance,
          blockedSeats: [...blocked].toSorted((a, b) => a - b),
          seatCount: performance.seatCount,
        } as const
      })
      if (started === 'moved on') return started
      // After the commit: what changes later finds the new epoch, and so waits for its map (R7).
      const orders = (await read.orders?.(db, performanceId)) ?? []
      return { ...started, orders, groups: (await read.groups?.(db, performanceId)) ?? [] }
    },
  }
}

/** Seats that no price zone sells. */
export async function seatsInNoZone(db: Db, performance: Performance): Promise<SeatIndex[]> {
  const { category_names } = await db
    .selectFrom('layouts')
    .select('category_names')
    .where('id', '=', performance.layoutId)
    .executeTakeFirstOrThrow()
  return await seatsOutside(db, performance.layoutId, category_names, performance.zones)
}

/** The layout, which is large, is read only when a category is left out. */
export async function seatsOutside(
  db: Db,
  layoutId: string,
  categoryNames: readonly string[],
  zones: readonly Zone[],
): Promise<SeatIndex[]> {
  const sold = new Set(zones.flatMap((zone) => zone.categories))
  if (categoryNames.every((_, category) => sold.has(category))) return []
  const layout = await findLayout(db, layoutId)
  return (layout?.seats.category ?? []).flatMap((category, seat) => (sold.has(category) ? [] : [seat]))
}
