import type { HoldId, OrderId, SeatIndex, UserId } from '@seatcast/shared/domain/ids.ts'
import type { OrderStatus } from '@seatcast/shared/domain/order-state.ts'
import type { SaleStatus } from '@seatcast/shared/protocol/sale.ts'
import type { Redis } from 'ioredis'
import { mapKeys, type PerformanceRef } from '../redis/keys.ts'
import { isRefusedByRedis } from '../redis/client.ts'
import { CHECKPOINT_ENTRIES } from '../redis/map-stream.ts'
import { defineScript, loadScript, type ReadSource } from '../redis/scripts.ts'
import { BadReplyError, listed, numberIn, seatsIn, textIn } from './script-reply.ts'
import { recordsIn } from './seat-records.ts'

/** A performance's map in one of its incarnations. */
export interface MapTarget extends PerformanceRef {
  readonly epoch: number
}

/** Why a command for a map did nothing: its epoch has passed (`epoch`: the present one), or Redis has no map. */
export type NoSuchMap =
  | { readonly ok: false; readonly code: 'WRONG_EPOCH'; readonly epoch: number }
  | { readonly ok: false; readonly code: 'NO_MAP' }

export interface MapHold {
  readonly holdId: HoldId
  readonly buyer: UserId
  /** Unix ms of Redis's clock. */
  readonly deadlineMs: number
  readonly seats: readonly SeatIndex[]
}

/** Whom seats of an order count against, by seat; one that is not in it counts against the order's buyer (H8, G10). */
export type CountsFor = Readonly<Record<SeatIndex, UserId>>

/** An order that has seats. */
export interface MapOrder {
  readonly orderId: OrderId
  readonly buyer: UserId
  readonly status: OrderStatus
  /** Payment is due, Unix ms of Redis's clock. */
  readonly deadlineMs: number
  readonly seats: readonly SeatIndex[]
  readonly countsFor?: CountsFor
  /** Paid late: it counts beside its buyer's limit (O10). */
  readonly late?: true
}

/** An order as PostgreSQL has it when an epoch begins. */
export interface LoadedOrder {
  readonly id: OrderId
  readonly buyer: UserId
  readonly status: OrderStatus
  readonly seats: readonly SeatIndex[]
  readonly countsFor?: CountsFor
  /** ms until payment is due. */
  readonly remainingMs: number
  /** It is a group's. */
  readonly groupId?: string
  /** Paid late: it counts beside its buyer's limit (O10). */
  readonly late?: true
}

/** An open group as PostgreSQL has it when an epoch begins. */
export interface LoadedGroup {
  readonly id: string
  readonly version: number
  readonly host: UserId
  /** The host too. */
  readonly members: readonly UserId[]
  /** Whose seats are, by seat; those of seats that the group does not hold say nothing. */
  readonly assigned: Readonly<Record<SeatIndex, UserId>>
}

/** A whole map at one revision. */
export interface MapState {
  readonly epoch: number
  readonly revision: number
  readonly chain: string
  readonly seatCount: number
  readonly status: SaleStatus
  /** Unix ms of Redis's clock; 0: no time set. */
  readonly opensAtMs: number
  /** One state a seat, 0..4 (SeatState). Its length differs from `seatCount` only when Redis lost the key. */
  readonly seats: Uint8Array
  readonly holds: readonly MapHold[]
  readonly orders: readonly MapOrder[]
  /** How many records the map's other parts have. */
  readonly counts: { readonly owners: number; readonly deadlines: number; readonly buyers: number }
  /** Redis's clock at this reading, Unix ms. */
  readonly redisNowMs: number
}

/** Facts of a sale that Redis keeps with the map, so that no command carries them. */
export interface SaleFacts {
  readonly status: SaleStatus
  /** Unix ms; 0: no time set. */
  readonly opensAtMs: number
  /** Length of a hold that begins, ms. */
  readonly holdMs: number
  readonly maxSeatsPerBuyer: number
}

export interface ExpiryReport {
  readonly ok: true
  /** Holds that ended. */
  readonly ended: number
  /** The sale's opening time came. */
  readonly opened: boolean
  readonly revision: number
  /** ms until the next deadline or opening, by Redis's clock; null: nothing is due. */
  readonly nextInMs: number | null
}

export interface LoadRequest {
  readonly facts: SaleFacts
  readonly seatCount: number
  readonly blockedSeats: readonly SeatIndex[]
  /** Holds that the caller knows and Redis may not; taken before those found in Redis. */
  readonly holds: readonly MapHold[]
  /** PostgreSQL's, read after the epoch had begun there; none: there are none. */
  readonly orders?: readonly LoadedOrder[]
  /** PostgreSQL's, read after the epoch had begun there; none: there are none. */
  readonly groups?: readonly LoadedGroup[]
}

/** What servers do with a map: one script call each, expiry as many as its batches need. */
export interface MapCommands {
  expireDue(target: MapTarget): Promise<ExpiryReport | NoSuchMap>
  setSale(
    target: MapTarget,
    changes: Partial<SaleFacts>,
  ): Promise<{ readonly ok: true; readonly revision: number } | NoSuchMap>
  /** All of it or nothing; a refused block changes no sale. `availableCount`: free seats at the revision. */
  setBlocked(
    target: MapTarget,
    change: {
      readonly block?: readonly SeatIndex[]
      readonly unblock?: readonly SeatIndex[]
      readonly sale?: Partial<SaleFacts>
    },
  ): Promise<
    | { readonly ok: true; readonly revision: number; readonly availableCount: number }
    | { readonly ok: false; readonly code: 'SEAT_TAKEN'; readonly seats: readonly SeatIndex[] }
    | { readonly ok: false; readonly code: 'BAD_REQUEST' }
    | NoSuchMap
  >
  readMap(performance: PerformanceRef): Promise<MapState | undefined>
  /** Whether each has live holds, or seats taken for orders that PostgreSQL has not confirmed. */
  areBusy(performances: readonly PerformanceRef[]): Promise<boolean[]>
  /** Starts the epoch `target.epoch`; refused when that one or a later one is there already. */
  loadMap(
    target: MapTarget,
    load: LoadRequest,
  ): Promise<
    | { readonly ok: true; readonly kept: number; readonly lost: number }
    | { readonly ok: false; readonly code: 'WRONG_EPOCH'; readonly epoch: number }
  >
  /** Renews the base snapshot when the log has grown by `entriesMin` since the last one (R6). */
  checkpoint(
    target: MapTarget,
    entriesMin?: number,
  ): Promise<{ readonly ok: true; readonly renewed: boolean } | NoSuchMap>
}

/** Holds that one script call ends at most. Source: 200 holds of 4 seats block Redis for about 3 ms. */
const EXPIRY_BATCH = 200

export function createMapCommands(redis: Redis, readSource: ReadSource): MapCommands {
  const script = (name: string) => defineScript(redis, loadScript(name, readSource))
  const expireHolds = script('expire-holds')
  const setSale = script('set-sale')
  const setBlocked = script('set-blocked')
  const readMap = script('read-map')
  const loadMap = script('load-map')
  const checkpoint = script('checkpoint')
  return {
    async expireDue(target) {
      const sum = { ended: 0, opened: false }
      for (;;) {
        const reply = listed(await expireHolds(mapKeys(target), [target.epoch, EXPIRY_BATCH]))
        if (reply[0] !== 'OK') return noSuchMap(reply)
        sum.ended += numberIn(reply, 1)
        sum.opened ||= numberIn(reply, 2) === 1
        const nextInMs = numberIn(reply, 4)
        // Due now: more were overdue than one batch takes.
        if (nextInMs !== 0)
          return { ok: true, ...sum, revision: numberIn(reply, 3), nextInMs: nextInMs === -1 ? null : nextInMs }
      }
    },
    async setSale(target, changes) {
      const reply = listed(await setSale(mapKeys(target), [target.epoch, JSON.stringify(changes)]))
      return reply[0] === 'OK' ? { ok: true, revision: numberIn(reply, 1) } : noSuchMap(reply)
    },
    async setBlocked(target, { block = [], unblock = [], sale = {} }) {
      const args = [target.epoch, ...[block, unblock, sale].map((part) => JSON.stringify(part))]
      const reply = listed(await setBlocked(mapKeys(target), args))
      if (reply[0] === 'OK') return { ok: true, revision: numberIn(reply, 1), availableCount: numberIn(reply, 2) }
      if (reply[0] === 'SEAT_TAKEN') return { ok: false, code: 'SEAT_TAKEN', seats: seatsIn(reply, 1) }
      if (reply[0] === 'BAD_REQUEST') return { ok: false, code: 'BAD_REQUEST' }
      return noSuchMap(reply)
    },
    async readMap(performance) {
      const reply = listed(await readMap(mapKeys(performance), []))
      return reply[0] === 'NO_MAP' ? undefined : mapState(reply)
    },
    async areBusy(performances) {
      const pipeline = redis.pipeline()
      for (const keys of performances.map(mapKeys)) pipeline.zcard(keys.deadlines).zcard(keys.locks)
      const replies = (await pipeline.exec()) ?? []
      const isBusy = replies.map(([fault, count]) => {
        // A key that is damaged is looked at by whoever follows the performance.
        if (fault !== null && !isRefusedByRedis(fault)) throw fault
        return fault !== null || count !== 0
      })
      return performances.map((_, place) => isBusy[2 * place] === true || isBusy[2 * place + 1] === true)
    },
    async loadMap(target, load) {
      const chain = Buffer.from(crypto.getRandomValues(new Uint8Array(4))).toString('hex')
      const records = [JSON.stringify(holdRecords(load)), JSON.stringify(load.orders ?? [])]
      const facts = JSON.stringify({ ...load.facts, groups: load.groups ?? [] })
      const args = [target.epoch, facts, chain, seatsText(load), ...records]
      const reply = listed(await loadMap(mapKeys(target), args))
      if (reply[0] === 'WRONG_EPOCH') return { ok: false, code: 'WRONG_EPOCH', epoch: numberIn(reply, 1) }
      if (reply[0] !== 'OK') throw new BadReplyError(reply)
      return { ok: true, kept: numberIn(reply, 1), lost: numberIn(reply, 2) }
    },
    async checkpoint(target, entriesMin = CHECKPOINT_ENTRIES) {
      const reply = listed(await checkpoint(mapKeys(target), [target.epoch, entriesMin]))
      return reply[0] === 'OK' ? { ok: true, renewed: numberIn(reply, 1) === 1 } : noSuchMap(reply)
    },
  }
}

function noSuchMap(reply: readonly unknown[]): NoSuchMap {
  if (reply[0] === 'WRONG_EPOCH') return { ok: false, code: 'WRONG_EPOCH', epoch: numberIn(reply, 1) }
  if (reply[0] === 'NO_MAP') return { ok: false, code: 'NO_MAP' }
  throw new BadReplyError(reply)
}

function mapState(reply: readonly unknown[]): MapState {
  return {
    epoch: numberIn(reply, 0),
    revision: numberIn(reply, 1),
    chain: textIn(reply, 2),
    seatCount: numberIn(reply, 3),
    status: textIn(reply, 4) as SaleStatus,
    opensAtMs: numberIn(reply, 5),
    seats: Uint8Array.from(Buffer.from(textIn(reply, 6)), (byte) => byte - ZERO),
    holds: recordsIn<Omit<MapHold, 'holdId'>>(reply[7]).map(([holdId, { buyer, deadlineMs, seats }]) => ({
      holdId,
      buyer,
      deadlineMs,
      seats,
    })),
    orders: recordsIn<Omit<MapOrder, 'orderId'>>(reply[9]).map(
      ([orderId, { buyer, status, deadlineMs, seats, countsFor, late }]) => ({
        orderId,
        buyer,
        status,
        deadlineMs,
        seats,
        ...(countsFor !== undefined && { countsFor }),
        ...(late === true && { late }),
      }),
    ),
    counts: { owners: numberIn(reply, 10), deadlines: numberIn(reply, 11), buyers: numberIn(reply, 12) },
    redisNowMs: numberIn(reply, 8),
  }
}

/** ASCII '0': a state's byte less this is its number. */
const ZERO = 48

function seatsText({ seatCount, blockedSeats }: LoadRequest): string {
  const bytes = Buffer.alloc(seatCount, '0')
  for (const seat of blockedSeats) if (seat >= 0 && seat < seatCount) bytes[seat] = ZERO + 4
  return bytes.toString('latin1')
}

/** A mirror does not know when a hold began nor from where: the beginning follows from the deadline, no address is counted. */
function holdRecords({ holds, facts }: LoadRequest): object[] {
  return holds.map(({ holdId, buyer, deadlineMs, seats }) => ({
    id: holdId,
    buyer,
    deadlineMs,
    startedMs: deadlineMs - facts.holdMs,
    address: '',
    seats,
  }))
}
