import type { OrderId, PerformanceId, SeatIndex, UserId } from '@seatcast/shared/domain/ids.ts'
import { sql } from 'kysely'
import type { Db } from '../database/client.ts'
import { newId } from '../database/uuid.ts'
import type { TicketFacts } from './ticket-code.ts'

/** A ticket that exists: a paid seat that was not given back (T1). */
export interface StoredTicket {
  readonly seat: SeatIndex
  readonly serial: number
  readonly usedAt: Date | null
}

/** The order's tickets, by seat; none unless it is paid. */
export async function ticketsOf(db: Db, orderId: OrderId): Promise<StoredTicket[]> {
  return await db
    .selectFrom('order_seats')
    .leftJoin('ticket_reissues', (join) =>
      join
        .onRef('ticket_reissues.order_id', '=', 'order_seats.order_id')
        .onRef('ticket_reissues.seat', '=', 'order_seats.seat'),
    )
    .leftJoin('check_ins', (join) =>
      join.onRef('check_ins.order_id', '=', 'order_seats.order_id').onRef('check_ins.seat', '=', 'order_seats.seat'),
    )
    .select(['order_seats.seat', 'check_ins.checked_in_at as usedAt'])
    .select((row) => row.fn.coalesce('ticket_reissues.serial', row.val(1)).as('serial'))
    .where('order_seats.order_id', '=', orderId)
    .where('order_seats.order_status', '=', 'paid')
    .where('order_seats.released_at', 'is', null)
    .orderBy('order_seats.seat')
    .execute()
}

/** Seats of the order whose ticket was used, ascending: they are neither given back nor changed (T6). Lock the order before. */
export async function usedSeats(trx: Db, orderId: OrderId): Promise<SeatIndex[]> {
  const rows = await trx
    .selectFrom('check_ins')
    .select('seat')
    .where('order_id', '=', orderId)
    .orderBy('seat')
    .execute()
  return rows.map(({ seat }) => seat)
}

/** Replaces the tickets of all seats that were not used yet; in the transaction that has locked the order. */
export async function reissueTickets(trx: Db, orderId: OrderId): Promise<void> {
  await sql`
    insert into ticket_reissues as known (order_id, seat, serial)
    select order_id, seat, 2 from order_seats
    where order_id = ${orderId} and order_status = 'paid' and released_at is null
      and not exists (
        select from check_ins where check_ins.order_id = order_seats.order_id and check_ins.seat = order_seats.seat
      )
    order by seat
    on conflict on constraint one_present_serial do update set serial = known.serial + 1`.execute(trx)
}

export type Admission =
  | { readonly result: 'admitted' | 'already_used'; readonly at: Date }
  | { readonly result: 'refunded' | 'replaced' | 'unknown' }

/**
 * Admits a ticket once, however many ask at the same moment: `a_ticket_admits_once` decides (T3). Holds the order's row
 * until the transaction's end, so that a refund comes wholly before or after.
 */
export async function admit(trx: Db, ticket: TicketFacts, staff: UserId): Promise<Admission> {
  await trx.selectFrom('orders').select('id').where('id', '=', ticket.orderId).forShare().execute()
  const row = await trx
    .selectFrom('order_seats')
    .leftJoin('ticket_reissues', (join) =>
      join
        .onRef('ticket_reissues.order_id', '=', 'order_seats.order_id')
        .onRef('ticket_reissues.seat', '=', 'order_seats.seat'),
    )
    .select(['order_seats.order_status as status', 'order_seats.released_by as releasedBy'])
    .select((one) => one.fn.coalesce('ticket_reissues.serial', one.val(1)).as('serial'))
    .where('order_seats.order_id', '=', ticket.orderId)
    .where('order_seats.seat', '=', ticket.seat)
    .where('order_seats.performance_id', '=', ticket.performanceId)
    .executeTakeFirst()
  if (row === undefined) return { result: 'unknown' }
  if (row.status === 'refund_due' || row.status === 'refunded' || row.releasedBy === 'cancel') {
    return { result: 'refunded' }
  }
  // Signed by us but never paid: the database is not the one that the ticket was made from.
  if (row.status !== 'paid') return { result: 'unknown' }
  if (row.releasedBy === 'change' || row.serial !== ticket.serial) return { result: 'replaced' }

  const admitted = await trx
    .insertInto('check_ins')
    .values({
      id: newId(),
      order_id: ticket.orderId,
      seat: ticket.seat,
      performance_id: ticket.performanceId,
      checked_in_by: staff,
    })
    .onConflict((conflict) => conflict.constraint('a_ticket_admits_once').doNothing())
    .returning('checked_in_at as at')
    .executeTakeFirst()
  if (admitted !== undefined) return { result: 'admitted', at: admitted.at }
  const earlier = await trx
    .selectFrom('check_ins')
    .select('checked_in_at as at')
    .where('order_id', '=', ticket.orderId)
    .where('seat', '=', ticket.seat)
    .executeTakeFirstOrThrow()
  return { result: 'already_used', at: earlier.at }
}

export interface StoredCheckIn {
  readonly id: string
  readonly seat: SeatIndex
  readonly at: Date
}

/** Newest first. */
export async function listCheckIns(
  db: Db,
  performanceId: PerformanceId,
  page: { readonly limit: number; readonly before: string | undefined },
): Promise<StoredCheckIn[]> {
  return await db
    .selectFrom('check_ins')
    .select(['id', 'seat', 'checked_in_at as at'])
    .where('performance_id', '=', performanceId)
    .$if(page.before !== undefined, (query) => query.where('id', '<', page.before ?? ''))
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute()
}

/** How many tickets of the performance were used, and how many there are. */
export async function countTickets(db: Db, performanceId: PerformanceId): Promise<{ used: number; tickets: number }> {
  const { rows } = await sql<{ used: number; tickets: number }>`
    select
      (select count(*) from check_ins where performance_id = ${performanceId}) as used,
      (select count(*) from order_seats
        where performance_id = ${performanceId} and order_status = 'paid' and released_at is null) as tickets`.execute(
    db,
  )
  return rows[0] ?? { used: 0, tickets: 0 }
}
