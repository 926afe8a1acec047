import type { UserId } from '@seatcast/shared/domain/ids.ts'
import type { RequestOf } from '@seatcast/shared/protocol/command.ts'
import { createGroup as createCommand, type GroupWish } from '@seatcast/shared/protocol/group.ts'
import { GROUP_SIZE_MAX } from '@seatcast/shared/domain/limits.ts'
import { newId } from '../database/uuid.ts'
import type { GroupContext } from './changing-group.ts'
import { renewCodes } from './find-invited.ts'
import { tellMembers } from './group-hold.ts'
import { badRequest, type GroupMap, GroupRefusal, hasBegun, openOrRefuse } from './group-parts.ts'
import { changeGroup, groupOf, insertGroup } from './group-repository.ts'
import { InAnotherGroupError, insertMember, writeSeatOwners } from './member-repository.ts'
import { checkedName } from './names.ts'
import { isFirst } from './request-memory.ts'

type CreateRequest = RequestOf<typeof createCommand>

/** A new group with its host; seats that they hold become the group's (G2). Returns its id. */
export async function createGroup(context: GroupContext, userId: UserId, request: CreateRequest): Promise<string> {
  const { db, groups, invitations } = context
  const { performanceId, size, rule, wish = {}, split = false } = request
  const map = await openOrRefuse(context.open, performanceId)
  if (map.saleStatus === 'closed' || hasBegun(map)) throw new GroupRefusal('NOT_ON_SALE')
  const name = checkedName(request.name)
  checkWish(map, wish)
  refuseTooManySeats(map, userId)
  const group = { id: newId(), performanceId, hostId: userId, rule, size, wish, allowsSplit: split }
  await context.attempts.countNewGroup(userId)
  try {
    const isNew = await db.transaction().execute(async (trx) => {
      if (!(await isFirst(trx, userId, { event: createCommand.event, request }))) return false
      await insertGroup(trx, group)
      const host = await insertMember(trx, group, userId, name)
      await renewCodes(trx, invitations, group)
      const told = await tellMembers(groups, map, group, { version: FIRST_VERSION, members: [host] })
      // Of several seats one is the host's own; the others wait for friends, and count against the host meanwhile (G7).
      const [own] = told.seats
      if (own !== undefined) await writeSeatOwners(trx, group.id, new Map([[own, host.id]]), new Map())
      await changeGroup(trx, group.id, {
        size: Math.max(size, told.seats.length),
        ...(told.holdId !== null && { hold: { id: told.holdId, expiresInMs: told.expiresInMs } }),
      })
      return true
    })
    if (isNew) return group.id
    const earlier = await groupOf(db, performanceId, userId)
    if (earlier === undefined) throw new GroupRefusal('NOT_FOUND')
    return earlier
  } catch (fault) {
    throw fault instanceof InAnotherGroupError ? await inGroup(context, performanceId, userId) : fault
  }
}

/** An inserted row's version 1 and the one change that completes it. */
const FIRST_VERSION = 2

/** The refusal that says in which group somebody is already. */
export async function inGroup({ db }: GroupContext, performanceId: string, userId: UserId): Promise<GroupRefusal> {
  const groupId = await groupOf(db, performanceId, userId)
  return new GroupRefusal('IN_GROUP', { performanceId, ...(groupId !== undefined && { groupId }) })
}

/** What is wished for exists in this hall. */
export function checkWish(map: GroupMap, { zoneId, sectionId }: GroupWish): void {
  if (zoneId !== undefined && !map.performance.zones.some(({ id }) => id === zoneId))
    throw badRequest('/wish/zoneId', 'is no zone of this performance')
  if (sectionId !== undefined && sectionId >= map.layout.sections.length)
    throw badRequest('/wish/sectionId', 'is no section of this layout')
}

/** Seats of one's own that join a group are not more than a group may have. */
export function refuseTooManySeats(map: GroupMap, userId: UserId, present = 0): void {
  const own = map.mirror.holdOf(userId)?.seats.length ?? 0
  if (own > 0 && own + present > GROUP_SIZE_MAX) throw new GroupRefusal('LIMIT_EXCEEDED')
}
