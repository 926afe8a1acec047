import type { RequestOf } from '@seatcast/shared/protocol/command.ts'
import {
  answerSwap as swapCommand,
  assignSeat as assignCommand,
  sitDown as sitCommand,
} from '@seatcast/shared/protocol/group.ts'
import { blockRequest } from './block-request.ts'
import {
  changingGroup,
  type GroupContext,
  type LockedGroup,
  presentHold,
  refuseUnlessHost,
  refuseWhilePaying,
} from './changing-group.ts'
import { type GroupHold, refusalOf } from './group-hold.ts'
import { type GroupCaller, GroupRefusal } from './group-parts.ts'
import { changeGroup } from './group-repository.ts'
import { swapsOf, writeSeatOwners, writeSwap } from './member-repository.ts'
import { assignmentOf, ownersWithin } from './whose-seats.ts'

/** A block whose seats change hands. */
interface Seating extends LockedGroup {
  readonly hold: GroupHold
  /** Member by seat, of the block. */
  readonly owners: Map<number, string>
}

/** A seat of the block becomes the caller's; somebody's is asked for; null gives one's own up. */
export async function sitDown(
  context: GroupContext,
  caller: GroupCaller,
  request: RequestOf<typeof sitCommand>,
): Promise<void> {
  const { seat } = request
  await changingGroup(context, { userId: caller.userId, event: sitCommand.event, request }, async (locked) => {
    const seating = await seatingOf(context, locked)
    const { trx, group, me, owners } = seating
    await writeSwap(trx, group.id, me.id, null)
    if (seat === null) return await write(context, caller, seating, without(owners, me.id))
    refuseOutside(seating, seat)
    const owner = owners.get(seat)
    if (owner === undefined) return await write(context, caller, seating, moved(owners, me.id, seat))
    if (owner !== me.id) await writeSwap(trx, group.id, me.id, seat)
    await changeGroup(trx, group.id)
  })
}

/** What the owner of a seat says to who asked for it. */
export async function answerSwap(
  context: GroupContext,
  caller: GroupCaller,
  request: RequestOf<typeof swapCommand>,
): Promise<void> {
  await changingGroup(context, { userId: caller.userId, event: swapCommand.event, request }, async (locked) => {
    const seating = await seatingOf(context, locked)
    const { trx, group, me, owners } = seating
    const seat = (await swapsOf(trx, group.id)).get(request.memberId)
    // Answered, withdrawn, or the seat is somebody else's by now: nothing to answer.
    if (seat === undefined || owners.get(seat) !== me.id) throw new GroupRefusal('NOT_FOUND')
    await writeSwap(trx, group.id, request.memberId, null)
    if (request.accept) await write(context, caller, seating, exchanged(owners, request.memberId, seat))
    else await changeGroup(trx, group.id)
  })
}

/** The host says whose a seat is. */
export async function assignSeat(
  context: GroupContext,
  caller: GroupCaller,
  request: RequestOf<typeof assignCommand>,
): Promise<void> {
  const { seat, memberId } = request
  await changingGroup(context, { userId: caller.userId, event: assignCommand.event, request }, async (locked) => {
    refuseUnlessHost(locked)
    const seating = await seatingOf(context, locked)
    const { owners, members } = seating
    refuseOutside(seating, seat)
    if (memberId !== null && !members.some(({ id }) => id === memberId)) throw new GroupRefusal('NOT_FOUND')
    const next = new Map(owners)
    if (memberId === null) next.delete(seat)
    await write(context, caller, seating, memberId === null ? next : exchanged(owners, memberId, seat))
  })
}

async function seatingOf(context: GroupContext, locked: LockedGroup): Promise<Seating> {
  refuseWhilePaying(locked)
  const hold = await presentHold(context, locked)
  if (hold === null) throw new GroupRefusal('NO_HOLD')
  return { ...locked, hold, owners: ownersWithin(locked.owners, hold.seats) }
}

/** The block moved on, or never had it. */
function refuseOutside({ hold }: Seating, seat: number): void {
  if (!hold.seats.includes(seat)) throw new GroupRefusal('NO_HOLD')
}

/** Redis first: it refuses what takes somebody above the limit (G7). */
async function write(
  { groups, limits }: GroupContext,
  caller: GroupCaller,
  seating: Seating,
  owners: Map<number, string>,
): Promise<void> {
  const { trx, map, group, members, hold } = seating
  const candidates = [{ seats: hold.seats, assigned: assignmentOf(owners, members) }]
  const answer = await groups.holdBlock(map.target, {
    ...blockRequest(map, group.id, caller, limits),
    candidates,
    // One that ended meanwhile does not begin anew (G3).
    holdId: hold.holdId,
  })
  if (!answer.ok)
    throw refusalOf(answer.code === 'NO_BLOCK' ? 'NO_HOLD' : answer.code, 'retryInMs' in answer ? answer : {})
  await writeSeatOwners(trx, group.id, owners, seating.owners)
  await changeGroup(trx, group.id, {
    ...(answer.holdId !== null && { hold: { id: answer.holdId, expiresInMs: answer.expiresInMs } }),
  })
}

const without = (owners: ReadonlyMap<number, string>, memberId: string): Map<number, string> =>
  new Map([...owners].filter(([, owner]) => owner !== memberId))

/** The member sits in the seat instead of the one they had; of several, the first in the block goes. */
function moved(owners: ReadonlyMap<number, string>, memberId: string, seat: number): Map<number, string> {
  const next = new Map(owners)
  const had = seatOf(owners, memberId, seat)
  if (had !== undefined) next.delete(had)
  return next.set(seat, memberId)
}

/** The same, and who sat there gets the other's seat, where the other had one. */
function exchanged(owners: ReadonlyMap<number, string>, memberId: string, seat: number): Map<number, string> {
  const sitter = owners.get(seat)
  if (sitter === memberId) return new Map(owners)
  const had = seatOf(owners, memberId, seat)
  const next = moved(owners, memberId, seat)
  return sitter === undefined || had === undefined ? next : next.set(had, sitter)
}

const seatOf = (owners: ReadonlyMap<number, string>, memberId: string, but: number): number | undefined =>
  [...owners]
    .filter(([seat, owner]) => owner === memberId && seat !== but)
    .map(([seat]) => seat)
    .toSorted((a, b) => a - b)[0]
