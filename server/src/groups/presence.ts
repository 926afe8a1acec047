import type { UserId } from '@seatcast/shared/domain/ids.ts'
import { sql } from 'kysely'
import type { Db } from '../database/client.ts'
import type { Caller } from '../socket/command-handler.ts'
import type { TellGroup } from './group-news.ts'
import { changeGroup } from './group-repository.ts'
import { ONLINE_SECONDS } from './member-repository.ts'

/** A member as sockets know them. */
export interface Followed {
  readonly groupId: string
  readonly userId: UserId
}

interface Present extends Followed {
  readonly sockets: Set<string>
  /** When this worker last wrote that they are there, by the database's clock; undefined: another one did. */
  writtenAt: Date | undefined
}

/** How often a worker says who is there, ms. Source: a third of ONLINE_SECONDS: one that is late makes nobody vanish. */
const REFRESH_MS = 10_000
/** Members in one statement; the rest follows in the next. Source: a guess: 1,000 rows take a few ms. */
const BATCH = 1_000

/**
 * Which members have a socket on this worker. The first one and the end of the last are written down at once, the others every
 * REFRESH_MS; a worker that dies stops doing so, and its members are away after ONLINE_SECONDS.
 */
export class GroupPresence {
  readonly #db: Db
  readonly #tell: TellGroup
  readonly #now: () => number
  readonly #present = new Map<string, Present>()
  readonly #ofSocket = new Map<string, Set<string>>()
  readonly #left: Present[] = []
  #refreshedMs: number

  constructor(db: Db, tell: TellGroup, now: () => number = () => performance.now()) {
    this.#db = db
    this.#tell = tell
    this.#now = now
    this.#refreshedMs = now()
  }

  /** From now on the socket is one of the member's. Members are told when they were away before. */
  async follow(socket: Pick<Caller, 'id' | 'once'>, followed: Followed): Promise<void> {
    const key = keyOf(followed)
    const present = this.#present.get(key) ?? { ...followed, sockets: new Set(), writtenAt: undefined }
    this.#present.set(key, present)
    present.sockets.add(socket.id)
    let own = this.#ofSocket.get(socket.id)
    if (own === undefined) {
      own = new Set()
      this.#ofSocket.set(socket.id, own)
      socket.once('disconnect', () => this.#disconnected(socket.id))
    }
    own.add(key)
    const written = await writeSeen(this.#db, followed, present.writtenAt === undefined)
    if (written === undefined) return
    present.writtenAt = written.seenAt
    if (written.wasAway) await this.#changed(followed.groupId)
  }

  /** The socket's member is no longer in the group. */
  forget(socketId: string, groupId: string): void {
    for (const key of this.#ofSocket.get(socketId) ?? []) {
      if (this.#present.get(key)?.groupId !== groupId) continue
      this.#ofSocket.get(socketId)?.delete(key)
      this.#present.get(key)?.sockets.delete(socketId)
      if (this.#present.get(key)?.sockets.size === 0) this.#present.delete(key)
    }
  }

  /** Writes down who left since the last call, and now and then who is there. For a loop. */
  async write(): Promise<void> {
    const left = this.#left.splice(0, BATCH)
    for (const groupId of await writeLeft(this.#db, left)) await this.#changed(groupId)
    if (this.#now() - this.#refreshedMs < REFRESH_MS) return
    this.#refreshedMs = this.#now()
    const all = [...this.#present.values()]
    for (let start = 0; start < all.length; start += BATCH) await refresh(this.#db, all.slice(start, start + BATCH))
  }

  #disconnected(socketId: string): void {
    for (const key of this.#ofSocket.get(socketId) ?? []) {
      const present = this.#present.get(key)
      present?.sockets.delete(socketId)
      if (present === undefined || present.sockets.size > 0) continue
      this.#present.delete(key)
      this.#left.push(present)
    }
    this.#ofSocket.delete(socketId)
  }

  async #changed(groupId: string): Promise<void> {
    await changeGroup(this.#db, groupId)
    await this.#tell(groupId)
  }
}

const keyOf = ({ groupId, userId }: Followed): string => `${groupId} ${userId}`

/** `always`: this worker vouches for them from now on. Undefined: they are not in, or it was just written. */
async function writeSeen(
  db: Db,
  { groupId, userId }: Followed,
  always: boolean,
): Promise<{ readonly seenAt: Date; readonly wasAway: boolean } | undefined> {
  const { rows } = await sql<{ seenAt: Date; wasAway: boolean }>`
    with known as (
      select id, seen_at from group_members
      where group_id = ${groupId} and user_id = ${userId} and is_in
        and (${always} or coalesce(seen_at < now() - make_interval(secs => ${REFRESH_MS / 1_000}), true))
      for no key update
    )
    update group_members as member set seen_at = now() from known where member.id = known.id
    returning member.seen_at as "seenAt",
      coalesce(known.seen_at < now() - make_interval(secs => ${ONLINE_SECONDS}), true) as "wasAway"`.execute(db)
  return rows[0]
}

/** Groups of which somebody is now away: none of their sockets was on another worker since this one last wrote. */
async function writeLeft(db: Db, left: readonly Present[]): Promise<readonly string[]> {
  const ours = left.filter(({ writtenAt }) => writtenAt !== undefined)
  if (ours.length === 0) return []
  const { rows } = await sql<{ groupId: string }>`
    with known as (
      select member.id from group_members as member
      join unnest(${ours.map(({ groupId }) => groupId)}::uuid[], ${ours.map(({ userId }) => userId)}::uuid[],
        ${ours.map(({ writtenAt }) => writtenAt)}::timestamptz[]) as gone (group_id, user_id, written_at)
        on member.group_id = gone.group_id and member.user_id = gone.user_id
      where member.is_in and date_trunc('milliseconds', member.seen_at) <= gone.written_at
      order by member.id
      for no key update of member skip locked
    )
    update group_members as member set seen_at = null from known where member.id = known.id
    returning member.group_id as "groupId"`.execute(db)
  return [...new Set(rows.map(({ groupId }) => groupId))]
}

async function refresh(db: Db, present: readonly Present[]): Promise<void> {
  const { rows } = await sql<Followed & { seenAt: Date }>`
    with known as (
      select member.id from group_members as member
      join unnest(${present.map(({ groupId }) => groupId)}::uuid[], ${present.map(({ userId }) => userId)}::uuid[])
        as here (group_id, user_id) on member.group_id = here.group_id and member.user_id = here.user_id
      where member.is_in
      order by member.id
      for no key update of member skip locked
    )
    update group_members as member set seen_at = now() from known where member.id = known.id
    returning member.group_id as "groupId", member.user_id as "userId", member.seen_at as "seenAt"`.execute(db)
  const seen = new Map(rows.map((row) => [keyOf(row), row.seenAt]))
  for (const one of present) one.writtenAt = seen.get(keyOf(one)) ?? one.writtenAt
}

/** Members whose worker fell silent are away; returns their groups, which are changed already. For the scheduler. */
export async function markAway(db: Db): Promise<readonly string[]> {
  const { rows } = await sql<{ groupId: string }>`
    with known as (
      select id from group_members where seen_at < now() - make_interval(secs => ${ONLINE_SECONDS})
      order by id
      limit ${BATCH}
      for no key update skip locked
    )
    update group_members as member set seen_at = null from known where member.id = known.id
    returning member.group_id as "groupId"`.execute(db)
  const groupIds = [...new Set(rows.map(({ groupId }) => groupId))]
  for (const groupId of groupIds) await changeGroup(db, groupId)
  return groupIds
}
