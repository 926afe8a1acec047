import type { SeatIndex, UserId } from '@seatcast/shared/domain/ids.ts'
import type { RequestOf } from '@seatcast/shared/protocol/command.ts'
import {
  type GroupNotice,
  leaveGroup as leaveCommand,
  removeMember as removeCommand,
} from '@seatcast/shared/protocol/group.ts'
import { GROUP_SIZE_MIN } from '@seatcast/shared/domain/limits.ts'
import { shapeOn } from '../seats/seat-choice.ts'
import { blockRequest } from './block-request.ts'
import {
  changingGroup,
  type GroupContext,
  type LockedGroup,
  presentHold,
  refuseUnlessHost,
  refuseWhilePaying,
} from './changing-group.ts'
import { renewCodes } from './find-invited.ts'
import { tellMembers } from './group-hold.ts'
import { badRequest, type GroupCaller, type GroupMap, GroupRefusal } from './group-parts.ts'
import { changeGroup, closeGroup } from './group-repository.ts'
import { type StoredMember, takeOut, writeSeatOwners } from './member-repository.ts'
import { assignmentOf, blockWithout } from './whose-seats.ts'

/** Who leaves gives up their seats (G6); with the host the group ends and its hold is released. */
export async function leaveGroup(
  context: GroupContext,
  caller: GroupCaller,
  request: RequestOf<typeof leaveCommand>,
): Promise<void> {
  const left: LockedGroup[] = []
  await changingGroup(context, { userId: caller.userId, event: leaveCommand.event, request }, async (locked) => {
    refuseWhilePaying(locked)
    left.push(locked)
    if (!locked.isHost) return await partWith(context, caller, locked, locked.me)
    const { trx, map, group, me, nextVersion } = locked
    await takeOut(trx, me.id)
    await tellMembers(context.groups, map, group, { version: nextVersion, members: [] })
    await closeGroup(trx, group.id, 'ended')
  })
  for (const { group, nextVersion } of left) context.news.tellGone({ ...group, version: nextVersion }, caller.userId)
}

/** The host takes somebody out. An open invitation is replaced: the old one would let them in again as somebody else. */
export async function removeMember(
  context: GroupContext,
  caller: GroupCaller,
  request: RequestOf<typeof removeCommand>,
): Promise<void> {
  const gone: { readonly userId: UserId; readonly locked: LockedGroup }[] = []
  await changingGroup(context, { userId: caller.userId, event: removeCommand.event, request }, async (locked) => {
    refuseUnlessHost(locked)
    const member = locked.members.find(({ id }) => id === request.memberId)
    if (member === undefined) throw new GroupRefusal('NOT_FOUND')
    if (member.id === locked.me.id) throw badRequest('/memberId', 'is the host, who leaves instead')
    refuseWhilePaying(locked)
    gone.push({ userId: member.userId, locked })
    await partWith(context, caller, locked, member)
    if (locked.group.codesExpireInMs > 0) await renewCodes(locked.trx, context.invitations, locked.group)
  })
  for (const { userId, locked } of gone) context.news.tellGone({ ...locked.group, version: locked.nextVersion }, userId)
}

/** Their seats go first and they after them: a share that stayed behind would count against the host. */
async function partWith(
  context: GroupContext,
  caller: GroupCaller,
  locked: LockedGroup,
  leaver: StoredMember,
): Promise<void> {
  const { trx, map, group, members, owners, nextVersion } = locked
  const { groups, limits } = context
  const rest = members.filter(({ id }) => id !== leaver.id)
  const hold = await presentHold(context, locked)
  const block = blockWithout((seats) => disorderOf(map, seats), hold?.seats ?? [], owners, leaver.id)
  const lost = (hold?.seats.length ?? 0) - block.seats.length
  let isShrunk = false
  if (hold !== null && lost > 0) {
    const { holdId } = hold
    const candidates = [{ seats: block.seats, assigned: assignmentOf(block.owners, rest) }]
    const answer =
      block.seats.length === 0
        ? await groups.release(map.target, { groupId: group.id, holdId })
        : await groups.holdBlock(map.target, { ...blockRequest(map, group.id, caller, limits), candidates, holdId })
    isShrunk = answer.ok
  }
  const told = await tellMembers(groups, map, group, { version: nextVersion, members: rest })
  await takeOut(trx, leaver.id)
  if (isShrunk) {
    const before = new Map([...owners].filter(([, owner]) => owner !== leaver.id))
    await writeSeatOwners(trx, group.id, block.owners, before)
  }
  // Who had no seat of the block leaves its wish smaller all the same.
  const isSmaller = isShrunk || (hold !== null && lost === 0 && hold.seats.length < members.length)
  const size = Math.max(GROUP_SIZE_MIN, rest.length, group.size - Math.max(1, lost))
  // One that ended meanwhile is told of by the next look.
  if (told.holdId === null) await changeGroup(trx, group.id, isShrunk ? { size, hold: null, notice: null } : {})
  else
    await changeGroup(trx, group.id, {
      ...(isSmaller && { size }),
      hold: { id: told.holdId, expiresInMs: told.expiresInMs },
      notice: noticeOf(group.notice, {
        isKept: (lost > 0 && !isShrunk) || told.seats.length < rest.length,
        isShrunk,
        hasMoved: isShrunk && block.moved,
      }),
    })
}

/** What who stays is told: the block is larger or smaller than they are, has changed, or all is as it was told before. */
function noticeOf(
  before: GroupNotice | null,
  block: { readonly isKept: boolean; readonly isShrunk: boolean; readonly hasMoved: boolean },
): GroupNotice | null {
  if (block.isKept) return 'kept'
  if (block.hasMoved) return 'moved'
  return block.isShrunk || before === 'kept' ? null : before
}

/** One row before two that touch, these before places apart, of those the fewest; 0: side by side. */
function disorderOf(map: GroupMap, seats: readonly SeatIndex[]): number {
  const { shape, runs } = shapeOn(map, seats)
  return shape === 'row' ? 0 : shape === 'two_rows' ? 1 : runs
}
