import type { SeatIndex } from '@seatcast/shared/domain/ids.ts'
import { GROUP_SIZE_MAX } from '@seatcast/shared/domain/limits.ts'
import type { SeatOwners } from './whose-seats.ts'

/** What a group has when somebody comes in with seats, or with orders, of their own. */
export interface GrownBlock {
  /** The block's, without those that were brought. */
  readonly present: readonly SeatIndex[]
  /** Those of newcomers' own holds. */
  readonly brought: readonly SeatIndex[]
  /** Whose they shall be. */
  readonly owners: SeatOwners
  readonly hostId: string
  /** How many seats each member may have (H8), by member. */
  readonly seatsMax: ReadonlyMap<string, number>
}

/**
 * As much of it as a group may have and its members' limits allow (G7): a seat of the block that is too much for its member
 * is nobody's, one that is too much for the host too is let go, and so is what somebody brought beyond either limit.
 */
export function blockWithin({ present, brought, owners, hostId, seatsMax }: GrownBlock): {
  readonly seats: readonly SeatIndex[]
  readonly owners: Map<SeatIndex, string>
} {
  const counts = new Map<string, number>()
  const seats: SeatIndex[] = []
  const kept = new Map<SeatIndex, string>()
  const keep = (seat: SeatIndex, countsFor: string, owner: string | undefined): boolean => {
    const count = counts.get(countsFor) ?? 0
    if (seats.length === GROUP_SIZE_MAX || count >= (seatsMax.get(countsFor) ?? 0)) return false
    counts.set(countsFor, count + 1)
    seats.push(seat)
    if (owner !== undefined) kept.set(seat, owner)
    return true
  }
  const keepTheirs = (seat: SeatIndex): boolean => {
    const owner = owners.get(seat)
    return owner !== undefined && keep(seat, owner, owner)
  }
  for (const seat of present.filter((one) => !keepTheirs(one))) keep(seat, hostId, undefined)
  brought.forEach(keepTheirs)
  return { seats, owners: kept }
}
