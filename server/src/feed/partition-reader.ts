import type { PerformanceId } from '@seatcast/shared/domain/ids.ts'
import type { Position } from '@seatcast/shared/domain/revision.ts'
import type { Redis } from 'ioredis'
import { BLOCK_MS, untilReady } from '../redis/client.ts'
import { BadEntryError, decodeEntry, type StoredEntry } from '../redis/map-stream.ts'

/** A position, and the chain of the entry there. */
export interface ChainedPosition extends Position {
  readonly chain: string
}

/** A stream that is followed: from which position on. */
export interface Follow {
  readonly id: PerformanceId
  readonly streamKey: string
  readonly metaKey: string
  position: ChainedPosition
  /** When an answer last proved that nothing newer was there (clock, ms). */
  freshAtMs: number
}

export interface PartitionReaderEvents {
  readonly entries: (follow: Follow, entries: readonly StoredEntry[]) => void
  /** The entry after the follow's position cannot be read; it is no longer followed. */
  readonly unreadable: (follow: Follow, fault: BadEntryError) => void
  /** Reading goes on after it had failed: history may have been rewritten meanwhile. */
  readonly recovered: () => void
  readonly failed: (fault: unknown) => void
}

export interface PartitionReaderOptions extends PartitionReaderEvents {
  /** A connection of its own, for blocking reads. */
  readonly connect: () => Redis
  readonly commands: Redis
  readonly nowMs: () => number
}

/** A read without an answer for this long hangs: its connection is replaced, ms. Source: three times BLOCK_MS. */
const HANGING_MS = 1_500
/** Source: a read begins within a millisecond; this gives it twenty times as long, and BLOCK_MS ends it anyhow. */
const UNBLOCK_ATTEMPTS = 5
/** Entries of one stream in one read; the rest comes with the next. Source: a guess: about 1 ms to decode. */
const ENTRIES_PER_READ = 500
/** Rest after a read that brought something, ms: many entries per read instead of many reads. Source: a fifth of the shortest tick. */
const REST_MS = 4
/** First and longest wait after a failure, ms. Source: clients are to heal within 5 s. */
const RETRY_MS = { first: 50, longest: 1_000 } as const

/** Reads all followed streams of one partition through one blocking connection, always from the last seen id. */
export class PartitionReader {
  readonly #options: PartitionReaderOptions
  readonly #follows = new Map<string, Follow>()
  #connection: Redis | undefined
  #connectionId: number | undefined
  #loop: Promise<void> | undefined
  #stopped = false
  #endRead: ((fault: Error) => void) | undefined
  /** Counts changes of the follows; the read under way knows those up to #read. */
  #wanted = 0
  #read = 0
  #endWait: (() => void) | undefined

  constructor(options: PartitionReaderOptions) {
    this.#options = options
  }

  get follows(): IterableIterator<Follow> {
    return this.#follows.values()
  }

  get size(): number {
    return this.#follows.size
  }

  /** Follows a stream, or follows it from another position; takes effect at once. */
  follow(follow: Follow): void {
    this.#follows.set(follow.streamKey, follow)
    this.#wanted++
    this.#loop ??= this.#run()
    this.#endWait?.()
    void this.#unblock()
  }

  unfollow(streamKey: string): void {
    this.#follows.delete(streamKey)
  }

  async close(): Promise<void> {
    this.#stopped = true
    this.#endRead?.(new Error('the reader closes'))
    this.#endWait?.()
    await this.#loop
  }

  async #run(): Promise<void> {
    let failures = 0
    while (!this.#stopped && this.#follows.size > 0) {
      try {
        const brought = await this.#readOnce()
        if (failures > 0) this.#options.recovered()
        failures = 0
        if (brought) await this.#wait(REST_MS)
      } catch (fault) {
        this.#dropConnection()
        if (this.#stopped) break
        if (failures === 0) this.#options.failed(fault)
        await this.#wait(Math.min(RETRY_MS.longest, RETRY_MS.first * 2 ** failures++))
      }
    }
    this.#dropConnection()
    this.#loop = undefined
    // Followed again in the turn in which the loop ended.
    if (!this.#stopped && this.#follows.size > 0) this.#loop = this.#run()
  }

  /** True when something came. */
  async #readOnce(): Promise<boolean> {
    const redis = await this.#withinPatience(2 * HANGING_MS, this.#connected())
    const follows = [...this.#follows.values()]
    this.#read = this.#wanted
    const reply = await this.#withinPatience(
      HANGING_MS,
      redis.xread(
        'COUNT',
        ENTRIES_PER_READ,
        'BLOCK',
        BLOCK_MS,
        'STREAMS',
        ...follows.map(({ streamKey }) => streamKey),
        ...follows.map(({ position }) => `${position.epoch}-${position.revision}`),
      ),
    )
    const answeredMs = this.#options.nowMs()
    const found = new Map(reply)
    for (const follow of follows) {
      // Followed from elsewhere, or no longer, while the read was under way.
      if (this.#follows.get(follow.streamKey) !== follow) continue
      const entries = found.get(follow.streamKey) ?? []
      if (entries.length < ENTRIES_PER_READ) follow.freshAtMs = answeredMs
      if (entries.length > 0) this.#handOver(follow, entries)
    }
    return found.size > 0
  }

  #handOver(follow: Follow, raw: readonly (readonly [id: string, fields: string[]])[]): void {
    const entries: StoredEntry[] = []
    let unreadable: BadEntryError | undefined
    for (const [id, fields] of raw) {
      try {
        entries.push(decodeEntry(id, fields))
      } catch (fault) {
        if (!(fault instanceof BadEntryError)) throw fault
        unreadable = fault
        break
      }
    }
    const last = entries.at(-1)
    if (last !== undefined) {
      follow.position = { epoch: last.epoch, revision: last.revision, chain: last.chain }
      this.#options.entries(follow, entries)
    }
    if (unreadable === undefined) return
    this.#follows.delete(follow.streamKey)
    this.#options.unreadable(follow, unreadable)
  }

  async #connected(): Promise<Redis> {
    if (this.#connection !== undefined) return this.#connection
    const redis = this.#options.connect()
    this.#connection = redis
    await untilReady(redis, HANGING_MS)
    this.#connectionId = await redis.client('ID')
    return redis
  }

  #dropConnection(): void {
    this.#connection?.disconnect()
    this.#connection = undefined
    this.#connectionId = undefined
  }

  /** Rejects when the work takes too long: blocking reads are known to hang after a reset. Also when this closes. */
  async #withinPatience<T>(patienceMs: number, work: Promise<T>): Promise<T> {
    // Of this wait alone: a promise that outlives it would keep what every race with it brought.
    const ending = Promise.withResolvers<never>()
    const hangs = () => ending.reject(new Error(`a blocking read did not answer within ${patienceMs} ms`))
    const timer = setTimeout(hangs, patienceMs)
    this.#endRead = ending.reject
    if (this.#stopped) ending.reject(new Error('the reader closes'))
    try {
      return await Promise.race([work, ending.promise])
    } finally {
      clearTimeout(timer)
      this.#endRead = undefined
    }
  }

  /** Ends the read under way until one has begun that knows all follows; a read that just begins may miss the first call. */
  async #unblock(): Promise<void> {
    const wanted = this.#wanted
    for (let attempt = 0; attempt < UNBLOCK_ATTEMPTS && this.#read < wanted && !this.#stopped; attempt++) {
      try {
        if (this.#connectionId !== undefined) await this.#options.commands.client('UNBLOCK', this.#connectionId)
      } catch (fault) {
        // The read ends by itself within BLOCK_MS.
        this.#options.failed(fault)
        return
      }
      await new Promise((resolve) => setTimeout(resolve, REST_MS))
    }
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(end, ms)
      const endWait = (): void => end()
      function end(): void {
        clearTimeout(timer)
        resolve()
      }
      this.#endWait = endWait
    })
  }
}
