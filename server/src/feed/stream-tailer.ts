import type { Clock } from '@seatcast/shared/domain/clock.ts'
import type { PerformanceId } from '@seatcast/shared/domain/ids.ts'
import type { Position } from '@seatcast/shared/domain/revision.ts'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { mapKeys, type PerformanceRef } from '../redis/keys.ts'
import type { StoredEntry } from '../redis/map-stream.ts'
import { type ChainedPosition, type Follow, PartitionReader } from './partition-reader.ts'
import type { RedisClock } from './redis-clock.ts'

/**
 * Why a stream cannot just be followed on. `rolled back`: Redis is older than what was read. `rewritten`: it has another
 * history at the same position (R3). `missing`: the map is gone.
 * `behind`: nothing came for a second although there is more. `unreadable`: an entry is damaged. `reconnected`: the link to
 * Redis was down, and it may be another run of it.
 */
export type TailTrouble = 'rolled back' | 'rewritten' | 'missing' | 'behind' | 'unreadable' | 'reconnected'

export interface StreamTailerOptions {
  readonly commands: Redis
  /** A new connection for blocking reads; the tailer closes it. */
  readonly connectBlocking: () => Redis
  readonly clock: Clock
  readonly redisClock: RedisClock
  readonly log: Logger
  /** In order; the next one's revision is the last one's plus 1, unless history has a gap. */
  readonly onEntries: (performanceId: PerformanceId, entries: readonly StoredEntry[]) => void
  readonly onTrouble: (performanceId: PerformanceId, trouble: TailTrouble) => void
}

/** How often positions are compared with `meta`, ms. Source: design, section 4. */
const COMPARE_MS = 1_000

/** Positions that were behind `meta` at the last comparison. */
type BehindPositions = Map<Follow, Position>

/** Follows the streams of many performances: one blocking connection per partition in use. */
export class StreamTailer {
  readonly #options: StreamTailerOptions
  readonly #readers = new Map<number, PartitionReader>()
  readonly #follows = new Map<PerformanceId, { readonly follow: Follow; readonly partition: number }>()
  #behind: BehindPositions = new Map()
  #lagByPartition: ReadonlyMap<number, number> = new Map()
  #cancelCompare: (() => void) | undefined
  #closed = false

  constructor(options: StreamTailerOptions) {
    this.#options = options
  }

  /** Everything after this position, from now on; again: from there instead. */
  follow(performance: PerformanceRef, { epoch, revision, chain }: ChainedPosition): void {
    if (this.#closed) return
    const keys = mapKeys(performance)
    const follow: Follow = {
      id: performance.id,
      streamKey: keys.log,
      metaKey: keys.meta,
      position: { epoch, revision, chain },
      // The state at this position was read just now.
      freshAtMs: this.#options.clock.nowMs(),
    }
    this.#follows.set(performance.id, { follow, partition: performance.partition })
    this.#readerOf(performance.partition).follow(follow)
    this.#cancelCompare ??= this.#options.clock.after(COMPARE_MS, () => void this.#compare())
  }

  unfollow(performanceId: PerformanceId): void {
    const followed = this.#follows.get(performanceId)
    if (followed === undefined) return
    this.#follows.delete(performanceId)
    this.#readers.get(followed.partition)?.unfollow(followed.follow.streamKey)
  }

  /** How long ago an answer proved that there was nothing newer, ms; Infinity when not followed. */
  staleMs(performanceId: PerformanceId): number {
    const freshAtMs = this.#follows.get(performanceId)?.follow.freshAtMs
    return freshAtMs === undefined ? Infinity : this.#options.clock.nowMs() - freshAtMs
  }

  /** Entries that the slowest follow of each partition lacked at the last comparison; none: it could not be made. */
  get lagByPartition(): ReadonlyMap<number, number> {
    return this.#lagByPartition
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#cancelCompare?.()
    await Promise.all([...this.#readers.values()].map((reader) => reader.close()))
  }

  #readerOf(partition: number): PartitionReader {
    const existing = this.#readers.get(partition)
    if (existing !== undefined) return existing
    const { connectBlocking, commands, clock, log, onEntries, onTrouble } = this.#options
    const reader = new PartitionReader({
      connect: connectBlocking,
      commands,
      nowMs: () => clock.nowMs(),
      entries: (follow, entries) => onEntries(follow.id, entries),
      unreadable: (follow, fault) => {
        log.error({ performanceId: follow.id, err: fault }, 'stream entry was unreadable')
        onTrouble(follow.id, 'unreadable')
      },
      failed: (fault) => log.warn({ partition, err: fault }, 'stream read failed'),
      recovered: () => {
        log.info({ partition }, 'stream reads recovered')
        for (const follow of reader.follows) onTrouble(follow.id, 'reconnected')
      },
    })
    this.#readers.set(partition, reader)
    return reader
  }

  /** Once a second, so that lost, rewritten or stuck history cannot go unnoticed. */
  async #compare(): Promise<void> {
    const behind: BehindPositions = new Map()
    const lags = new Map<number, number>()
    for (const [partition, reader] of this.#readers) {
      try {
        if (reader.size > 0) lags.set(partition, await this.#comparePartition([...reader.follows], behind))
      } catch (fault) {
        this.#options.log.debug({ err: fault }, 'positions could not be compared')
      }
    }
    this.#behind = behind
    this.#lagByPartition = lags
    this.#cancelCompare = this.#closed ? undefined : this.#options.clock.after(COMPARE_MS, () => void this.#compare())
  }

  /** Resolves to the entries that the slowest of them lacks. */
  async #comparePartition(follows: readonly Follow[], behind: BehindPositions): Promise<number> {
    let lag = 0
    const { commands, clock, redisClock, onTrouble } = this.#options
    const askedMs = clock.nowMs()
    const askedAt = follows.map(({ position }) => position)
    const pipeline = commands.pipeline().time()
    for (const { metaKey } of follows) pipeline.hmget(metaKey, 'epoch', 'revision', 'chain')
    const [time, ...metas] = resultsOf(await pipeline.exec())
    const [seconds, microseconds] = time as [string | number, string | number]
    redisClock.sample([Number(seconds), Number(microseconds)], askedMs)
    follows.forEach((follow, index) => {
      // Followed from elsewhere meanwhile.
      if (this.#follows.get(follow.id)?.follow !== follow) return
      const meta = positionOf(metas[index] as MetaReply)
      if (meta === undefined) return onTrouble(follow.id, 'missing')
      lag = Math.max(lag, entriesBetween(follow.position, meta))
      if (isBefore(meta, askedAt[index]!)) return onTrouble(follow.id, 'rolled back')
      if (isSame(follow.position, meta) && follow.position.chain !== meta.chain)
        return onTrouble(follow.id, 'rewritten')
      if (!isBefore(follow.position, meta)) return
      // A reader that is slow but gets on needs no help; one that stands still does: its stream may be gone.
      if (this.#behind.get(follow) === follow.position) return onTrouble(follow.id, 'behind')
      behind.set(follow, follow.position)
    })
    return lag
  }
}

function resultsOf(replies: [error: Error | null, result: unknown][] | null): unknown[] {
  return (replies ?? []).map(([error, result]) => {
    if (error !== null) throw error
    return result
  })
}

type MetaReply = readonly [epoch: string | null, revision: string | null, chain: string | null]

function positionOf([epoch, revision, chain]: MetaReply): ChainedPosition | undefined {
  if (epoch === null || revision === null || chain === null) return undefined
  return { epoch: Number(epoch), revision: Number(revision), chain }
}

const isSame = (one: Position, other: Position): boolean => one.epoch === other.epoch && one.revision === other.revision

/** Of a later epoch all entries are lacking. */
function entriesBetween(position: Position, meta: Position): number {
  if (!isBefore(position, meta)) return 0
  return position.epoch === meta.epoch ? meta.revision - position.revision : meta.revision
}

function isBefore(one: Position, other: Position): boolean {
  return one.epoch < other.epoch || (one.epoch === other.epoch && one.revision < other.revision)
}
