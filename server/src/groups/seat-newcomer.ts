import { GROUP_SIZE_MAX } from '@seatcast/shared/domain/limits.ts'
import type { GroupNotice } from '@seatcast/shared/protocol/group.ts'
import type { GroupOutcome } from '../seats/group-answer.ts'
import { untilSeen } from '../seats/until-seen.ts'
import { blockRequest } from './block-request.ts'
import type { GroupContext } from './changing-group.ts'
import { blocksFor } from './choose-block.ts'
import { type GroupCaller, type GroupMap, hasBegun, openOrRefuse } from './group-parts.ts'
import type { StoredGroup } from './group-repository.ts'
import type { StoredMember } from './member-repository.ts'
import { assignmentOf, ownersOf, ownersWithin, seatEverybody, type SeatOwners } from './whose-seats.ts'

/** A block as Redis now has it, and whose its seats are. */
export interface PlacedBlock {
  readonly hold: GroupOutcome & { readonly ok: true }
  readonly owners: Map<number, string>
  readonly notice: GroupNotice | null
}

/** How often a block is chosen in a rush while the group's row is locked. Source: a guess: groups choose in a few rounds. */
const TRIES_MAX = 4

/**
 * A seat for who joins a group that has a block (G6): one of it that is nobody's; else one beside it; else the block is
 * placed anew as a whole, the new seats before the old are let go; else the group keeps what it has and is told.
 */
export async function seatNewcomer(
  context: Pick<GroupContext, 'groups' | 'limits' | 'admissionRequired' | 'open'>,
  map: GroupMap,
  joining: {
    readonly group: StoredGroup
    /** The newcomer too. */
    readonly members: readonly StoredMember[]
    readonly newcomer: StoredMember
    readonly hold: GroupOutcome & { readonly ok: true }
    readonly owners: SeatOwners
    readonly caller: GroupCaller
  },
): Promise<PlacedBlock> {
  const { groups, limits, admissionRequired } = context
  const { group, members, newcomer, hold, caller } = joining
  const present = [...hold.seats]
  const owners = ownersWithin(joining.owners, present)
  const free = present.find((seat) => !owners.has(seat))
  // Also for those who joined when there was no seat; else at least one more.
  const standing = members.filter(({ id }) => ![...owners.values()].includes(id)).length
  const sizes = new Set([Math.min(GROUP_SIZE_MAX, present.length + standing), present.length + 1])
  const search = { present, wish: group.wish, allowsSplit: group.allowsSplit }
  const blocksNow = (now: GroupMap) => [...sizes].flatMap((size) => blocksFor(now, { ...search, size }))
  const candidatesNow = (now: GroupMap) =>
    (free === undefined ? blocksNow(now) : [present]).map((seats) => ({
      seats,
      assigned: assignmentOf(
        free === undefined ? seatEverybody(seats, owners, members) : new Map([...owners, [free, newcomer.id]]),
        members,
      ),
    }))
  const kept: PlacedBlock = { hold, owners, notice: 'kept' }
  // More seats are for who was let out of the waiting room; the host may still take them. None after the beginning.
  const isBarred = hasBegun(map) || (admissionRequired && caller.admission !== group.performanceId)
  if (free === undefined && isBarred) return kept
  let now = map
  for (let tries = 1; ; tries += 1) {
    const candidates = candidatesNow(now)
    if (candidates.length === 0) return kept
    const answer = await groups.holdBlock(now.target, {
      ...blockRequest(now, group.id, caller, limits),
      candidates,
      ...(hold.holdId !== null && { holdId: hold.holdId }),
    })
    if (answer.ok) {
      const stays = present.every((seat) => answer.seats.includes(seat))
      return { hold: answer, owners: ownersOf(answer.assigned, members), notice: stays ? null : 'moved' }
    }
    if (answer.code !== 'NO_BLOCK' || tries === TRIES_MAX) return kept
    // Others took every candidate: anew among what is left.
    await untilSeen(now.mirror, answer)
    now = await openOrRefuse(context.open, group.performanceId)
  }
}
