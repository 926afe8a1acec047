import type { Clock } from '@seatcast/shared/domain/clock.ts'
import type { PerformanceId } from '@seatcast/shared/domain/ids.ts'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { inNobodysName } from '../observability/request-id.ts'
import { type FeedEvents, type LiveMapsView, MapNotReadyError } from './feed-contract.ts'
import { LiveMap, type LiveMapDependencies } from './live-map.ts'
import type { MapSource } from './map-source.ts'
import { RedisClock } from './redis-clock.ts'
import { DROP_AFTER_MS, RoomBroadcaster, SLICE_PER_TURN, SLOW_AT_PACKETS } from './room-broadcaster.ts'
import { placeSeats } from './seat-places.ts'
import { StreamTailer } from './stream-tailer.ts'
import { systemClock } from './system-clock.ts'
import { TickPacer } from './tick-pacer.ts'

export interface LiveMapsOptions {
  readonly source: MapSource
  readonly commands: Redis
  /** A new connection for blocking reads; closed here. */
  readonly connectBlocking: () => Redis
  readonly events: FeedEvents
  readonly framesPerSecond: number
  readonly tickMsMin: number
  readonly ringEntries: number
  readonly log: Logger
  /** Told of each map when it is opened, before anybody has it. */
  readonly opened?: (map: LiveMap) => void
  /** Sockets that watch it on other workers and nodes, as far as known. Default: none. */
  readonly watchersElsewhere?: (performanceId: PerformanceId) => number
  readonly slowAtPackets?: number
  readonly dropAfterMs?: number
  readonly idleMs?: number
  readonly clock?: Clock
}

/** How often time alone is looked at, ms. Source: a twentieth of the 2 s in which staleness must be told (F8). */
const TICK_MS = 100
/** A map that nobody watches, asks for or holds seats on is let go after this, ms. Source: a guess: a break in a sale. */
const IDLE_MS = 600_000
/** A worker acts on a deadline this long overdue, ms. Source: design, rule 7. */
const OVERDUE_MS = 500
/** When to ask again for a map that could not be opened, ms. Source: a guess: as long as Redis needs for a blip. */
const OPEN_RETRY_MS = 500

/** This worker's performances: opened on demand, kept in step, let go when idle. */
export class LiveMaps implements LiveMapsView {
  readonly redisClock: RedisClock
  readonly broadcaster: RoomBroadcaster
  readonly #options: LiveMapsOptions
  readonly #clock: Clock
  readonly #tailer: StreamTailer
  readonly #shared: LiveMapDependencies
  readonly #maps = new Map<PerformanceId, LiveMap>()
  readonly #opening = new Map<PerformanceId, Promise<LiveMap | undefined>>()
  #cancelTick: (() => void) | undefined
  #closed = false

  constructor(options: LiveMapsOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    const clock = this.#clock
    const { commands, connectBlocking, log } = options
    this.redisClock = new RedisClock(clock)
    this.broadcaster = new RoomBroadcaster({
      clock,
      nextTurn: setImmediate,
      slicePerTurn: SLICE_PER_TURN,
      slowAtPackets: options.slowAtPackets ?? SLOW_AT_PACKETS,
      dropAfterMs: options.dropAfterMs ?? DROP_AFTER_MS,
    })
    this.#tailer = new StreamTailer({
      commands,
      connectBlocking,
      clock,
      redisClock: this.redisClock,
      log,
      onEntries: (id, entries) => this.#maps.get(id)?.receive(entries),
      onTrouble: (id, trouble) => this.#maps.get(id)?.receiveTrouble(trouble),
    })
    this.#shared = {
      source: options.source,
      tailer: this.#tailer,
      clock,
      redisClock: this.redisClock,
      broadcaster: this.broadcaster,
      pacer: new TickPacer(clock, options.framesPerSecond, options.tickMsMin),
      events: options.events,
      ringEntries: options.ringEntries,
      framesPerSecond: options.framesPerSecond,
      watchersElsewhere: options.watchersElsewhere ?? (() => 0),
      log,
    }
  }

  get size(): number {
    return this.#maps.size
  }

  /** The longest fan-out tick now, ms. */
  get tickMs(): number {
    return this.#shared.pacer.tickMs()
  }

  /** By partition: entries that the slowest mirror lacked when positions were last compared. */
  get lagByPartition(): ReadonlyMap<number, number> {
    return this.#tailer.lagByPartition
  }

  values(): IterableIterator<LiveMap> {
    return this.#maps.values()
  }

  open(performanceId: PerformanceId): Promise<LiveMap | undefined> {
    const open = this.#maps.get(performanceId)
    if (open !== undefined) {
      open.usedAtMs = this.#clock.nowMs()
      return Promise.resolve(open)
    }
    const opening = this.#opening.get(performanceId) ?? inNobodysName(() => this.#open(performanceId))
    this.#opening.set(performanceId, opening)
    return opening
  }

  peek(performanceId: PerformanceId): LiveMap | undefined {
    return this.#maps.get(performanceId)
  }

  forget(watcherId: string): void {
    for (const map of this.#maps.values()) map.unwatch(watcherId)
  }

  overdue(): LiveMap[] {
    return [...this.#maps.values()].filter((map) => map.overdueMs > OVERDUE_MS)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#cancelTick?.()
    for (const map of this.#maps.values()) map.close()
    this.#maps.clear()
    this.broadcaster.close()
    await this.#tailer.close()
  }

  async #open(performanceId: PerformanceId): Promise<LiveMap | undefined> {
    const { source, commands } = this.#options
    try {
      const facts = await source.loadPerformance(performanceId)
      if (facts === undefined) return undefined
      const { performance, layout } = facts
      await source.ensureLoaded(performance)
      if (!this.redisClock.known) {
        const askedMs = this.#clock.nowMs()
        const [seconds, microseconds] = await commands.time()
        this.redisClock.sample([Number(seconds), Number(microseconds)], askedMs)
      }
      const state = await source.readState(performance)
      if (state === undefined || this.#closed) throw new MapNotReadyError({ performanceId, retryInMs: OPEN_RETRY_MS })
      const map = new LiveMap(performance, layout, placeSeats(layout, performance.zones), state, this.#shared)
      this.#options.opened?.(map)
      this.#maps.set(performanceId, map)
      this.#cancelTick ??= this.#clock.after(TICK_MS, () => this.#tick())
      return map
    } catch (cause) {
      if (cause instanceof MapNotReadyError) throw cause
      throw new MapNotReadyError({ performanceId, retryInMs: OPEN_RETRY_MS }, { cause })
    } finally {
      this.#opening.delete(performanceId)
    }
  }

  #tick(): void {
    const idleSinceMs = this.#clock.nowMs() - (this.#options.idleMs ?? IDLE_MS)
    for (const [id, map] of this.#maps) {
      map.tick()
      // Holders are to hear how their holds end, watching or not.
      if (map.watcherCount > 0 || map.holdCount > 0 || map.usedAtMs > idleSinceMs) continue
      map.close()
      this.#maps.delete(id)
    }
    this.#cancelTick = this.#maps.size > 0 ? this.#clock.after(TICK_MS, () => this.#tick()) : undefined
  }
}
