import { GROUP_SIZE_MAX } from '@seatcast/shared/domain/limits.ts'
import type { UserId } from '@seatcast/shared/domain/ids.ts'
import type { GroupNotice } from '@seatcast/shared/protocol/group.ts'
import type { Db } from '../database/client.ts'
import type { GroupCommands } from '../seats/group-commands.ts'
import { blockWithin } from './block-within.ts'
import { type HoldPlace, readHold, sameMembers, tellMembers } from './group-hold.ts'
import { changeGroup, findGroup, type GroupChanges, type StoredGroup } from './group-repository.ts'
import { membersOf, seatOwners, type StoredMember, writeSeatOwners } from './member-repository.ts'
import { seatAgain } from './seat-again.ts'
import { seatsLeft } from './seats-left.ts'
import { assignmentOf, ownersOf, ownersWithin } from './whose-seats.ts'

/** A hold that is gone this long before its deadline did not expire, ms. Source: a guess: clocks and answers differ by less. */
const EARLY_MS = 2_000

/**
 * Where the hold that members were told of is not the one that Redis has: clears what it said, and says why (`notice`).
 * Where Redis has other members, or counts the seats for others, than PostgreSQL says: makes them agree. True: something
 * changed, and the members are to be told. Idempotent, by whoever sees it first.
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
    const { hold } = followed === undefined ? seen : await readHold(groups, place, groupId)
    const seated = hold === null ? undefined : await seatAgain(trx, groups, place, { group, members, hold })
    const changes = { ...followed, ...seated }
    if ((hold?.holdId ?? null) === group.holdId) {
      const isMended = followed !== undefined || seated !== undefined
      // Redis has this version, so no other change may have it.
      if (isMended) await changeGroup(trx, groupId, changes)
      return isMended
    }
    if (hold !== null) {
      const isShort = hold.seats.length < members.length
      const isBack = group.notice === 'hold_lost' && { notice: isShort ? ('kept' as const) : null }
      const told = { id: hold.holdId, expiresInMs: hold.expiresInMs }
      await changeGroup(trx, groupId, { hold: told, ...isBack, ...changes })
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
 * is (G7), as far as limits let it be. What of it is to be told.
 */
async function followMembers(
  trx: Db,
  groups: Pick<GroupCommands, 'setMembers' | 'holdBlock' | 'release'>,
  place: HoldPlace,
  { group, members, known }: { group: StoredGroup; members: readonly StoredMember[]; known: readonly UserId[] },
): Promise<GroupChanges> {
  const told = await tellMembers(groups, place, group, { version: group.version + 1, members })
  if (told.holdId === null) return {}
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
  // Those of other seats are seen to next.
  const others = [...before].filter(([seat]) => !told.seats.includes(seat))
  await writeSeatOwners(trx, group.id, new Map([...others, ...owners]), before)
  const { seats } = answer.ok ? answer : told
  const isLess = owners.size < wished.size || seats.length < told.seats.length
  return {
    size: Math.min(GROUP_SIZE_MAX, Math.max(group.size, members.length, seats.length)),
    ...(isLess && { notice: 'kept' }),
  }
}

async function seatsMaxOf(trx: Db, place: HoldPlace, members: readonly StoredMember[]): Promise<Map<string, number>> {
  const users = members.map(({ userId }) => userId)
  const left = await seatsLeft(trx, place, users)
  return new Map(members.map(({ id, userId }) => [id, left.get(userId) ?? 0]))
}
