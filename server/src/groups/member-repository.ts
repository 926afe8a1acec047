import type { SeatIndex, UserId } from '@seatcast/shared/domain/ids.ts'
import { sql } from 'kysely'
import type { Db } from '../database/client.ts'
import { isUuid, newId } from '../database/uuid.ts'
import { breaks } from '../orders/order-transitions.ts'

export interface StoredMember {
  /** By which the others know them. */
  readonly id: string
  readonly userId: UserId
  readonly name: string
  /** False: the group is over. */
  readonly isIn: boolean
  /** A socket of theirs was there within ONLINE_SECONDS. */
  readonly online: boolean
}

/** How long after its last sign of life a member counts as there, s. Source: shared/src/protocol/group.ts. */
export const ONLINE_SECONDS = 30

/** Who is in, or was in when it was over, the first who came first. */
export async function membersOf(db: Db, groupId: string): Promise<StoredMember[]> {
  return await db
    .selectFrom('group_members')
    .select(['id', 'user_id as userId', 'name', 'is_in as isIn'])
    .select(sql<boolean>`coalesce(seen_at > now() - make_interval(secs => ${ONLINE_SECONDS}), false)`.as('online'))
    .where('group_id', '=', groupId)
    .where('gone_at', 'is', null)
    .orderBy('joined_at')
    .orderBy('id')
    .execute()
}

/**
 * Of a person in a group; undefined: there is none, whether the group exists or not. One statement for both, before any other
 * work, so that its time tells a stranger nothing (G8). Not in, but known: the group is over.
 */
export async function findMembership(
  db: Db,
  groupId: string,
  userId: UserId,
): Promise<{ readonly performanceId: string; readonly isIn: boolean } | undefined> {
  if (!isUuid(groupId)) return undefined
  return await db
    .selectFrom('group_members')
    .select(['performance_id as performanceId', 'is_in as isIn'])
    .where('group_id', '=', groupId)
    .where('user_id', '=', userId)
    .where('gone_at', 'is', null)
    .executeTakeFirst()
}

/** Source: migrations/0007_groups.sql */
const ONE_GROUP_PER_BUYER = 'one_group_per_buyer'

/** The buyer is in another open group of the performance (G2). */
export class InAnotherGroupError extends Error {
  override readonly name = 'InAnotherGroupError'
}

/** Lets somebody in, for the first time or again. Throws InAnotherGroupError, which ends the transaction. */
export async function insertMember(
  trx: Db,
  group: { readonly id: string; readonly performanceId: string },
  userId: UserId,
  name: string,
): Promise<StoredMember> {
  try {
    const { id } = await trx
      .insertInto('group_members')
      .values({
        id: newId(),
        group_id: group.id,
        performance_id: group.performanceId,
        user_id: userId,
        name,
        seen_at: sql<Date>`now()`,
        gone_at: null,
      })
      .onConflict((conflict) =>
        conflict.constraint('one_membership_per_person').doUpdateSet({
          name,
          is_in: true,
          gone_at: null,
          joined_at: sql<Date>`now()`,
          seen_at: sql<Date>`now()`,
        }),
      )
      .returning('id')
      .executeTakeFirstOrThrow()
    return { id, userId, name, isIn: true, online: true }
  } catch (fault) {
    if (breaks(fault, ONE_GROUP_PER_BUYER))
      throw new InAnotherGroupError(`${userId} is in another group`, { cause: fault })
    throw fault
  }
}

/** Takes somebody out; their seats are nobody's. */
export async function takeOut(trx: Db, memberId: string): Promise<void> {
  await trx.deleteFrom('group_seats').where('member_id', '=', memberId).execute()
  await trx.deleteFrom('group_swaps').where('asker_id', '=', memberId).execute()
  await trx
    .updateTable('group_members')
    .set({ is_in: false, gone_at: sql<Date>`now()`, seen_at: null })
    .where('id', '=', memberId)
    .execute()
}

export async function renameMember(trx: Db, memberId: string, name: string): Promise<void> {
  await trx.updateTable('group_members').set({ name }).where('id', '=', memberId).execute()
}

/** Whose a seat of the block is, by seat. What is not in the hold says nothing. */
export async function seatOwners(db: Db, groupId: string): Promise<Map<SeatIndex, string>> {
  const rows = await db
    .selectFrom('group_seats')
    .select(['seat', 'member_id'])
    .where('group_id', '=', groupId)
    .orderBy('seat')
    .execute()
  return new Map(rows.map(({ seat, member_id }) => [seat, member_id]))
}

/** Whose each seat is from now on; what is not listed is nobody's. Requests for seats that changed hands are void. */
export async function writeSeatOwners(
  trx: Db,
  groupId: string,
  owners: ReadonlyMap<SeatIndex, string>,
  before: ReadonlyMap<SeatIndex, string>,
): Promise<void> {
  const changed = [...new Set([...owners.keys(), ...before.keys()])].filter(
    (seat) => owners.get(seat) !== before.get(seat),
  )
  if (changed.length === 0) return
  await trx.deleteFrom('group_seats').where('group_id', '=', groupId).where('seat', 'in', changed).execute()
  await trx.deleteFrom('group_swaps').where('group_id', '=', groupId).where('seat', 'in', changed).execute()
  const rows = changed.flatMap((seat) => {
    const owner = owners.get(seat)
    return owner === undefined ? [] : [{ group_id: groupId, seat, member_id: owner }]
  })
  if (rows.length > 0) await trx.insertInto('group_seats').values(rows).execute()
}

/** Which seat each asks for, by member. */
export async function swapsOf(db: Db, groupId: string): Promise<Map<string, SeatIndex>> {
  const rows = await db.selectFrom('group_swaps').select(['asker_id', 'seat']).where('group_id', '=', groupId).execute()
  return new Map(rows.map(({ asker_id, seat }) => [asker_id, seat]))
}

/** A member asks for one seat at a time; null: for none. */
export async function writeSwap(trx: Db, groupId: string, askerId: string, seat: SeatIndex | null): Promise<void> {
  await trx.deleteFrom('group_swaps').where('group_id', '=', groupId).where('asker_id', '=', askerId).execute()
  if (seat !== null)
    await trx.insertInto('group_swaps').values({ group_id: groupId, asker_id: askerId, seat }).execute()
}
