import type { SeatIndex, UserId } from '@seatcast/shared/domain/ids.ts'
import { sql } from 'kysely'
import type { Db } from '../database/client.ts'
import type { CountsFor } from '../seats/map-commands.ts'

/** What of an order says whom its seats count against (H8). */
export interface CountedOrder {
  readonly buyer: UserId
  readonly seats: readonly SeatIndex[]
  readonly countsFor?: CountsFor
}

/** Whom a seat of an order counts against: its buyer or, in the one order of a group, the member whose it was (G10). */
export const countedBy = ({ buyer, countsFor }: Omit<CountedOrder, 'seats'>, seat: SeatIndex): UserId =>
  countsFor?.[seat] ?? buyer

/** How many seats of the orders count against each. */
export function countedSeats(orders: Iterable<CountedOrder>): Map<UserId, number> {
  const counts = new Map<UserId, number>()
  for (const order of orders)
    for (const seat of order.seats) {
      const whose = countedBy(order, seat)
      counts.set(whose, (counts.get(whose) ?? 0) + 1)
    }
  return counts
}

/** Of an order in a query of orders; null: all of its seats count against its buyer, as those of every order without a group. */
export const COUNTS_FOR = sql<CountsFor | null>`case when orders.group_id is not null then (
  select jsonb_object_agg(seat, counts_for) from order_seats
  where order_id = orders.id and released_at is null and counts_for is not null) end`

/** Of one order, which the caller has locked. */
export async function readCountsFor(
  db: Db,
  order: { readonly id: string; readonly groupId: string | null },
): Promise<CountsFor> {
  if (order.groupId === null) return {}
  const row = await db
    .selectFrom('orders')
    .select(COUNTS_FOR.as('countsFor'))
    .where('id', '=', order.id)
    .executeTakeFirst()
  return row?.countsFor ?? {}
}

/** Whom new seats count against: the first one whom the first that is let go did, and so on (O8). Never more than are let go. */
export function passedOn(
  countsFor: CountsFor,
  { release, take }: { readonly release: readonly SeatIndex[]; readonly take: readonly SeatIndex[] },
): CountsFor {
  const passed = take.flatMap((seat, place) => {
    const whose = countsFor[release[place] ?? -1]
    return whose === undefined ? [] : [[seat, whose] as const]
  })
  return Object.fromEntries(passed)
}
