import type { Redis } from 'ioredis'
import { mapKeys, type PerformanceRef } from '../redis/keys.ts'
import type { MapOperation } from '../redis/map-stream.ts'

/** Everything Redis keeps of one performance, read in one transaction, and all of the log that is kept. */
export interface MapDump {
  readonly meta: Readonly<Record<string, string>>
  /** One state digit a seat. */
  readonly seats: string
  readonly owners: Readonly<Record<string, string>>
  readonly holds: Readonly<Record<string, string>>
  /** holdId -> deadline, Unix ms. */
  readonly deadlines: ReadonlyMap<string, number>
  readonly buyers: Readonly<Record<string, string>>
  readonly base: Readonly<Record<string, string>>
  /** Orders that have seats: orderId -> their record. */
  readonly orders: Readonly<Record<string, string>>
  /** Orders that PostgreSQL has not confirmed yet. */
  readonly locks: ReadonlySet<string>
  /** The epoch's entries up to the map's revision, oldest first. */
  readonly log: readonly DumpedEntry[]
  /** Redis's clock, Unix ms. */
  readonly nowMs: number
}

export interface DumpedEntry {
  readonly id: string
  readonly chain: string
  readonly operations: string
  /** When its script ran, Unix ms of Redis's clock; undefined: it does not say. */
  readonly atMs: number | undefined
}

/** Entries a page of XRANGE asks for, so that no single command holds Redis for long. Source: a guess: about 2 ms. */
const LOG_PAGE = 1_000

/** Reads the whole state of a performance; undefined when Redis has none. */
export async function readMapDump(redis: Redis, performance: PerformanceRef): Promise<MapDump | undefined> {
  const keys = mapKeys(performance)
  const replies = await redis
    .multi()
    .hgetall(keys.meta)
    .get(keys.seats)
    .hgetall(keys.owners)
    .hgetall(keys.holds)
    .zrange(keys.deadlines, '0', '-1', 'WITHSCORES')
    .hgetall(keys.buyers)
    .hgetall(keys.base)
    .hgetall(keys.orders)
    .zrange(keys.locks, '0', '-1')
    .time()
    .exec()
  if (replies === null) throw new Error(`performance ${performance.id}: the audit's transaction was discarded`)
  const [meta, seats, owners, holds, deadlines, buyers, base, orders, locks, time] = replies.map(([error, reply]) => {
    if (error !== null) throw error
    return reply
  })
  const facts = meta as Record<string, string>
  if (facts['epoch'] === undefined) return undefined
  const snapshot = base as Record<string, string>
  const [seconds, micros] = (time as (string | number)[]).map(Number)
  return {
    meta: facts,
    seats: seats as string,
    owners: owners as Record<string, string>,
    holds: holds as Record<string, string>,
    deadlines: scores(deadlines),
    buyers: buyers as Record<string, string>,
    base: snapshot,
    orders: orders as Record<string, string>,
    locks: new Set(locks as string[]),
    log: await readLog(redis, keys.log, `${facts['epoch']}-0`, `${facts['epoch']}-${facts['revision']}`),
    nowMs: (seconds ?? 0) * 1_000 + Math.floor((micros ?? 0) / 1_000),
  }
}

/** Undefined: somebody else than the scripts wrote it. */
export function operationsOf(entry: DumpedEntry): readonly MapOperation[] | undefined {
  try {
    const operations: unknown = JSON.parse(entry.operations)
    return Array.isArray(operations) ? (operations as MapOperation[]) : undefined
  } catch (fault) {
    if (fault instanceof SyntaxError) return undefined
    throw fault
  }
}

/** ZRANGE WITHSCORES is a flat list under RESP2 and a list of pairs under RESP3. */
function scores(reply: unknown): Map<string, number> {
  const flat = (reply as unknown[]).flat().map(String)
  return new Map(flat.flatMap((member, place) => (place % 2 === 0 ? [[member, Number(flat[place + 1])] as const] : [])))
}

async function readLog(redis: Redis, key: string, after: string, last: string): Promise<MapDump['log']> {
  const log: DumpedEntry[] = []
  for (let from = after; ;) {
    const page = await redis.xrange(key, from, last, 'COUNT', LOG_PAGE)
    for (const [id, fields] of page) {
      const field = (name: string): string => fields[fields.indexOf(name) + 1] ?? ''
      const atMs = Number(field('t'))
      log.push({ id, chain: field('c'), operations: field('o'), atMs: atMs > 0 ? atMs : undefined })
    }
    const end = page.at(-1)
    if (end === undefined || page.length < LOG_PAGE) return log
    from = `(${end[0]}`
  }
}
