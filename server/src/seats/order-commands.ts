import type { OrderId, SeatIndex, UserId } from '@seatcast/shared/domain/ids.ts'
import type { OrderStatus } from '@seatcast/shared/domain/order-state.ts'
import type { Redis } from 'ioredis'
import { mapKeys, type PerformanceRef } from '../redis/keys.ts'
import { defineScript, loadScript, type ReadSource, sourceIn } from '../redis/scripts.ts'
import type { CountsFor, MapTarget, NoSuchMap } from './map-commands.ts'
import { BadReplyError, listed, numberIn, seatsIn, textIn } from './script-reply.ts'

/** An order as PostgreSQL has it, for the map to follow. */
export interface OrderFacts {
  readonly orderId: OrderId
  readonly buyer: UserId
  readonly status: OrderStatus
  /** Seats it has, ascending; none: it ended. */
  readonly live: readonly SeatIndex[]
  /** Seats it had. */
  readonly gone: readonly SeatIndex[]
  /** Of those it has; none: all count against its buyer. */
  readonly countsFor?: CountsFor
  /** ms until payment is due. */
  readonly remainingMs: number
  /** It is a group's. */
  readonly groupId?: string
  /** Paid late: it counts beside its buyer's limit (O10). */
  readonly late?: true
}

/** An order that took seats and that PostgreSQL has not confirmed since. */
export interface OrderLock {
  readonly orderId: OrderId
  /** Empty: its record is gone or damaged. */
  readonly buyer: UserId
}

interface Position {
  readonly epoch: number
  readonly revision: number
}

/** What orders do with seats: one script call each. */
export interface OrderCommands {
  /** The buyer's live hold, or the listed part of it, becomes the order's seats (O1). */
  order(
    target: MapTarget,
    request: {
      readonly buyer: UserId
      readonly orderId: OrderId
      readonly seats?: readonly SeatIndex[] | undefined
      readonly paymentMs: number
    },
  ): Promise<
    | ({ readonly ok: true; readonly holdId: string; readonly seats: readonly SeatIndex[] } & Position)
    | { readonly ok: false; readonly code: 'NO_HOLD' | 'NOT_ON_SALE' | 'BAD_REQUEST' }
    | { readonly ok: false; readonly code: 'IN_GROUP'; readonly groupId: string }
    | NoSuchMap
  >
  /** Gives the seats of an order that PostgreSQL does not have back to their hold (O2), a group's with those of its step. Idempotent. */
  returnOrder(
    target: MapTarget,
    orderId: OrderId,
  ): Promise<{ readonly ok: true; readonly outcome: 'held' | 'freed' | 'gone' } | NoSuchMap>
  /** Makes the map follow an order (O4). Idempotent; `changed`: seats whose state changed. */
  settleOrder(
    target: MapTarget,
    order: OrderFacts,
  ): Promise<{ readonly ok: true; readonly changed: number; readonly revision: number } | NoSuchMap>
  /** Secures more seats for an order before it lets any go (O8, O10): no more than it will let go, or seats that are paid for. */
  takeSeats(
    target: MapTarget,
    request: {
      readonly buyer: UserId
      readonly orderId: OrderId
      readonly take: readonly SeatIndex[]
      /** Of those to take; none: all count against the buyer. */
      readonly countsFor?: CountsFor
      readonly status: OrderStatus
      /** Seats that it has in PostgreSQL. */
      readonly live: readonly SeatIndex[]
      /** Those and the ones that it had. */
      readonly had: readonly SeatIndex[]
      readonly remainingMs: number
      /** They are paid for: the sale's state says nothing (O10). */
      readonly late?: true
    },
  ): Promise<
    | ({ readonly ok: true } & Position)
    | { readonly ok: false; readonly code: 'SEAT_TAKEN'; readonly seats: readonly SeatIndex[] }
    | { readonly ok: false; readonly code: 'NOT_ON_SALE' | 'BAD_REQUEST' }
    | NoSuchMap
  >
  /** `h:<holdId>`, `o:<orderId>` or null by seat, in the seats' order. */
  ownersOf(performance: PerformanceRef, seats: readonly SeatIndex[]): Promise<(string | null)[]>
  /** How many seats the map counts as ordered against each buyer (H8); NaN: their record cannot be read. */
  orderedCounts(performance: PerformanceRef): Promise<ReadonlyMap<UserId, number>>
  /** Makes these buyers' counts those of the map's orders; resolves with how many were wrong. */
  recountOrdered(target: MapTarget, buyers: readonly UserId[]): Promise<number>
  /** Orders that took seats at least `ageMs` ago and that PostgreSQL has not confirmed since (O7). */
  overdueLocks(performance: PerformanceRef, ageMs: number): Promise<OrderLock[]>
}

/** Locks that one look lists. Source: a guess: a look a second clears far more than a crash leaves. */
const LOCKS_MAX = 500
const LUA = sourceIn(new URL('lua/', import.meta.url))

export function createOrderCommands(redis: Redis, readSource: ReadSource = LUA): OrderCommands {
  const script = (name: string) => defineScript(redis, loadScript(name, readSource))
  const orderSeats = script('order-seats')
  const returnOrder = script('return-order')
  const settleOrder = script('settle-order')
  const takeSeats = script('take-seats')
  const overdueLocks = script('overdue-locks')
  const recountOrders = script('recount-orders')
  return {
    async order(target, { buyer, orderId, seats, paymentMs }) {
      const args = [target.epoch, buyer, orderId, seats === undefined ? '' : JSON.stringify(seats), paymentMs]
      const reply = listed(await orderSeats(mapKeys(target), args))
      const [word] = reply
      if (word === 'NO_HOLD' || word === 'NOT_ON_SALE' || word === 'BAD_REQUEST') return { ok: false, code: word }
      if (reply[0] === 'IN_GROUP') return { ok: false, code: 'IN_GROUP', groupId: textIn(reply, 1) }
      if (reply[0] !== 'OK') return noSuchMap(reply)
      return { ok: true, holdId: textIn(reply, 1), seats: seatsIn(reply, 2), ...positionIn(reply, 3) }
    },
    async returnOrder(target, orderId) {
      const reply = listed(await returnOrder(mapKeys(target), [target.epoch, orderId]))
      if (reply[0] !== 'OK') return noSuchMap(reply)
      return { ok: true, outcome: textIn(reply, 1) as 'held' | 'freed' | 'gone' }
    },
    async settleOrder(target, { orderId, ...facts }) {
      const reply = listed(await settleOrder(mapKeys(target), [target.epoch, orderId, JSON.stringify(facts)]))
      if (reply[0] !== 'OK') return noSuchMap(reply)
      return { ok: true, changed: numberIn(reply, 1), revision: numberIn(reply, 2) }
    },
    async takeSeats(target, { buyer, orderId, take, ...facts }) {
      const args = [target.epoch, buyer, orderId, JSON.stringify(take), JSON.stringify(facts)]
      const reply = listed(await takeSeats(mapKeys(target), args))
      if (reply[0] === 'SEAT_TAKEN') return { ok: false, code: 'SEAT_TAKEN', seats: seatsIn(reply, 1) }
      const [word] = reply
      if (word === 'NOT_ON_SALE' || word === 'BAD_REQUEST') return { ok: false, code: word }
      return word === 'OK' ? { ok: true, ...positionIn(reply, 1) } : noSuchMap(reply)
    },
    async ownersOf(performance, seats) {
      return seats.length === 0 ? [] : await redis.hmget(mapKeys(performance).owners, ...seats.map(String))
    },
    async orderedCounts(performance) {
      const records = Object.entries(await redis.hgetall(mapKeys(performance).buyers))
      return new Map(records.map(([buyer, json]) => [buyer, orderedIn(json)]))
    },
    async recountOrdered(target, buyers) {
      if (buyers.length === 0) return 0
      const reply = listed(await recountOrders(mapKeys(target), [target.epoch, JSON.stringify(buyers)]))
      return reply[0] === 'OK' ? numberIn(reply, 1) : 0
    },
    async overdueLocks(performance, ageMs) {
      const reply = listed(await overdueLocks(mapKeys(performance), [ageMs, LOCKS_MAX]))
      const locks: OrderLock[] = []
      for (let place = 0; place + 1 < reply.length; place += 2) {
        const json = textIn(reply, place + 1)
        locks.push({ orderId: textIn(reply, place), buyer: buyerIn(json) })
      }
      return locks
    },
  }
}

const positionIn = (reply: readonly unknown[], place: number): Position => ({
  epoch: numberIn(reply, place),
  revision: numberIn(reply, place + 1),
})

function noSuchMap(reply: readonly unknown[]): NoSuchMap {
  if (reply[0] === 'WRONG_EPOCH') return { ok: false, code: 'WRONG_EPOCH', epoch: numberIn(reply, 1) }
  if (reply[0] === 'NO_MAP') return { ok: false, code: 'NO_MAP' }
  throw new BadReplyError(reply)
}

/** Of a record of a buyer; NaN when it is damaged: it is no count. */
function orderedIn(json: string): number {
  const record: { readonly holdId?: unknown; readonly held?: unknown; readonly ordered?: unknown } | undefined =
    recordIn(json)
  const isWhole = typeof record?.holdId === 'string' && typeof record.held === 'number'
  return isWhole && typeof record.ordered === 'number' ? record.ordered : Number.NaN
}

function buyerIn(json: string): UserId {
  const record: { readonly buyer?: unknown } | undefined = recordIn(json)
  return typeof record?.buyer === 'string' ? record.buyer : ''
}

/** Undefined: damaged, or gone. */
function recordIn(json: string): object | undefined {
  try {
    const record: unknown = JSON.parse(json)
    return typeof record === 'object' && record !== null ? record : undefined
  } catch (fault) {
    if (fault instanceof SyntaxError) return undefined
    throw fault
  }
}
