import type { UserId } from '@seatcast/shared/domain/ids.ts'
import { GROUP_SIZE_MAX } from '@seatcast/shared/domain/limits.ts'
import type { GroupNotice } from '@seatcast/shared/protocol/group.ts'
import type { Db } from '../database/client.ts'
import type { GroupState } from '../seats/group-answer.ts'
import type { GroupCommands } from '../seats/group-commands.ts'
import { blockWithin } from './block-within.ts'
import { type GroupMap, GroupRefusal } from './group-parts.ts'
import { changeGroup, findGroup, type GroupChanges, type StoredGroup } from './group-repository.ts'
import { membersOf, seatOwners, type StoredMember, writeSeatOwners } from './member-repository.ts'
import { seatsLeft } from './seats-left.ts'
import { assignmentOf, ownersOf, ownersWithin } from './whose-seats.ts'

/** Where a performance's holds are. */
export type HoldPlace = Pick<GroupMap, 'target' | 'performance'>

/** A group's block in Redis. */
export type GroupHold = NonNullable<GroupState['hold']>

/** The epoch has passed or the map is not there: how soon it is worth asking again, ms. Source: a rebuild takes about 100 ms. */
const RELOADING_RETRY_MS = 300
/** A hold that is gone this long before its deadline did not expire, ms. Source: a guess: clocks and answers differ by less. */
const EARLY_MS = 2_000

/** What Redis says of a group now, or null where it knows no hold; the map's position goes with it. */
export async function readHold(
  groups: Pick<GroupCommands, 'read'>,
  place: HoldPlace,
  groupId: string,
): Promise<{
  readonly hold: GroupHold | null
  readonly epoch: number
  readonly revision: number
  /** Undefined: it does not know the group. */
  readonly members: readonly UserId[] | undefined
}> {
  const state = await groups.read(place.target, groupId)
  return {
    hold: state?.hold ?? null,
    ...(state === undefined
      ? { epoch: place.target.epoch, revision: 0 }
      : { epoch: state.epoch, revision: state.revision }),
    members: state?.members,
  }
}

/** Makes Redis follow who is in, as of `version` (G2). What members brought with them is in the answer. */
export async function tellMembers(
  groups: Pick<GroupCommands, 'setMembers'>,
  place: HoldPlace,
  group: Pick<StoredGroup, 'id' | 'hostId'>,
  truth: { readonly version: number; readonly members: readonly Pick<StoredMember, 'userId'>[] },
) {
  const answer = await groups.setMembers(place.target, {
    groupId: group.id,
    version: truth.version,
    host: group.hostId,
    members: truth.members.map(({ userId }) => userId),
    holdMs: place.performance.groupHoldSeconds * 1_000,
  })
  if (!answer.ok) throw refusalOf(answer.code)
  return answer
}

/**
 * Where the hold that members were told of is not the one that Redis has: clears what it said, and says why (`notice`).
 * True: something changed, and the members are to be told. Idempotent, by whoever sees it first.
 */
export async function mendHold(db: Db, groups: GroupCommands, place: HoldPlace, groupId: string): Promise<boolean> {
  return await db.transaction().execute(async (trx) => {
    const group = await findGroup(trx, groupId, 'lock')
    if (group === undefined || group.status !== 'open') return false
    const members = await membersOf(trx, groupId)
    const seen = await readHold(groups, place, groupId)
    const followed = sameMembers(seen.members, members)
      ? undefined
      : await followMembers(trx, groups, place, { group, members, known: seen.members ?? [] })
    const hold = followed === undefined ? seen.hold : followed.hold
    if ((hold?.holdId ?? null) === group.holdId) {
      // Redis has this version, so no other change may have it.
      if (followed !== undefined) await changeGroup(trx, groupId, followed.changes)
      return followed !== undefined
    }
    if (hold !== null) {
      const isBack = group.notice === 'hold_lost' && { notice: null }
      const told = { id: hold.holdId, expiresInMs: hold.expiresInMs }
      await changeGroup(trx, groupId, { hold: told, ...isBack, ...followed?.changes })
      return true
    }
    const notice: GroupNotice = group.holdExpiresInMs > EARLY_MS ? 'hold_lost' : 'hold_expired'
    // A lost one may come back, with its seats whose they were: when a payment that began was never written down (O2).
    if (notice === 'hold_expired') await writeSeatOwners(trx, groupId, new Map(), await seatOwners(trx, groupId))
    await changeGroup(trx, groupId, { hold: null, notice })
    return true
  })
}

/**
 * Redis follows who is in, and PostgreSQL what they brought. A share that the change left with the host is again whose the seat
 * is (G7), as far as limits let it be. What the group has then, and what of it is to be told.
 */
async function followMembers(
  trx: Db,
  groups: Pick<GroupCommands, 'setMembers' | 'holdBlock' | 'release'>,
  place: HoldPlace,
  { group, members, known }: { group: StoredGroup; members: readonly StoredMember[]; known: readonly UserId[] },
): Promise<{ readonly hold: Pick<GroupHold, 'holdId' | 'expiresInMs'> | null; readonly changes: GroupChanges }> {
  const told = await tellMembers(groups, place, group, { version: group.version + 1, members })
  if (told.holdId === null) return { hold: null, changes: {} }
  const before = await seatOwners(trx, group.id)
  const brought = ownersOf(told.assigned, members)
  const wished = ownersWithin(new Map([...before, ...brought]), told.seats)
  const block = blockWithin({
    present: told.seats.filter((seat) => !brought.has(seat)),
    brought: [...brought.keys()],
    owners: wished,
    hostId: members.find(({ userId }) => userId === group.hostId)?.id ?? '',
    seatsMax: await seatsMaxOf(trx, place, members),
  })
  const answer =
    block.seats.length === 0
      ? await groups.release(place.target, { groupId: group.id, holdId: told.holdId })
      : await groups.holdBlock(place.target, {
          groupId: group.id,
          holdId: told.holdId,
          candidates: [{ seats: block.seats, assigned: assignmentOf(block.owners, members) }],
          holdMs: place.performance.groupHoldSeconds * 1_000,
          buyer: group.hostId,
        })
  // Refused, they are as Redis had them: seats of who was not known are nobody's.
  const stayed = new Set(members.filter(({ userId }) => known.includes(userId)).map(({ id }) => id))
  const asTold = new Map([...ownersWithin(before, told.seats)].filter(([, id]) => stayed.has(id)))
  const owners = answer.ok ? block.owners : new Map([...asTold, ...brought])
  // Of seats that the hold does not have nothing is said: a block that was lost may come back (O2).
  const others = [...before].filter(([seat]) => !told.seats.includes(seat))
  await writeSeatOwners(trx, group.id, new Map([...others, ...owners]), before)
  const { holdId, seats, expiresInMs } = answer.ok ? answer : told
  const isLess = owners.size < wished.size || seats.length < told.seats.length
  return {
    hold: holdId === null ? null : { holdId, expiresInMs },
    changes: {
      size: Math.min(GROUP_SIZE_MAX, Math.max(group.size, members.length, seats.length)),
      ...(isLess && { notice: 'kept' }),
    },
  }
}

async function seatsMaxOf(trx: Db, place: HoldPlace, members: readonly StoredMember[]): Promise<Map<string, number>> {
  const users = members.map(({ userId }) => userId)
  const left = await seatsLeft(trx, place, users)
  return new Map(members.map(({ id, userId }) => [id, left.get(userId) ?? 0]))
}

/** Whether Redis has the members that PostgreSQL has; undefined: it does not know the group. */
export function sameMembers(
  known: readonly UserId[] | undefined,
  members: readonly Pick<StoredMember, 'userId'>[],
): boolean {
  if (known === undefined || known.length !== members.length) return false
  return members.every(({ userId }) => known.includes(userId))
}

/** A script's refusal on its way to the caller. */
export function refusalOf(
  code: string,
  facts: { readonly retryInMs?: number; readonly seats?: readonly number[] } = {},
): GroupRefusal {
  switch (code) {
    case 'WRONG_EPOCH':
    case 'NO_MAP':
    case 'NO_GROUP':
      return new GroupRefusal('MAP_RELOADING', { retryInMs: RELOADING_RETRY_MS })
    case 'NO_HOLD':
    case 'LIMIT_EXCEEDED':
    case 'NOT_ON_SALE':
      return new GroupRefusal(code)
    case 'COOL_DOWN':
      return new GroupRefusal(code, { retryInMs: facts.retryInMs ?? 0 })
    case 'BAD_REQUEST':
      return new GroupRefusal(code, { errors: [{ path: '', message: 'names a seat that this layout does not have' }] })
    default:
      throw new Error(`a group's script answered ${code}`)
  }
}
