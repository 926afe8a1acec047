import type { SeatIndex, UserId } from '@seatcast/shared/domain/ids.ts'
import type { SeatAssignment } from '../seats/group-answer.ts'
import type { StoredMember } from './member-repository.ts'

/** Member by seat. */
export type SeatOwners = ReadonlyMap<SeatIndex, string>

/** Of a block: whose its seats are, without those of other seats. */
export function ownersWithin(owners: SeatOwners, seats: readonly SeatIndex[]): Map<SeatIndex, string> {
  return new Map(seats.flatMap((seat) => (owners.has(seat) ? [[seat, owners.get(seat) ?? ''] as const] : [])))
}

/**
 * Whose the seats of another block are: who sits in a seat that stays keeps it; everybody gets as many as before, and at
 * least one, in the order of coming, as long as there are any. The rest is nobody's.
 */
export function seatEverybody(
  seats: readonly SeatIndex[],
  before: SeatOwners,
  members: readonly Pick<StoredMember, 'id'>[],
): Map<SeatIndex, string> {
  const ids = new Set(members.map(({ id }) => id))
  const owners = new Map([...ownersWithin(before, seats)].filter(([, owner]) => ids.has(owner)))
  const countOf = (within: Iterable<string>, id: string) => [...within].filter((owner) => owner === id).length
  const free = seats.filter((seat) => !owners.has(seat))
  const seat = (id: string, atLeast: number) => {
    while (countOf(owners.values(), id) < atLeast) {
      const next = free.shift()
      if (next === undefined) return
      owners.set(next, id)
    }
  }
  // First a seat for everybody, then the second ones of those who had two.
  for (const { id } of members) seat(id, 1)
  for (const { id } of members) seat(id, countOf(before.values(), id))
  return owners
}

/** What seats form: the fewer of them sit apart, the lower. */
export type Disorder = (seats: readonly SeatIndex[]) => number

/**
 * The block without the seats of somebody who leaves, and whose its seats then are. Where they leave a gap, the group keeps
 * as many of its seats as best stay together, then those for which the fewest people move: who sat elsewhere sits in a gap.
 */
export function blockWithout(
  disorder: Disorder,
  seats: readonly SeatIndex[],
  owners: SeatOwners,
  leaverId: string,
): { readonly seats: readonly SeatIndex[]; readonly owners: Map<SeatIndex, string>; readonly moved: boolean } {
  const present = ownersWithin(owners, seats)
  const left = seats.filter((seat) => present.get(seat) === leaverId)
  const rest = seats.filter((seat) => !left.includes(seat))
  const restOwners = ownersWithin(present, rest)
  const movers = (kept: readonly SeatIndex[]) => rest.filter((seat) => !kept.includes(seat) && restOwners.has(seat))
  const score = (kept: readonly SeatIndex[]) => disorder(kept) * SEATS_MAX + movers(kept).length
  let [kept, best] = [rest, score(rest)]
  // At most 252 ways to keep some of ten seats.
  for (const choice of best === 0 ? [] : choices(seats, rest.length)) {
    const now = score(choice)
    if (now < best) [kept, best] = [choice, now]
  }
  const seated = new Map(restOwners)
  const gaps = left.filter((seat) => kept.includes(seat))
  for (const seat of movers(kept)) {
    const gap = gaps.shift()
    if (gap !== undefined) seated.set(gap, restOwners.get(seat) ?? '')
    seated.delete(seat)
  }
  return { seats: kept, owners: seated, moved: movers(kept).length > 0 }
}

/** More than people who may have to move. */
const SEATS_MAX = 100

/** All ways to choose so many of the seats. */
function choices(seats: readonly SeatIndex[], count: number): SeatIndex[][] {
  if (count === 0) return [[]]
  return seats.flatMap((seat, at) => choices(seats.slice(at + 1), count - 1).map((others) => [seat, ...others]))
}

/** The same for Redis, which knows buyers. */
export function assignmentOf(
  owners: SeatOwners,
  members: readonly Pick<StoredMember, 'id' | 'userId'>[],
): SeatAssignment {
  const users = new Map(members.map(({ id, userId }) => [id, userId]))
  const assigned: Record<SeatIndex, UserId> = {}
  for (const [seat, owner] of owners) {
    const user = users.get(owner)
    if (user !== undefined) assigned[seat] = user
  }
  return assigned
}

/** And back. */
export function ownersOf(
  assigned: SeatAssignment,
  members: readonly Pick<StoredMember, 'id' | 'userId'>[],
): Map<SeatIndex, string> {
  const ids = new Map(members.map(({ id, userId }) => [userId, id]))
  return new Map(
    Object.entries(assigned).flatMap(([seat, userId]) => {
      const id = ids.get(userId)
      return id === undefined ? [] : [[Number(seat), id] as const]
    }),
  )
}
