import type { GroupNotice, GroupRule, GroupWish } from '@seatcast/shared/protocol/group.ts'
import type { UserId } from '@seatcast/shared/domain/ids.ts'
import { sql } from 'kysely'
import type { Db } from '../database/client.ts'
import type { StoredGroupStatus } from '../database/group-tables.ts'
import { isUuid } from '../database/uuid.ts'

/** A group as PostgreSQL has it at one moment. */
export interface StoredGroup {
  readonly id: string
  readonly performanceId: string
  readonly hostId: UserId
  readonly status: StoredGroupStatus
  readonly rule: GroupRule
  /** Seats of the block that is wished for. */
  readonly size: number
  readonly wish: GroupWish
  readonly allowsSplit: boolean
  readonly version: number
  readonly notice: GroupNotice | null
  /** The present invitation's number. */
  readonly codeRound: number
  /** ms until nobody new comes in, by the database's clock; 0: closed. */
  readonly codesExpireInMs: number
  /** The hold that the members were told of; Redis's own word wins. */
  readonly holdId: string | null
  /** ms until that hold's deadline, by the database's clock; negative: past; 0 without a hold. */
  readonly holdExpiresInMs: number
  readonly paymentRound: number
  readonly payUntil: Date | null
  readonly shortUntil: Date | null
}

/** `lock`: inside a transaction, holds the group's row until its end, against every other change of the group. */
export async function findGroup(db: Db, id: string, lock?: 'lock'): Promise<StoredGroup | undefined> {
  if (!isUuid(id)) return undefined
  const query = selectGroups(db).where('groups.id', '=', id)
  const row = await (lock === 'lock' ? query.forNoKeyUpdate() : query).executeTakeFirst()
  return row === undefined ? undefined : storedGroup(row)
}

/** How long a group that is over is still shown to who was in it, hours. Source: a guess: until the next morning. */
const SHOWN_HOURS = 24

/**
 * The group of a person in a performance: the one they are in, else the last one they were in when it was sold or ended,
 * for a day. Who left or was removed was in none.
 */
export async function groupOf(db: Db, performanceId: string, userId: UserId): Promise<string | undefined> {
  if (!isUuid(performanceId)) return undefined
  return (await lookForGroup(db, performanceId, userId).executeTakeFirst())?.id
}

/** What `groupOf` asks: at every visitor's every page load, so it finds its rows by an index. */
export function lookForGroup(db: Db, performanceId: string, userId: UserId) {
  return db
    .selectFrom('group_members as member')
    .innerJoin('groups', 'groups.id', 'member.group_id')
    .select('groups.id')
    .where('member.performance_id', '=', performanceId)
    .where('member.user_id', '=', userId)
    .where('member.gone_at', 'is', null)
    .where((is) =>
      is.or([
        is('member.is_in', '=', true),
        is('groups.changed_at', '>', sql<Date>`now() - make_interval(hours => ${SHOWN_HOURS})`),
      ]),
    )
    .orderBy('member.is_in', 'desc')
    .orderBy('member.joined_at', 'desc')
    .limit(1)
}

export interface NewGroup {
  readonly id: string
  readonly performanceId: string
  readonly hostId: UserId
  readonly rule: GroupRule
  readonly size: number
  readonly wish: GroupWish
  readonly allowsSplit: boolean
}

/** A group without members, its invitation still to be opened. */
export async function insertGroup(trx: Db, group: NewGroup): Promise<void> {
  await trx
    .insertInto('groups')
    .values({
      id: group.id,
      performance_id: group.performanceId,
      host_id: group.hostId,
      rule: group.rule,
      size: group.size,
      wish: JSON.stringify(group.wish),
      allows_split: group.allowsSplit,
      codes_until: sql<Date>`now()`,
      notice: null,
      link_hash: null,
      code_hash: null,
      hold_id: null,
      hold_until: null,
      pay_until: null,
      short_until: null,
    })
    .execute()
}

/** What changes of a group in one step; absent: stays. */
export interface GroupChanges {
  readonly status?: StoredGroupStatus
  readonly size?: number
  readonly wish?: GroupWish
  readonly allowsSplit?: boolean
  readonly notice?: GroupNotice | null
  /** The hold that members are told of; `expiresInMs`: by Redis's answer. Any status but `open` ends it. */
  readonly hold?: { readonly id: string; readonly expiresInMs: number } | null
  readonly paymentRound?: number
  readonly payUntil?: Date | null
  readonly shortUntil?: Date | null
}

/** Nobody new comes in; the codes still lead those who are in to their group. */
export async function closeCodes(trx: Db, groupId: string): Promise<void> {
  await trx
    .updateTable('groups')
    .set({ codes_until: sql<Date>`now()` })
    .where('id', '=', groupId)
    .execute()
}

/** Everything that members see of a change goes through here: the version grows with it. Returns the new one. */
export async function changeGroup(trx: Db, id: string, changes: GroupChanges = {}): Promise<number> {
  const { status } = changes
  // With the first order the hold is gone.
  const hold = changes.hold === undefined && status !== undefined && status !== 'open' ? null : changes.hold
  const row = await trx
    .updateTable('groups')
    .set((was) => ({
      version: was('version', '+', 1),
      changed_at: sql<Date>`now()`,
      ...(status !== undefined && { status }),
      ...(changes.size !== undefined && { size: changes.size }),
      ...(changes.wish !== undefined && { wish: JSON.stringify(changes.wish) }),
      ...(changes.allowsSplit !== undefined && { allows_split: changes.allowsSplit }),
      ...(changes.notice !== undefined && { notice: changes.notice }),
      ...(hold === null && { hold_id: null, hold_until: null }),
      ...(hold && {
        hold_id: hold.id,
        hold_until: sql<Date>`clock_timestamp() + make_interval(secs => ${hold.expiresInMs / 1_000})`,
      }),
      ...(changes.paymentRound !== undefined && { payment_round: changes.paymentRound }),
      ...(changes.payUntil !== undefined && { pay_until: changes.payUntil }),
      ...(changes.shortUntil !== undefined && { short_until: changes.shortUntil }),
    }))
    .where('id', '=', id)
    .returning('version')
    .executeTakeFirstOrThrow()
  return row.version
}

/**
 * The group is over: nobody comes in any more, and its members are free for another one, while they are still shown this one
 * and find it by its link. What it has in Redis is the caller's to end before.
 */
export async function closeGroup(trx: Db, id: string, status: 'sold' | 'ended'): Promise<number> {
  await closeCodes(trx, id)
  await trx.updateTable('group_members').set({ is_in: false, seen_at: null }).where('group_id', '=', id).execute()
  if (status === 'ended') await trx.deleteFrom('group_seats').where('group_id', '=', id).execute()
  await trx.deleteFrom('group_swaps').where('group_id', '=', id).execute()
  return await changeGroup(trx, id, { status, hold: null })
}

function selectGroups(db: Db) {
  return db
    .selectFrom('groups')
    .select([
      'id',
      'performance_id as performanceId',
      'host_id as hostId',
      'status',
      'rule',
      'size',
      'wish',
      'allows_split as allowsSplit',
      'version',
      'notice',
      'code_round as codeRound',
      'hold_id as holdId',
      'payment_round as paymentRound',
      'pay_until as payUntil',
      'short_until as shortUntil',
    ])
    .select([
      sql<number>`greatest(0, ceil(extract(epoch from codes_until - clock_timestamp()) * 1000))::bigint`.as(
        'codesExpireInMs',
      ),
      sql<number>`coalesce(ceil(extract(epoch from hold_until - clock_timestamp()) * 1000), 0)::bigint`.as(
        'holdExpiresInMs',
      ),
    ])
}

type GroupRow = Awaited<ReturnType<ReturnType<typeof selectGroups>['executeTakeFirstOrThrow']>>

const storedGroup = (row: GroupRow): StoredGroup => row
