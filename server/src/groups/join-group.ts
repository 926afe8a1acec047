import { GROUP_SIZE_MAX } from '@seatcast/shared/domain/limits.ts'
import type { RequestOf } from '@seatcast/shared/protocol/command.ts'
import type { joinGroup as joinCommand } from '@seatcast/shared/protocol/group.ts'
import { type GroupContext, inStep, presentHold, refuseWhilePaying } from './changing-group.ts'
import { inGroup, refuseTooManySeats } from './create-group.ts'
import { findInvited } from './find-invited.ts'
import { tellMembers } from './group-hold.ts'
import { type GroupCaller, GroupRefusal, openOrRefuse } from './group-parts.ts'
import { changeGroup, findGroup } from './group-repository.ts'
import { InAnotherGroupError, insertMember, membersOf, seatOwners, writeSeatOwners } from './member-repository.ts'
import { checkedName, freeName, nextDefaultName } from './names.ts'
import { seatNewcomer } from './seat-newcomer.ts'
import { seatsLeft } from './seats-left.ts'
import { ownersOf, ownersWithin } from './whose-seats.ts'

type JoinRequest = RequestOf<typeof joinCommand>

/**
 * Lets in who has the code; a seat of the block goes with it where there is one (G6). Who is in already just finds the group
 * (G2). Returns its id.
 */
export async function joinGroup(context: GroupContext, caller: GroupCaller, request: JoinRequest): Promise<string> {
  const { db, attempts, groups, invitations, news } = context
  const { userId } = caller
  const name = request.name === undefined ? undefined : checkedName(request.name)
  const code = invitations.hashesOf(request.code)
  await attempts.count(caller, request.code)
  const groupId = await findInvited(db, userId, code)
  const found = groupId === undefined ? undefined : await findGroup(db, groupId)
  if (groupId === undefined || found === undefined) throw new GroupRefusal('NOT_FOUND')
  await attempts.wasRight(caller, request.code)
  const map = await openOrRefuse(context.open, found.performanceId)

  try {
    const hasJoined = await inStep(context, map, groupId, async (trx) => {
      const group = await findGroup(trx, groupId, 'lock')
      // Renewed, or they were removed, while this one waited for the lock.
      if (group === undefined || (await findInvited(trx, userId, code)) !== groupId) throw new GroupRefusal('NOT_FOUND')
      const members = await membersOf(trx, groupId)
      if (members.some((member) => member.userId === userId)) return false
      refuseWhilePaying({ group })
      if (members.length >= GROUP_SIZE_MAX) throw new GroupRefusal('GROUP_FULL')
      if ((await seatsLeft(trx, map, [userId])).get(userId) === 0) throw new GroupRefusal('LIMIT_EXCEEDED')
      const before = await seatOwners(trx, groupId)
      const present = await presentHold(context, { map, group, members, owners: before })
      refuseTooManySeats(map, userId, present?.seats.length)

      const names = members.map((member) => member.name)
      const newcomer = await insertMember(
        trx,
        group,
        userId,
        name === undefined ? nextDefaultName(names) : freeName(name, names),
      )
      const everybody = [...members, newcomer]
      const told = await tellMembers(groups, map, group, { version: group.version + 1, members: everybody })
      const brought = [...ownersOf(told.assigned, [newcomer])]
      // What a block had that was lost says nothing of another one.
      const own = told.holdId === null ? before : ownersWithin(before, told.seats)
      const withBrought = new Map([...own, ...brought])
      const placed =
        told.holdId === null || brought.length > 0
          ? { hold: told, owners: withBrought, notice: null }
          : await seatNewcomer(context, map, {
              group,
              members: everybody,
              newcomer,
              hold: told,
              owners: withBrought,
              caller,
            })
      await writeSeatOwners(trx, groupId, placed.owners, before)
      await changeGroup(trx, groupId, {
        size: Math.min(GROUP_SIZE_MAX, Math.max(group.size, everybody.length, placed.hold.seats.length)),
        ...(placed.hold.holdId !== null && { hold: { id: placed.hold.holdId, expiresInMs: placed.hold.expiresInMs } }),
        ...(told.holdId !== null && {
          notice: placed.hold.seats.length < everybody.length ? 'kept' : placed.notice,
        }),
      })
      return true
    })
    if (hasJoined) await news.tell(groupId)
    return groupId
  } catch (fault) {
    throw fault instanceof InAnotherGroupError ? await inGroup(context, found.performanceId, userId) : fault
  }
}
