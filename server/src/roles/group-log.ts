import { type GroupView, watchGroup } from '@seatcast/shared/protocol/group.ts'
import type { Logger } from 'pino'
import type { CommandHandler } from '../socket/command-handler.ts'

/** The commands of groups, each change with its line in the log: the hold that it names leads on to the group's orders. */
export function loggedGroups(log: Logger, handlers: readonly CommandHandler[]): CommandHandler[] {
  return handlers.map((handler) => ({
    ...handler,
    async run(caller, request) {
      const answer = await handler.run(caller, request)
      const group = answer.ok ? (answer as { readonly group?: GroupView | null }).group : undefined
      if (group == null || handler.event === watchGroup.event) return answer
      const { groupId, performanceId, hold } = group
      const held = hold === null ? {} : { holdId: hold.holdId, seatCount: hold.seats.length }
      log.info({ event: handler.event, groupId, performanceId, userId: caller.data.userId, ...held }, 'group changed')
      return answer
    },
  }))
}
