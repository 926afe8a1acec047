import type { Limits } from '../config.ts'
import type { BlockRequest } from '../seats/group-commands.ts'
import type { GroupCaller, GroupMap } from './group-parts.ts'

/** A limit of this many seats per address is none. Source: config's demo limits. */
const ADDRESS_UNLIMITED = 1_000_000

export type BlockLimits = Pick<Limits, 'heldSeatsPerAddress' | 'squattingBudget'>

/** Everything but the seats of what Redis is asked when a block is taken. */
export function blockRequest(
  map: GroupMap,
  groupId: string,
  caller: GroupCaller,
  limits: BlockLimits,
): Omit<BlockRequest, 'candidates'> {
  const { holdSeconds, groupHoldSeconds, paymentSeconds } = map.performance
  return {
    groupId,
    holdMs: groupHoldSeconds * 1_000,
    buyer: caller.userId,
    ...(limits.heldSeatsPerAddress < ADDRESS_UNLIMITED && {
      address: caller.addressHash,
      addressMax: limits.heldSeatsPerAddress,
    }),
    // A block is held longer than single seats: its hold alone must not use the budget up (H12).
    ...(limits.squattingBudget && { budgetMs: 2_000 * (Math.max(holdSeconds, groupHoldSeconds) + paymentSeconds) }),
  }
}
