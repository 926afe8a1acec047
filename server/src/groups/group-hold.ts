import type { UserId } from '@seatcast/shared/domain/ids.ts'
import type { GroupState } from '../seats/group-answer.ts'
import type { GroupCommands } from '../seats/group-commands.ts'
import { type GroupMap, GroupRefusal } from './group-parts.ts'
import type { StoredGroup } from './group-repository.ts'
import type { StoredMember } from './member-repository.ts'

/** Where a performance's holds are. */
export type HoldPlace = Pick<GroupMap, 'target' | 'performance'>

/** A group's block in Redis. */
export type GroupHold = NonNullable<GroupState['hold']>

/** The epoch has passed or the map is not there: how soon it is worth asking again, ms. Source: a rebuild takes about 100 ms. */
const RELOADING_RETRY_MS = 300
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
