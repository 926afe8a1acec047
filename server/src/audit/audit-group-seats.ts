import { sql } from 'kysely'
import type { Db } from '../database/client.ts'
import { readableHolds } from './audit-map.ts'
import { check, type Check } from './check.ts'
import type { MapDump } from './map-dump.ts'

/** What must hold of the seats of a performance's groups: those that are somebody's count against them, the rest against the host (G7). */
export async function auditGroupSeats(db: Db, dump: MapDump, performanceId: string): Promise<Check> {
  const { rows } = await sql<{ id: string; host: string; seat: number | null; userId: string | null }>`
    select groups.id, groups.host_id as host, group_seats.seat, group_members.user_id as "userId"
    from groups left join group_seats on group_seats.group_id = groups.id
    left join group_members on group_members.id = group_seats.member_id
    where groups.performance_id = ${performanceId} and groups.status = 'open'
    order by groups.id, group_seats.seat`.execute(db)
  const groups = Map.groupBy(rows, ({ id }) => id)
  return check('group_seats', "a group's held seats count against whose they are", differences(dump, groups))
}

function* differences(
  dump: MapDump,
  groups: ReadonlyMap<string, readonly { host: string; seat: number | null; userId: string | null }[]>,
): Iterable<string> {
  for (const [holdId, { buyer, seats, shares = {} }] of readableHolds(dump)) {
    const rows = buyer.startsWith('g_') ? (groups.get(buyer.slice(2)) ?? []) : []
    const owners = new Map(rows.flatMap(({ seat, userId }) => (seat === null ? [] : [[seat, userId] as const])))
    const [first] = rows
    if (first === undefined) continue
    for (const seat of owners.keys())
      if (!seats.includes(seat)) yield `seat ${seat} is somebody's of ${buyer}, whose hold ${holdId} does not have it`
    for (const user of new Set([first.host, ...owners.values(), ...Object.keys(shares)])) {
      const own = seats.filter((seat) => (owners.get(seat) ?? first.host) === user).length
      const counted = shares[user ?? ''] ?? 0
      if (own !== counted) yield `${user} has ${own} seats of ${buyer}, hold ${holdId} counts ${counted} against them`
    }
  }
}
