import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { PerformanceId, SeatIndex } from '@seatcast/shared/domain/ids.ts'
import type { Layout } from '@seatcast/shared/domain/layout.ts'
import type { SaleStatus } from '@seatcast/shared/protocol/sale.ts'
import { sql } from 'kysely'
import { isUuid } from '../database/uuid.ts'
import type { Db } from '../database/client.ts'
import type { Performance } from './performance.ts'
import { type PerformanceView, performanceView, selectPerformances } from './performance-row.ts'

const unpack = promisify(gunzip)

/** `lock`: inside a transaction, holds the performance's row until its end, against epochs and other changes. */
export async function findPerformance(db: Db, id: PerformanceId, lock?: 'lock'): Promise<Performance | undefined> {
  if (lock === 'lock' && isUuid(id)) {
    await db.selectFrom('performances').select('id').where('id', '=', id).forNoKeyUpdate().execute()
  }
  return (await findPerformanceView(db, id))?.performance
}

export async function findPerformanceView(db: Db, id: PerformanceId): Promise<PerformanceView | undefined> {
  if (!isUuid(id)) return undefined
  const row = await selectPerformances(db).where('performances.id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : performanceView(row)
}

/** Every performance that is not closed, oldest first: what the scheduler looks after. */
export async function listUnfinishedPerformances(db: Db): Promise<Performance[]> {
  const rows = await selectPerformances(db)
    .where('performances.status', '<>', 'closed')
    .orderBy('performances.id')
    .execute()
  return rows.map((row) => performanceView(row).performance)
}

/** A closed performance that was once loaded. */
export interface ClosedMap extends Pick<Performance, 'id' | 'partition' | 'epoch'> {
  /**
   * It is not over: orders wait, money may still come for one that ended (O10), or seats were sold for a performance that
   * is still to come, or began less than CLOSED_FOLLOWED_HOURS ago.
   */
  readonly unfinished: boolean
}

/** How long after its start a closed performance with sold seats is still looked after, h. Source: a guess above any evening's length. */
const CLOSED_FOLLOWED_HOURS = 6

/** A page of them in the order of their ids, from the one after `afterId` on; undefined: from the first. */
export async function listClosedMaps(db: Db, limit: number, afterId: PerformanceId = FIRST_ID): Promise<ClosedMap[]> {
  const { rows } = await sql<ClosedMap>`
    select id, partition, epoch, moving.performance_id is not null
      or case when starts_at > now() - make_interval(hours => ${CLOSED_FOLLOWED_HOURS}) then coalesce((
        select true from orders
        where performance_id = performances.id and status in ('pending', 'authorized', 'paid')
        limit 1
      ), false) else false end as unfinished
    from performances
    left join (
      select performance_id from orders where status in ('pending', 'authorized')
      union
      select performance_id from payments join orders on orders.id = order_id where next_attempt_at is not null
    ) moving on moving.performance_id = performances.id
    where performances.status = 'closed' and epoch > 0 and id > ${afterId}
    order by id
    limit ${limit}`.execute(db)
  return rows
}

const FIRST_ID = '00000000-0000-0000-0000-000000000000'

/** A layout, unpacked. It never changes, so callers may keep it (V3). */
export async function findLayout(db: Db, layoutId: string): Promise<Layout | undefined> {
  if (!isUuid(layoutId)) return undefined
  const row = await db.selectFrom('layouts').select('document').where('id', '=', layoutId).executeTakeFirst()
  return row === undefined ? undefined : (JSON.parse((await unpack(row.document)).toString()) as Layout)
}

/** The clock's side of a sale: marks those whose opening time is past. Any number of processes may call it (H10). */
export async function markOpened(db: Db): Promise<PerformanceId[]> {
  const rows = await db
    .updateTable('performances')
    .set({ status: 'on_sale' })
    .where('status', '=', 'scheduled')
    .where('on_sale_at', '<=', sql<Date>`now()`)
    .returning('id')
    .execute()
  return rows.map((row) => row.id)
}

/** Writes a sale as decided, inside the transaction that holds its row. */
export async function updateSale(
  db: Db,
  id: PerformanceId,
  sale: { readonly status: SaleStatus; readonly onSaleAt: Date | null },
): Promise<void> {
  await db
    .updateTable('performances')
    .set({ status: sale.status, on_sale_at: sale.onSaleAt })
    .where('id', '=', id)
    .execute()
}

/** Seats an organiser took off sale, ascending. Those of a category in no zone are not among them. */
export async function blockedSeats(db: Db, id: PerformanceId): Promise<SeatIndex[]> {
  const rows = await db
    .selectFrom('blocked_seats')
    .select('seat')
    .where('performance_id', '=', id)
    .orderBy('seat')
    .execute()
  return rows.map((row) => row.seat)
}

/** Blocks and unblocks in this order; a seat that is so already stays so. */
export async function setBlockedSeats(
  db: Db,
  id: PerformanceId,
  change: { readonly block: readonly SeatIndex[]; readonly unblock: readonly SeatIndex[] },
): Promise<void> {
  if (change.block.length > 0) {
    // One array parameter: a row of parameters a seat would meet PostgreSQL's limit of 65,535.
    await sql`insert into blocked_seats (performance_id, seat)
      select ${id}, seat from unnest(${change.block}::int[]) as listed (seat) order by seat
      on conflict on constraint one_block_per_seat do nothing`.execute(db)
  }
  if (change.unblock.length > 0) {
    await sql`delete from blocked_seats where performance_id = ${id} and seat = any (${change.unblock}::int[])`.execute(
      db,
    )
  }
}
