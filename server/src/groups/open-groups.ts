import { sql } from 'kysely'
import type { Db } from '../database/client.ts'
import type { LoadedGroup } from '../seats/map-commands.ts'

/** Every open group of the performance: who is in, and whose seats are; what its map must know, whatever Redis says (G2, G7). */
export async function openGroups(db: Db, performanceId: string): Promise<LoadedGroup[]> {
  return await db
    .selectFrom('groups')
    .select(['groups.id', 'groups.version', 'groups.host_id as host', MEMBERS.as('members'), ASSIGNED.as('assigned')])
    .where('groups.performance_id', '=', performanceId)
    .where('groups.status', 'not in', ['sold', 'ended'])
    .orderBy('groups.id')
    .execute()
}

const MEMBERS = sql<string[]>`array(select user_id from group_members
  where group_id = groups.id and is_in order by joined_at, id)`
/** Seats of members who left say nothing. */
const ASSIGNED = sql<Record<string, string>>`(select coalesce(jsonb_object_agg(seat, user_id), '{}')
  from group_seats join group_members on group_members.id = group_seats.member_id
  where group_seats.group_id = groups.id and group_members.is_in)`
