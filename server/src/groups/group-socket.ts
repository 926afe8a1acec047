import {
  answerSwap as answerSwapCommand,
  assignSeat as assignSeatCommand,
  createGroup as createGroupCommand,
  extendHold as extendHoldCommand,
  holdBlock as holdBlockCommand,
  joinGroup as joinGroupCommand,
  leaveGroup as leaveGroupCommand,
  releaseBlock as releaseBlockCommand,
  removeMember as removeMemberCommand,
  renewInvitation as renewInvitationCommand,
  sitDown as sitDownCommand,
  updateGroup as updateGroupCommand,
  watchGroup as watchGroupCommand,
} from '@seatcast/shared/protocol/group.ts'
import type { Limits } from '../config.ts'
import { accept, type Caller, commandHandler, type CommandHandler, refuse } from '../socket/command-handler.ts'
import { TokenBuckets } from '../socket/token-bucket.ts'
import type { GroupContext } from './changing-group.ts'
import { createGroup } from './create-group.ts'
import { type GroupCaller, GroupRefusal } from './group-parts.ts'
import { groupOf } from './group-repository.ts'
import { renewInvitation, updateGroup } from './group-settings.ts'
import type { GroupViews } from './group-view.ts'
import { joinGroup } from './join-group.ts'
import { leaveGroup, removeMember } from './leave-group.ts'
import type { GroupPresence } from './presence.ts'
import { answerSwap, assignSeat, sitDown } from './seating.ts'
import { extendHold, holdBlock, releaseBlock } from './take-block.ts'

export interface GroupSocketOptions {
  readonly context: GroupContext & { readonly limits: Limits }
  readonly views: GroupViews
  readonly presence: GroupPresence
}

/** Binds the commands of groups. Who asks comes from the handshake, never from the payload. */
export function groupHandlers({ context, views, presence }: GroupSocketOptions): CommandHandler[] {
  const holdsPerSecond = new TokenBuckets(context.limits.holdsPerSecondPerBuyer)

  /** The group as the caller sees it after their command; they are there now. */
  const seen = async (caller: Caller, groupId: string) => {
    const { userId } = caller.data
    if (caller.connected) await presence.follow(caller, { groupId, userId })
    const group = await views.of(groupId, userId)
    return group === undefined ? refuse('NOT_FOUND') : accept({ group })
  }
  /** A change by a member, then what they see. */
  const changed =
    <Request extends { readonly groupId: string }>(
      change: (context: GroupContext, caller: GroupCaller, request: Request) => Promise<void>,
    ) =>
    (caller: Caller, request: Request) =>
      answering(async () => {
        await change(context, caller.data, request)
        return await seen(caller, request.groupId)
      })
  return [
    commandHandler(createGroupCommand, (caller, request) =>
      answering(async () => await seen(caller, await createGroup(context, caller.data.userId, request))),
    ),
    commandHandler(joinGroupCommand, (caller, request) =>
      answering(async () => await seen(caller, await joinGroup(context, caller.data, request))),
    ),
    commandHandler(watchGroupCommand, (caller, { performanceId }) =>
      answering(async () => {
        const groupId = await groupOf(context.db, performanceId, caller.data.userId)
        return groupId === undefined ? accept({ group: null }) : await seen(caller, groupId)
      }),
    ),
    commandHandler(
      updateGroupCommand,
      changed((_, { userId }, request) => updateGroup(context, userId, request)),
    ),
    commandHandler(leaveGroupCommand, (caller, request) =>
      answering(async () => {
        await leaveGroup(context, caller.data, request)
        presence.forget(caller.id, request.groupId)
        return accept({ group: null })
      }),
    ),
    commandHandler(removeMemberCommand, changed(removeMember)),
    commandHandler(
      renewInvitationCommand,
      changed((_, { userId }, request) => renewInvitation(context, userId, request)),
    ),
    commandHandler(holdBlockCommand, (caller, request) =>
      answering(async () => {
        const retryInMs = holdsPerSecond.take(caller.data.userId, Date.now())
        if (retryInMs > 0) return refuse('RATE_LIMITED', { retryInMs })
        await holdBlock(context, caller.data, request)
        return await seen(caller, request.groupId)
      }),
    ),
    commandHandler(releaseBlockCommand, changed(releaseBlock)),
    commandHandler(extendHoldCommand, changed(extendHold)),
    commandHandler(sitDownCommand, changed(sitDown)),
    commandHandler(answerSwapCommand, changed(answerSwap)),
    commandHandler(assignSeatCommand, changed(assignSeat)),
  ]
}

/** A refusal that ended a transaction becomes the answer. */
async function answering<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work()
  } catch (fault) {
    // Thrown only where the command declares it, or where any command may be refused with it.
    if (fault instanceof GroupRefusal) return fault.refused as Answer
    throw fault
  }
}
