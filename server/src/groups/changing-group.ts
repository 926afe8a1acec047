import type { UserId } from '@seatcast/shared/domain/ids.ts'
import type { Db } from '../database/client.ts'
import type { GroupCommands } from '../seats/group-commands.ts'
import type { BlockLimits } from './block-request.ts'
import type { CodeAttempts } from './code-attempts.ts'
import { type GroupHold, readHold } from './group-hold.ts'
import type { GroupNews } from './group-news.ts'
import { groupBusy, type GroupMap, GroupRefusal, type OpenGroupMap, openOrRefuse } from './group-parts.ts'
import { findGroup, type StoredGroup } from './group-repository.ts'
import type { Invitations } from './invitations.ts'
import { findMembership, membersOf, seatOwners, type StoredMember } from './member-repository.ts'
import { mendHold } from './mend-hold.ts'
import { type AskedRequest, isFirst, wasDone } from './request-memory.ts'
import { agrees } from './seat-again.ts'

/** What every command of a group needs. */
export interface GroupContext {
  readonly db: Db
  readonly groups: GroupCommands
  readonly open: OpenGroupMap
  readonly invitations: Invitations
  readonly news: GroupNews
  readonly attempts: CodeAttempts
  readonly limits: BlockLimits
  /** Every block needs the waiting room's admission. */
  readonly admissionRequired: boolean
}

/** A group whose row is held until the transaction's end, as one of its members changes it. */
export interface LockedGroup {
  readonly trx: Db
  readonly map: GroupMap
  readonly group: StoredGroup
  readonly members: readonly StoredMember[]
  readonly me: StoredMember
  readonly isHost: boolean
  /** Member by seat. */
  readonly owners: ReadonlyMap<number, string>
  /** The version that this change makes. */
  readonly nextVersion: number
}

/** Who asks for what of which group. */
export interface GroupCall extends AskedRequest {
  readonly userId: UserId
  readonly request: AskedRequest['request'] & { readonly groupId: string }
}

/**
 * Runs one member's change of a group: locked, in one transaction, once per request (H9); afterwards the members are told.
 * Whoever is not in it finds nothing, whether it exists or not, by the same one statement (G8). A change does its last and
 * only `changeGroup` itself; what throws leaves nothing in PostgreSQL, and what it had done in Redis is mended by the next
 * look (group-hold.ts).
 */
export async function changingGroup(
  context: GroupContext,
  call: GroupCall,
  change: (locked: LockedGroup) => Promise<void>,
): Promise<void> {
  const { db } = context
  const { groupId } = call.request
  const membership = await findMembership(db, groupId, call.userId)
  if (membership?.isIn !== true) {
    // The repeat of one's own leaving.
    if (await wasDone(db, call.userId, call)) return
    throw new GroupRefusal('NOT_FOUND')
  }
  const map = await openOrRefuse(context.open, membership.performanceId)
  const isDone = await inStep(context, map, groupId, async (trx) => {
    if (!(await isFirst(trx, call.userId, call))) return false
    await change(await lockGroup(trx, map, groupId, call.userId))
    return true
  })
  if (isDone) await context.news.tell(groupId)
}

/** Runs a change in one transaction; where it finds Redis and PostgreSQL out of step on the group, mends that and tries once more. */
export async function inStep<Result>(
  { db, groups, news }: GroupContext,
  map: GroupMap,
  groupId: string,
  change: (trx: Db) => Promise<Result>,
): Promise<Result> {
  try {
    return await db.transaction().execute(change)
  } catch (fault) {
    if (!(fault instanceof OutOfStepError)) throw fault
    if (await mendHold(db, groups, map, groupId)) await news.tell(groupId)
    return await db.transaction().execute(change)
  }
}

/** Locks a group for one of its members; refuses who is not in it any more. */
export async function lockGroup(trx: Db, map: GroupMap, groupId: string, userId: UserId): Promise<LockedGroup> {
  const group = await findGroup(trx, groupId, 'lock')
  if (group === undefined) throw new GroupRefusal('NOT_FOUND')
  const members = await membersOf(trx, groupId)
  const me = members.find((member) => member.userId === userId && member.isIn)
  if (me === undefined) throw new GroupRefusal('NOT_FOUND')
  return {
    trx,
    map,
    group,
    members,
    me,
    isHost: userId === group.hostId,
    owners: await seatOwners(trx, groupId),
    nextVersion: group.version + 1,
  }
}

/** The group's hold as Redis has it; throws OutOfStepError where it has other members or shares (a crash, a loss, U8). */
export async function presentHold(
  { groups }: Pick<GroupContext, 'groups'>,
  { map, group, members, owners }: Pick<LockedGroup, 'map' | 'group' | 'members' | 'owners'>,
): Promise<GroupHold | null> {
  const seen = await readHold(groups, map, group.id)
  if (!agrees(seen, { group, members, owners })) throw new OutOfStepError()
  return seen.hold
}

/** Redis does not know who is in, or whose the seats are: `inStep` mends that. */
class OutOfStepError extends GroupRefusal {
  constructor() {
    super('MAP_RELOADING', { retryInMs: OUT_OF_STEP_RETRY_MS })
  }
}

/** Somebody came or went between the mending and the next try: how soon it is worth asking again, ms. Source: a guess. */
const OUT_OF_STEP_RETRY_MS = 300

/** While it is being paid for, who is in and what they have stays as it is. */
export function refuseWhilePaying({ group }: Pick<LockedGroup, 'group'>): void {
  if (group.status !== 'open') throw groupBusy()
}

export function refuseUnlessHost({ isHost }: Pick<LockedGroup, 'isHost'>): void {
  if (!isHost) throw new GroupRefusal('FORBIDDEN')
}
