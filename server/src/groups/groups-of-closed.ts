import { sql } from 'kysely'
import type { Db } from '../database/client.ts'
import type { GroupCommands } from '../seats/group-commands.ts'
import type { EndedHoldsNeeds } from './ended-holds.ts'
import type { HoldPlace } from './group-hold.ts'
import { closeGroup, findGroup } from './group-repository.ts'

/** Groups that one look ends. Source: a guess: the next look takes the rest. */
const LOOK_MAX = 200

/**
 * Ends the groups of closed performances that have neither a hold, which ends by its own clock, nor orders that wait. For the
 * scheduler, at any time, by any number of processes.
 */
export async function endGroupsOfClosed({ db, groups, tell, open }: EndedHoldsNeeds): Promise<void> {
  const rows = await db
    .selectFrom('groups')
    .innerJoin('performances', 'performances.id', 'groups.performance_id')
    .select(['groups.id', 'groups.performance_id'])
    .where('performances.status', '=', 'closed')
    .where('groups.status', '=', 'open')
    .where('groups.hold_id', 'is', null)
    // Those that cannot be ended now must not keep the rest waiting.
    .orderBy(sql`random()`)
    .limit(LOOK_MAX)
    .execute()
  for (const { id, performance_id } of rows) {
    const place = await open(performance_id)
    if (place !== undefined && (await endGroup(db, groups, place, id))) await tell(id)
  }
}

/** False: it has a hold, or is being paid for, by now. */
async function endGroup(db: Db, groups: GroupCommands, place: HoldPlace, id: string): Promise<boolean> {
  return await db.transaction().execute(async (trx) => {
    const group = await findGroup(trx, id, 'lock')
    if (group === undefined || group.status !== 'open' || group.holdId !== null) return false
    const version = group.version + 1
    const answer = await groups.setMembers(place.target, {
      groupId: id,
      version,
      host: group.hostId,
      members: [],
      holdMs: 0,
    })
    // Without a map there is nothing to forget.
    if (!answer.ok && answer.code !== 'NO_MAP') return false
    await closeGroup(trx, id, 'ended')
    return true
  })
}
