import type { UserId } from '@seatcast/shared/domain/ids.ts'
import type { Db } from '../database/client.ts'
import type { GroupMap } from './group-parts.ts'
import type { StoredMember } from './member-repository.ts'

/** How many more seats of the performance each of the buyers may have beside those of orders that count against them (H8). */
export async function seatsLeft(
  db: Db,
  { performance: { id, maxSeatsPerBuyer } }: Pick<GroupMap, 'performance'>,
  userIds: readonly UserId[],
): Promise<Map<UserId, number>> {
  const rows = await db
    .selectFrom('counted_seats')
    .select('user_id as userId')
    .select(({ fn }) => fn.countAll<number>().as('ordered'))
    .where('performance_id', '=', id)
    .where('user_id', 'in', userIds)
    .where('claimed_late', '=', false)
    .groupBy('user_id')
    .execute()
  const ordered = new Map(rows.map((row) => [row.userId, row.ordered]))
  return new Map(userIds.map((userId) => [userId, Math.max(0, maxSeatsPerBuyer - (ordered.get(userId) ?? 0))]))
}

/** Who would have more seats of a block than they may (G7), if anybody; `shareOf`: how many would count against each. */
export async function whoHasTooMany(
  db: Db,
  map: Pick<GroupMap, 'performance'>,
  members: readonly Pick<StoredMember, 'id' | 'userId'>[],
  shareOf: (userId: UserId) => number,
): Promise<{ readonly memberId?: string }> {
  const left = await seatsLeft(
    db,
    map,
    members.map(({ userId }) => userId),
  )
  const member = members.find(({ userId }) => shareOf(userId) > (left.get(userId) ?? 0))
  return member === undefined ? {} : { memberId: member.id }
}
