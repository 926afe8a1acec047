import type { UserId } from '@seatcast/shared/domain/ids.ts'
import type { GroupNotice } from '@seatcast/shared/protocol/group.ts'
import type { Db } from '../database/client.ts'
import type { SeatAssignment } from '../seats/group-answer.ts'
import type { GroupCommands } from '../seats/group-commands.ts'
import { type GroupHold, type HoldPlace, refusalOf, sameMembers } from './group-hold.ts'
import type { StoredGroup } from './group-repository.ts'
import { seatOwners, type StoredMember, writeSeatOwners } from './member-repository.ts'
import { assignmentOf, ownersWithin, seatEverybody, type SeatOwners } from './whose-seats.ts'

type CountedBlock = Pick<GroupHold, 'seats' | 'shares'>

/** Whether the hold's seats count against those whose they are in PostgreSQL, and nobody's against the host (G7). */
export function isCounted({ seats, shares }: CountedBlock, assigned: SeatAssignment, hostId: UserId): boolean {
  // Somebody's seat is not in the hold: it has become another block.
  if (Object.keys(assigned).some((seat) => !seats.includes(Number(seat)))) return false
  const left = new Map(Object.entries(shares))
  for (const seat of seats) {
    const user = assigned[seat] ?? hostId
    left.set(user, (left.get(user) ?? 0) - 1)
  }
  return [...left.values()].every((count) => count === 0)
}

/** Whether Redis and PostgreSQL have the same members, and say the same of whose the held seats are (G2, G7). */
export function agrees(
  { hold, members: known }: { readonly hold: CountedBlock | null; readonly members: readonly UserId[] | undefined },
  stored: {
    readonly group: Pick<StoredGroup, 'hostId'>
    readonly members: readonly StoredMember[]
    readonly owners: SeatOwners
  },
): boolean {
  const { group, members, owners } = stored
  return sameMembers(known, members) && (hold === null || isCounted(hold, assignmentOf(owners, members), group.hostId))
}

/**
 * What a process left that died, or a commit that failed, after Redis took another block or counted its seats anew: whoever
 * had a seat, or has a share of the hold, gets one of the block that there is now, and Redis is told. The caller holds the
 * group's lock. What is to be told of it; undefined: nothing was wrong.
 */
export async function seatAgain(
  trx: Db,
  groups: Pick<GroupCommands, 'holdBlock'>,
  place: HoldPlace,
  { group, members, hold }: { group: StoredGroup; members: readonly StoredMember[]; hold: GroupHold },
): Promise<{ readonly notice?: GroupNotice } | undefined> {
  const before = await seatOwners(trx, group.id)
  if (isCounted(hold, assignmentOf(before, members), group.hostId)) return undefined
  let owners = seatedAgain(hold, before, members)
  const assigned = assignmentOf(owners, members)
  if (!isCounted(hold, assigned, group.hostId)) {
    const answer = await groups.holdBlock(place.target, {
      groupId: group.id,
      holdId: hold.holdId,
      candidates: [{ seats: hold.seats, assigned }],
      holdMs: place.performance.groupHoldSeconds * 1_000,
      buyer: group.hostId,
    })
    // It ended just now: the next look tells so.
    if (!answer.ok && answer.code === 'NO_HOLD') return undefined
    if (!answer.ok && answer.code !== 'LIMIT_EXCEEDED') throw refusalOf(answer.code)
    if (!answer.ok) owners = asCounted(hold, before, members)
  }
  await writeSeatOwners(trx, group.id, owners, before)
  if (hold.seats.length < members.length) return { notice: 'kept' }
  return [...before].every(([seat, owner]) => owners.get(seat) === owner) ? {} : { notice: 'moved' }
}

/** Where there are too few seats, those come first against whom the hold counts some: who was leaving is not among them. */
function seatedAgain(
  { seats, shares }: CountedBlock,
  before: SeatOwners,
  members: readonly StoredMember[],
): Map<number, string> {
  const hasShare = ({ userId }: StoredMember) => (shares[userId] ?? 0) > 0
  const had = new Set(before.values())
  const seated = members.filter((member) => hasShare(member) || had.has(member.id))
  const inOrder = seats.toSorted((a, b) => a - b)
  if (seats.length >= seated.length) return seatEverybody(inOrder, before, seated)
  const first = seated.filter(hasShare)
  const theirs = new Map([...before].filter(([, owner]) => first.some(({ id }) => id === owner)))
  return seatEverybody(inOrder, theirs, [...first, ...seated.filter((member) => !hasShare(member))])
}

/** Everybody has exactly as many of the seats as count against them, their own first: limits bar anything else. */
function asCounted(
  { seats, shares }: CountedBlock,
  before: SeatOwners,
  members: readonly StoredMember[],
): Map<number, string> {
  const owners = new Map<number, string>()
  const missing = new Map(members.map(({ id, userId }) => [id, shares[userId] ?? 0]))
  const seat = (at: number, owner: string) => {
    const count = missing.get(owner) ?? 0
    if (count > 0) owners.set(at, owner)
    missing.set(owner, Math.max(0, count - 1))
  }
  for (const [at, owner] of ownersWithin(before, seats)) seat(at, owner)
  for (const at of seats.filter((one) => !owners.has(one))) {
    const [next] = [...missing].find(([, count]) => count > 0) ?? []
    if (next !== undefined) seat(at, next)
  }
  return owners
}
