import type { UserId } from '@seatcast/shared/domain/ids.ts'
import type { RequestOf } from '@seatcast/shared/protocol/command.ts'
import { GROUP_SIZE_MAX } from '@seatcast/shared/domain/limits.ts'
import {
  extendHold as extendCommand,
  holdBlock as holdCommand,
  releaseBlock as releaseCommand,
} from '@seatcast/shared/protocol/group.ts'
import type { GroupOutcome, SeatAssignment } from '../seats/group-answer.ts'
import { shapeOn, whileClaimed } from '../seats/seat-choice.ts'
import { untilSeen } from '../seats/until-seen.ts'
import { blockRequest } from './block-request.ts'
import { runsOf } from './block-shape.ts'
import {
  changingGroup,
  type GroupContext,
  type LockedGroup,
  presentHold,
  refuseUnlessHost,
  refuseWhilePaying,
} from './changing-group.ts'
import { blocksFor } from './choose-block.ts'
import { refusalOf } from './group-hold.ts'
import { badRequest, type GroupCaller, type GroupMap, GroupRefusal, hasBegun } from './group-parts.ts'
import { changeGroup } from './group-repository.ts'
import { writeSeatOwners } from './member-repository.ts'
import { whoHasTooMany } from './seats-left.ts'
import { assignmentOf, ownersOf, ownersWithin, seatEverybody } from './whose-seats.ts'

type HoldRequest = RequestOf<typeof holdCommand>

/** How long one request goes on choosing while others take what it chose, ms. Source: a guess: a rush takes a few rounds. */
const CHOOSING_MS = 3_000
/** After choosing in vain for CHOOSING_MS, ms. Source: a guess. */
const RUSH_RETRY_MS = 500

/**
 * The group's block becomes the best one that is free, or the one that is named (G4). When others take every candidate,
 * it chooses anew among what is left then, so that a refusal names a state of the map in which nothing fitted.
 */
export async function holdBlock(context: GroupContext, caller: GroupCaller, request: HoldRequest): Promise<void> {
  const until = performance.now() + CHOOSING_MS
  const call = { userId: caller.userId, event: holdCommand.event, request }
  for (;;) {
    const missed: { readonly map: GroupMap; readonly epoch: number; readonly revision: number }[] = []
    try {
      await changingGroup(context, call, async (locked) => {
        refuseWithoutAdmission(context, caller, locked)
        refuseWhilePaying(locked)
        if (hasBegun(locked.map)) throw new GroupRefusal('NOT_ON_SALE')
        const answer = await take(context, caller, locked, request)
        if (answer.ok) return
        missed.push({ map: locked.map, epoch: answer.epoch, revision: answer.revision })
        throw new MissedError()
      })
      return
    } catch (fault) {
      const [seen] = missed
      if (!(fault instanceof MissedError) || seen === undefined) throw fault
      if (performance.now() > until) throw new GroupRefusal('OVERLOADED', { retryInMs: RUSH_RETRY_MS })
      await untilSeen(seen.map.mirror, seen)
    }
  }
}

/** After the look at who is in: a stranger does not even learn of which performance the group is (G8). */
function refuseWithoutAdmission(context: GroupContext, caller: GroupCaller, { group }: LockedGroup): void {
  if (context.admissionRequired && caller.admission !== group.performanceId)
    throw new GroupRefusal('ADMISSION_REQUIRED')
}

/** Every candidate was taken; the transaction ends, so that nobody waits for its lock meanwhile. */
class MissedError extends Error {
  override readonly name = 'MissedError'
}

/** Takes a block, or says at which state of the map all candidates were taken. Throws what is final. */
async function take(
  context: GroupContext,
  caller: GroupCaller,
  locked: LockedGroup,
  request: HoldRequest,
): Promise<GroupOutcome & ({ readonly ok: true } | { readonly code: 'NO_BLOCK' })> {
  const { trx, map, group, members, owners } = locked
  const { groups, limits } = context
  const hold = await presentHold(context, locked)
  const present = hold?.seats ?? []
  const allowsSplit = consent(locked, request)
  const blocks =
    request.seats === undefined
      ? otherBlocks(locked, present, allowsSplit)
      : [named(locked, request.seats, allowsSplit)]
  const before = ownersWithin(owners, present)
  const candidates = blocks.map((seats) => ({
    seats,
    assigned: assignmentOf(seatEverybody(seats, before, members), members),
  }))
  const answer = await whileClaimed(map, blocks[0] ?? [], () =>
    groups.holdBlock(map.target, { ...blockRequest(map, group.id, caller, limits), candidates }),
  )
  if (!answer.ok) {
    if (answer.code === 'LIMIT_EXCEEDED') {
      const [{ seats, assigned } = { seats: [], assigned: {} as SeatAssignment }] = candidates
      const shareOf = (userId: UserId) => seats.filter((seat) => (assigned[seat] ?? group.hostId) === userId).length
      throw new GroupRefusal(answer.code, await whoHasTooMany(trx, map, members, shareOf))
    }
    if (answer.code !== 'NO_BLOCK') throw refusalOf(answer.code, 'retryInMs' in answer ? answer : {})
    if (request.seats !== undefined) throw new GroupRefusal('SEAT_TAKEN', { seats: answer.seats })
    return answer
  }
  await writeSeatOwners(trx, group.id, ownersOf(answer.assigned, members), owners)
  await changeGroup(trx, group.id, {
    ...(request.seats !== undefined && { size: Math.max(group.size, answer.seats.length) }),
    ...(answer.holdId !== null && { hold: { id: answer.holdId, expiresInMs: answer.expiresInMs } }),
    notice: null,
  })
  return answer
}

/** Whether a shape over two rows may be taken (G5): the group's word, or the host's for this block; nobody else's. */
function consent({ group, isHost }: LockedGroup, { split }: HoldRequest): boolean {
  if (split === true && !isHost && !group.allowsSplit) throw new GroupRefusal('FORBIDDEN')
  return split ?? group.allowsSplit
}

/** Blocks other than the present one; refuses where the mirror sees none at its position. */
function otherBlocks(
  { map, group }: LockedGroup,
  present: readonly number[],
  allowsSplit: boolean,
): readonly (readonly number[])[] {
  const search = { present, size: group.size, wish: group.wish }
  const position = map.mirror.position
  const blocks = blocksFor(map, { ...search, allowsSplit }).filter((seats) => !sameSeats(seats, present))
  if (blocks.length > 0) return blocks
  const [split] = allowsSplit ? [] : blocksFor(map, { ...search, allowsSplit: true })
  throw new GroupRefusal('NO_BLOCK', {
    ...position,
    ...(split !== undefined && { split: runsOf(map.layout.seats.next, split) }),
  })
}

/** The seats that a member named. */
function named({ map, members }: LockedGroup, seats: readonly number[], allowsSplit: boolean): readonly number[] {
  if (seats.length > GROUP_SIZE_MAX) throw badRequest('/seats', `are more than ${GROUP_SIZE_MAX}`)
  if (seats.length < members.length) throw badRequest('/seats', 'are fewer than are in')
  if (seats.some((seat) => seat >= map.performance.seatCount))
    throw badRequest('/seats', 'has a seat that this layout does not have')
  const { shape } = shapeOn(map, seats)
  if (shape === 'apart') throw badRequest('/seats', 'are neither a block in one row nor one over two rows that touch')
  if (shape === 'two_rows' && !allowsSplit) throw badRequest('/split', 'these seats are not a block in one row')
  return seats
}

const sameSeats = (one: readonly number[], other: readonly number[]): boolean =>
  one.length === other.length && one.every((seat) => other.includes(seat))

/** The host lets the block go; without one it is ok too. */
export async function releaseBlock(
  context: GroupContext,
  caller: GroupCaller,
  request: RequestOf<typeof releaseCommand>,
): Promise<void> {
  await changingGroup(context, { userId: caller.userId, event: releaseCommand.event, request }, async (locked) => {
    refuseUnlessHost(locked)
    refuseWhilePaying(locked)
    const { trx, map, group, owners } = locked
    const answer = await context.groups.release(map.target, { groupId: group.id })
    if (!answer.ok && answer.code !== 'NO_GROUP') throw refusalOf(answer.code)
    await writeSeatOwners(trx, group.id, new Map(), owners)
    await changeGroup(trx, group.id, { hold: null, notice: null })
  })
}

/** The block is kept for half as long again, once (G3). */
export async function extendHold(
  context: GroupContext,
  caller: GroupCaller,
  request: RequestOf<typeof extendCommand>,
): Promise<void> {
  await changingGroup(context, { userId: caller.userId, event: extendCommand.event, request }, async (locked) => {
    refuseWhilePaying(locked)
    const { trx, map, group } = locked
    const hold = await presentHold(context, locked)
    if (hold === null) throw new GroupRefusal('NO_HOLD')
    const byMs = map.performance.groupHoldSeconds * 500
    const answer = await context.groups.extend(map.target, { groupId: group.id, holdId: hold.holdId, byMs })
    if (!answer.ok) throw refusalOf(answer.code)
    await changeGroup(trx, group.id, { hold: { id: hold.holdId, expiresInMs: answer.expiresInMs } })
  })
}
