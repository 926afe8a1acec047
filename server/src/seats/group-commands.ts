import { randomUUIDv7 } from 'node:crypto'
import type { HoldId, OrderId, SeatIndex, UserId } from '@seatcast/shared/domain/ids.ts'
import type { Redis } from 'ioredis'
import { mapKeys, type PerformanceRef, requestKey } from '../redis/keys.ts'
import { defineScript, loadScript, type ReadSource, sourceIn } from '../redis/scripts.ts'
import {
  type GroupAnswer,
  type GroupOrderAnswer,
  type GroupRecord,
  type GroupState,
  type KnownGroup,
  type SeatAssignment,
  groupAnswer,
  groupOrderAnswer,
  groupState,
  knownHold,
} from './group-answer.ts'
import type { CountsFor, MapTarget } from './map-commands.ts'

/** A block as it shall be, and whose its seats then are. */
export interface GroupBlock {
  readonly seats: readonly SeatIndex[]
  readonly assigned: SeatAssignment
}

/** Who is in a group, as PostgreSQL has it. */
export interface GroupMembers {
  readonly groupId: string
  /** Grows with every change in PostgreSQL: an older truth that comes late changes nothing. */
  readonly version: number
  readonly host: UserId
  /** The host too; nobody: the group is over. */
  readonly members: readonly UserId[]
}

export interface BlockRequest {
  readonly groupId: string
  /** Best first: the first that is wholly free is taken. Seats that the group has count as free (G4). */
  readonly candidates: readonly GroupBlock[]
  /** The hold that is changed: NO_HOLD when it ended meanwhile. Absent: whichever there is, and without one it begins. */
  readonly holdId?: HoldId | undefined
  /** Length of a hold that begins, ms: the performance's groupHoldSeconds (G3). */
  readonly holdMs: number
  /** Who asks: `requestId` is theirs (H9). */
  readonly buyer: UserId
  readonly requestId?: string | undefined
  /** The asker's hashed address: that of a hold that begins. Its held seats are counted when `addressMax` is given. */
  readonly address?: string | undefined
  readonly addressMax?: number | undefined
  /** The host's squatting budget, ms an hour (H12); 0 or absent: none. */
  readonly budgetMs?: number | undefined
}

/** One member's part of a group's block, or all of it in one order. */
export interface GroupOrder {
  readonly orderId: OrderId
  readonly buyer: UserId
  readonly seats: readonly SeatIndex[]
  /** Of one order for all (G10). */
  readonly countsFor?: CountsFor
}

/** What groups do with seats: one script call each. A group's hold is a hold whose buyer is `holderOf(groupId)`. */
export interface GroupCommands {
  /**
   * Makes Redis follow who is in (G2). New members' own holds join the group's with their seats assigned to them (reply:
   * `assigned`), on the group's clock; when it has none, it runs from the earliest start, and ends no sooner than their
   * own hold would have. Who is out is free to hold alone; a share they left behind is the host's: let their seats go first.
   * Nobody in: the hold is released and the group forgotten.
   */
  setMembers(target: MapTarget, group: GroupMembers & { readonly holdMs: number }): Promise<GroupAnswer>
  /**
   * The group's block becomes the first candidate that is wholly free: the new seats are secured before the old are let go,
   * one clock (G3, G4). On any refusal nothing changed. The present seats as a candidate only say anew whose they are.
   */
  holdBlock(target: MapTarget, request: BlockRequest): Promise<GroupAnswer>
  /** Lets the block go, or only the hold that is named. Without a hold it is ok too. */
  release(target: MapTarget, request: { readonly groupId: string; readonly holdId?: HoldId }): Promise<GroupAnswer>
  /** The hold ends later by `byMs`, once a hold (G3). */
  extend(
    target: MapTarget,
    request: { readonly groupId: string; readonly holdId: HoldId; readonly byMs: number },
  ): Promise<GroupAnswer>
  /**
   * The whole hold becomes these orders in one step (G10, G11); together they name each of its seats once, and nobody's
   * limit is exceeded (H8). `OrderCommands.returnOrder` of any of them gives all of them back (O2).
   */
  order(
    target: MapTarget,
    request: {
      readonly groupId: string
      readonly holdId: HoldId
      readonly orders: readonly GroupOrder[]
      readonly paymentMs: number
    },
  ): Promise<GroupOrderAnswer>
  /** The group as Redis has it, by Redis's clock: an overdue hold is none. Undefined: it does not know the group. */
  read(performance: PerformanceRef, groupId: string): Promise<GroupState | undefined>
  /** Every group that Redis knows; one that changes meanwhile is there as before or after, its hold as after. */
  list(performance: PerformanceRef): Promise<KnownGroup[]>
}

/** The buyer that a group's hold has in Redis, in its stream and in mirrors. */
export const holderOf = (groupId: string): UserId => `${HOLDER_PREFIX}${groupId}`

/** The group whose holder the buyer is; undefined: it is a person. */
export const groupOf = (buyer: UserId): string | undefined =>
  buyer.startsWith(HOLDER_PREFIX) ? buyer.slice(HOLDER_PREFIX.length) : undefined

const HOLDER_PREFIX = 'g_'
/** Buyers that one HSCAN looks at. Source: a guess: about 0.5 ms. */
const SCAN_COUNT = 1_000
const LUA = sourceIn(new URL('lua/', import.meta.url))

/** `readSource` is for tests that put in their own clock. */
export function createGroupCommands(redis: Redis, readSource: ReadSource = LUA): GroupCommands {
  const script = (name: string) => defineScript(redis, loadScript(name, readSource))
  const setMembers = script('set-members')
  const holdBlock = script('hold-block')
  const releaseBlock = script('release-block')
  const extendHold = script('extend-hold')
  const orderGroup = script('order-group')
  const readGroup = script('read-group')
  return {
    async setMembers(target, { groupId, holdMs, version, host, members }) {
      const facts = [JSON.stringify({ version, host, members }), randomUUIDv7(), holdMs]
      return groupAnswer(await setMembers(mapKeys(target), [target.epoch, holderOf(groupId), ...facts]))
    },
    async holdBlock(target, request) {
      const { groupId, candidates, holdMs, buyer, requestId, holdId = '' } = request
      const keys = mapKeys(target)
      const begins = JSON.stringify({ holdId: randomUUIDv7(), holdMs })
      const args = [target.epoch, holderOf(groupId), begins, limitsOf(request), JSON.stringify(candidates), holdId]
      const withRequest = requestId === undefined ? keys : { ...keys, request: requestKey(target, buyer, requestId) }
      return groupAnswer(await holdBlock(withRequest, args))
    },
    async release(target, { groupId, holdId = '' }) {
      return groupAnswer(await releaseBlock(mapKeys(target), [target.epoch, holderOf(groupId), holdId]))
    },
    async extend(target, { groupId, holdId, byMs }) {
      return groupAnswer(await extendHold(mapKeys(target), [target.epoch, holderOf(groupId), holdId, byMs]))
    },
    async order(target, { groupId, holdId, orders, paymentMs }) {
      const args = [target.epoch, holderOf(groupId), holdId, JSON.stringify(orders), paymentMs]
      return groupOrderAnswer(await orderGroup(mapKeys(target), args))
    },
    async list(performance) {
      const known: KnownGroup[] = []
      for (let cursor = '0'; ;) {
        const [next, flat] = await redis.hscan(
          mapKeys(performance).buyers,
          cursor,
          'MATCH',
          `${HOLDER_PREFIX}*`,
          'COUNT',
          SCAN_COUNT,
        )
        const records = flat.flatMap((holder, place) =>
          place % 2 === 0 ? [{ holder, ...(JSON.parse(flat[place + 1] ?? '') as GroupRecord) }] : [],
        )
        const held = records.flatMap(({ holdId }) => (holdId === '' ? [] : [holdId]))
        const texts = held.length === 0 ? [] : await redis.hmget(mapKeys(performance).holds, ...held)
        const holds = new Map(held.map((holdId, place) => [holdId, texts[place] ?? null]))
        for (const { holder, holdId, version, host, members } of records) {
          const hold = knownHold(holds.get(holdId) ?? null)
          known.push({ groupId: holder.slice(HOLDER_PREFIX.length), version, host, members, hold })
        }
        if (next === '0') return known
        cursor = next
      }
    },
    async read(performance, groupId) {
      return groupState(await readGroup(mapKeys(performance), [holderOf(groupId)]))
    },
  }
}

function limitsOf({ address = '', addressMax = 0, budgetMs = 0 }: BlockRequest): string {
  return JSON.stringify({ address, addressMax, budgetMs })
}
