import type { UserId } from '@seatcast/shared/domain/ids.ts'
import type { Db } from '../database/client.ts'
import { type SeatcastServer, userRoom } from '../socket/server.ts'
import { findGroup } from './group-repository.ts'
import { membersOf } from './member-repository.ts'

/** Tells all sockets of all members, on every node, that a group changed. After the commit. */
export type TellGroup = (groupId: string) => Promise<void>

export interface GroupNews {
  readonly tell: TellGroup
  /** Tells somebody that they are no longer in it. */
  tellGone(
    group: { readonly id: string; readonly performanceId: string; readonly version: number },
    userId: UserId,
  ): void
}

/** `group:changed` is a hint: who gets it reads the group again, and who misses it does so by themselves soon (G17). */
export function groupNews(db: Db, io: Pick<SeatcastServer, 'to'>): GroupNews {
  return {
    async tell(groupId) {
      const group = await findGroup(db, groupId)
      if (group === undefined) return
      const rooms = (await membersOf(db, groupId)).map(({ userId }) => userRoom(userId))
      if (rooms.length === 0) return
      const { performanceId, version } = group
      io.to(rooms).emit('group:changed', { groupId, performanceId, version })
    },
    tellGone({ id: groupId, performanceId, version }, userId) {
      io.to(userRoom(userId)).emit('group:changed', { groupId, performanceId, version, gone: true })
    },
  }
}
