import { sql } from 'kysely'
import type { MapDump } from '../../src/audit/map-dump.ts'
import type { Db } from '../../src/database/client.ts'

interface HoldRecord {
  readonly buyer: string
  readonly seats: readonly number[]
  readonly shares?: Readonly<Record<string, number>>
}

/**
 * Buyers who have more seats than one may (H8): those of orders that PostgreSQL counts against them, but for the ones paid late
 * (O10), and those that they hold, of a group's hold their share. What the map counts plays no part in it.
 */
export async function aboveLimit(db: Db, dump: MapDump, performanceId: string): Promise<string[]> {
  const { rows } = await sql<{ buyer: string; ordered: number }>`
    select coalesce(counts_for, user_id) as buyer, count(*)::int as ordered
    from orders join order_seats on order_id = orders.id
    where orders.performance_id = ${performanceId} and orders.status in ('pending', 'authorized', 'paid')
      and released_at is null and not claimed_late
    group by 1`.execute(db)
  const seats = new Map(rows.map(({ buyer, ordered }) => [buyer, ordered]))
  for (const json of Object.values(dump.holds)) {
    const { buyer, seats: held, shares = { [buyer]: held.length } } = JSON.parse(json) as HoldRecord
    for (const [whose, share] of Object.entries(shares)) seats.set(whose, (seats.get(whose) ?? 0) + share)
  }
  const max = Number(dump.meta['maxSeatsPerBuyer'])
  return [...seats].flatMap(([buyer, has]) =>
    has > max ? [`buyer ${buyer} has ${has} seats, allowed are ${max}`] : [],
  )
}
