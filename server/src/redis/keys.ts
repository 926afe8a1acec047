import type { PerformanceId, UserId } from '@seatcast/shared/domain/ids.ts'

/** A performance and the partition it is pinned to: all its keys share the partition's hash tag. Source: design, section 4. */
export interface PerformanceRef {
  readonly id: PerformanceId
  readonly partition: number
}

/** Every Redis key of a performance. The only place that spells a key. */
export interface MapKeys {
  /** hash: epoch, revision, chain, seatCount, status, opensAtMs, holdMs, maxSeatsPerBuyer */
  readonly meta: string
  /** string, one byte a seat: '0'..'4' */
  readonly seats: string
  /** hash seat -> `h:<holdId>` or `o:<orderId>`: who owns each seat that is held, ordered or sold */
  readonly owners: string
  /** hash holdId -> JSON {buyer, deadlineMs, startedMs, address, seats} */
  readonly holds: string
  /** sorted set holdId -> deadline, Unix ms; live holds only */
  readonly deadlines: string
  /** hash buyer -> JSON {holdId, held, ordered}: the per-buyer limit */
  readonly buyers: string
  /** stream: the log of the map; an entry's id is `<epoch>-<revision>` */
  readonly log: string
  /** hash: a base snapshot {epoch, revision, chain, seats} from which the log can be replayed */
  readonly base: string
  /** hash buyer -> JSON {windowStartMs, usedMs}: the squatting budget */
  readonly budgets: string
  /** hash hashed address -> held seats */
  readonly addresses: string
  /** hash orderId -> JSON {buyer, status, deadlineMs, startedMs, holdId, holdDeadlineMs, address, seats}: orders that have seats */
  readonly orders: string
  /** sorted set orderId -> when its seats were taken, Unix ms: orders that PostgreSQL has not confirmed since */
  readonly locks: string
}

export function mapKeys(performance: PerformanceRef): MapKeys {
  const prefix = `{p${performance.partition}}:${performance.id}:`
  return {
    meta: `${prefix}meta`,
    seats: `${prefix}seats`,
    owners: `${prefix}owners`,
    holds: `${prefix}holds`,
    deadlines: `${prefix}deadlines`,
    buyers: `${prefix}buyers`,
    log: `${prefix}log`,
    base: `${prefix}base`,
    budgets: `${prefix}budgets`,
    addresses: `${prefix}addresses`,
    orders: `${prefix}orders`,
    locks: `${prefix}locks`,
  }
}

/** The remembered answer of one command of one buyer; the one kind of a performance's keys with a TTL (REQUEST_MEMORY_MS). */
export function requestKey(performance: PerformanceRef, buyer: UserId, requestId: string): string {
  return `{p${performance.partition}}:${performance.id}:request:${buyer}:${requestId}`
}

/** `guests:<hashed address>`: guests of the present minute; of no performance, gone after it (http/guest-limit.ts). */
export const GUEST_COUNT_PREFIX = 'guests'
