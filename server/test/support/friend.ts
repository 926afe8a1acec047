import type {
  AckNamed,
  ClientToServerEvents,
  CommandEvent,
  RequestNamed,
  ServerToClientEvents,
} from '@seatcast/shared/protocol/events.ts'
import type { GroupChanged, GroupMember, GroupView } from '@seatcast/shared/protocol/group.ts'
import type { Guest } from '@seatcast/shared/protocol/http.ts'
import { io, type Socket } from 'socket.io-client'
import { becomeGuest } from './buyer.ts'
import { eventually } from './eventually.ts'

/** How long an answer may take, ms: the machine may be busy. */
const ACK_TIMEOUT_MS = 15_000
/** How long news may take, ms. */
const NEWS_PATIENCE_MS = 10_000

/** Somebody who books with others: a guest's token and a real socket on one node. */
export interface Friend {
  readonly userId: string
  readonly token: string
  readonly socket: Socket<ServerToClientEvents, ClientToServerEvents>
  /** Every `group:changed` so far, oldest first. */
  readonly news: GroupChanged[]
  ask<E extends CommandEvent>(event: E, request: RequestNamed<E>): Promise<AckNamed<E>>
  /** The group in the answer to a command that must work. */
  does<E extends CommandEvent>(event: E, request: RequestNamed<E>): Promise<GroupView>
  /** The group as it now is. */
  look(performanceId: string): Promise<GroupView | null>
  /** Waits for news that leads to a group like this. */
  sees(what: string, performanceId: string, isSo: (group: GroupView) => boolean): Promise<GroupView>
  /** Waits until the friend is told to be no longer in it. */
  isGone(groupId: string): Promise<void>
  close(): void
}

export async function friendOn(
  origin: string,
  guest?: Pick<Guest, 'userId' | 'token'>,
  options: { readonly reconnection?: boolean; readonly headers?: Record<string, string> } = {},
): Promise<Friend> {
  const { userId, token } = guest ?? (await becomeGuest(origin))
  const socket: Friend['socket'] = io(origin, {
    transports: ['websocket'],
    forceNew: true,
    auth: { token },
    reconnection: options.reconnection ?? false,
    ...(options.headers !== undefined && { extraHeaders: options.headers }),
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('connect_error', reject)
  })
  const ask: Friend['ask'] = async (event, request) =>
    (await socket.timeout(ACK_TIMEOUT_MS).emitWithAck(event, ...([request] as never))) as AckNamed<typeof event>
  const friend: Friend = {
    userId,
    token,
    socket,
    news: [],
    ask,
    async does(event, request) {
      const answer = (await ask(event, request)) as { ok: boolean; group?: GroupView | null }
      if (!answer.ok || answer.group == null) throw new Error(`${event} answered ${JSON.stringify(answer)}`)
      return answer.group
    },
    async look(performanceId) {
      const answer = await ask('group:watch', { performanceId })
      if (!answer.ok) throw new Error(`group:watch answered ${JSON.stringify(answer)}`)
      return answer.group
    },
    async sees(what, performanceId, isSo) {
      let seen: GroupView | null = null
      let heard = -1
      await eventually(what, NEWS_PATIENCE_MS, async () => {
        if (heard === friend.news.length) return false
        heard = friend.news.length
        seen = await friend.look(performanceId)
        return seen !== null && isSo(seen)
      })
      if (seen === null) throw new Error('seen and gone')
      return seen
    },
    async isGone(groupId) {
      await eventually('told to be out', NEWS_PATIENCE_MS, () =>
        friend.news.some((one) => one.groupId === groupId && one.gone === true),
      )
    },
    close: () => void socket.close(),
  }
  socket.on('group:changed', (change) => void friend.news.push(change))
  return friend
}

/** The viewer among the members. */
export const meIn = ({ members }: GroupView): GroupMember => only(members.filter(({ isMe }) => isMe))

/** The member of that name. */
export const named = ({ members }: GroupView, name: string): GroupMember =>
  only(members.filter((member) => member.name === name))

/** What somebody types or taps: of an open invitation. */
export function codesOf({ invitation }: GroupView): { readonly link: string; readonly code: string } {
  if (invitation === null) throw new Error('there is no invitation')
  return { link: invitation.path.replace('/g/', ''), code: invitation.code }
}

function only(members: readonly GroupMember[]): GroupMember {
  const [member] = members
  if (member === undefined || members.length !== 1) throw new Error(`${members.length} members like that`)
  return member
}
