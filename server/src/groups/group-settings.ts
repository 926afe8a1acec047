import type { UserId } from '@seatcast/shared/domain/ids.ts'
import type { RequestOf } from '@seatcast/shared/protocol/command.ts'
import { renewInvitation as renewCommand, updateGroup as updateCommand } from '@seatcast/shared/protocol/group.ts'
import { changingGroup, type GroupContext, refuseUnlessHost, refuseWhilePaying } from './changing-group.ts'
import { checkWish } from './create-group.ts'
import { renewCodes } from './find-invited.ts'
import { badRequest } from './group-parts.ts'
import { changeGroup, closeCodes } from './group-repository.ts'
import { renameMember } from './member-repository.ts'
import { checkedName, freeName } from './names.ts'

/** A member's own name; the host's say about the block. */
export async function updateGroup(
  context: GroupContext,
  userId: UserId,
  request: RequestOf<typeof updateCommand>,
): Promise<void> {
  const { size, wish, split } = request
  const name = request.name === undefined ? undefined : checkedName(request.name)
  await changingGroup(context, { userId, event: updateCommand.event, request }, async (locked) => {
    const { trx, map, group, members, me } = locked
    if (size !== undefined || wish !== undefined || split !== undefined) {
      refuseUnlessHost(locked)
      refuseWhilePaying(locked)
      if (size !== undefined && size < members.length) throw badRequest('/size', 'is fewer than are in')
      if (wish !== undefined) checkWish(map, wish)
    }
    if (name !== undefined) {
      const others = members.filter(({ id }) => id !== me.id)
      await renameMember(
        trx,
        me.id,
        freeName(
          name,
          others.map((other) => other.name),
        ),
      )
    }
    await changeGroup(trx, group.id, {
      ...(size !== undefined && { size }),
      ...(wish !== undefined && { wish }),
      ...(split !== undefined && { allowsSplit: split }),
    })
  })
}

/** Another link and code instead of the present ones, or none. */
export async function renewInvitation(
  context: GroupContext,
  userId: UserId,
  request: RequestOf<typeof renewCommand>,
): Promise<void> {
  await changingGroup(context, { userId, event: renewCommand.event, request }, async (locked) => {
    refuseUnlessHost(locked)
    const { trx, group } = locked
    if (request.open === false) await closeCodes(trx, group.id)
    else await renewCodes(trx, context.invitations, group)
    await changeGroup(trx, group.id)
  })
}
