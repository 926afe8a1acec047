import { SeatStore } from '../../../client/src/store/seat-store.ts'
import { MapFeed } from '../../../client/src/connection/map-feed.ts'
import type { Position } from '@seatcast/shared/domain/revision.ts'
import type { MapDelta, MapReset, MapStatus, Snapshot } from '@seatcast/shared/protocol/delta.ts'
import type { AckNamed } from '@seatcast/shared/protocol/events.ts'
import type { EncodedPacket, Watcher } from '../../src/feed/watcher.ts'
import type { SimClock } from './convergence-clock.ts'
import type { Random } from './convergence-random.ts'
import { PERFORMANCE_ID, type SimWorker } from './convergence-worker.ts'

/** How a client's network is. */
export interface LinkQuality {
  /** Longest one-way time, ms. */
  readonly delayMs: number
  /** Share of packets that never arrive, acks included. */
  readonly loss: number
  /** Packets may overtake each other. */
  readonly reorders: boolean
}

const ASK_TIMEOUT_MS = 3_000
/** What a cache in front of the snapshot route keeps, ms. Source: its max-age. */
const CACHE_MS = 1_000

/** One shared cache of snapshots: what a CDN would have. */
export class SnapshotCache {
  #body: { readonly json: string; readonly atMs: number } | undefined

  async get(clock: SimClock, worker: SimWorker, min: Position | undefined): Promise<string> {
    if (min === undefined && this.#body !== undefined && clock.nowMs() - this.#body.atMs < CACHE_MS)
      return this.#body.json
    const snapshot = await worker.map.snapshot(min)
    const { position } = snapshot
    const reached =
      min === undefined ||
      position.epoch > min.epoch ||
      (position.epoch === min.epoch && position.revision >= min.revision)
    if (!worker.map.live || !reached) throw new Error('503')
    const json = snapshot.json.toString()
    if (min === undefined) this.#body = { json, atMs: clock.nowMs() }
    return json
  }
}

/** A buyer's browser: the real feed and store behind a modelled network. */
export class SimClient {
  readonly store: SeatStore
  readonly feed: MapFeed
  /** Sent `map:watch` since the last connect. */
  asks = 0
  readonly #id: string
  readonly #clock: SimClock
  readonly #random: Random
  quality: LinkQuality
  #worker: SimWorker | undefined
  #connection = 0
  /** Nothing leaves the server's buffer before this. */
  #stalledUntilMs = 0
  #buffered = 0
  #lastArrivalMs = 0

  constructor(
    id: string,
    clock: SimClock,
    random: Random,
    seatCount: number,
    quality: LinkQuality,
    snapshots: { readonly cache: SnapshotCache; readonly workers: readonly SimWorker[] },
  ) {
    this.#id = id
    this.#clock = clock
    this.#random = random
    this.quality = quality
    this.store = new SeatStore(seatCount)
    this.feed = new MapFeed({
      performanceId: PERFORMANCE_ID,
      store: this.store,
      clock,
      random: () => random.unit(),
      ask: ({ epoch, revision }) =>
        this.#ask(epoch === undefined || revision === undefined ? undefined : { epoch, revision }),
      fetchSnapshot: async (min) => {
        await this.#pass()
        const json = await snapshots.cache.get(clock, random.pick(snapshots.workers), min)
        await this.#pass()
        return JSON.parse(json) as Snapshot
      },
    })
  }

  get connected(): boolean {
    return this.#worker !== undefined
  }

  connect(worker: SimWorker): void {
    this.disconnect()
    this.#worker = worker
    this.asks = 0
    this.feed.connected()
  }

  disconnect(): void {
    this.#worker?.map.unwatch(this.#watcherId)
    this.#worker = undefined
    this.#connection++
    this.#buffered = 0
    this.#stalledUntilMs = 0
    this.feed.disconnected()
  }

  /** The server holds the connection for ended, and the client does not know. */
  halfOpen(): void {
    this.#worker?.map.unwatch(this.#watcherId)
  }

  /** The network takes nothing for a while: packets pile up in the server's buffer. */
  stall(ms: number): void {
    this.#stalledUntilMs = this.#clock.nowMs() + ms
  }

  get #watcherId(): string {
    return `${this.#id}-${this.#connection}`
  }

  #ask(from: Position | undefined): Promise<AckNamed<'map:watch'>> {
    this.asks++
    const connection = this.#connection
    return new Promise((resolve, reject) => {
      this.#clock.after(ASK_TIMEOUT_MS, () => reject(new Error('timeout')))
      if (this.#random.chance(this.quality.loss)) return
      this.#clock.after(this.#delayMs(), () => {
        if (connection !== this.#connection || this.#worker === undefined) return
        const reply = this.#worker.map.watch(this.#watcher(), 'buyer', from)
        const text = JSON.stringify({ ok: true, ...reply })
        this.#deliver(() => resolve(JSON.parse(text) as AckNamed<'map:watch'>))
      })
    })
  }

  #watcher(): Watcher {
    return {
      id: this.#watcherId,
      writeBufferLength: () => this.#buffered,
      send: ({ text }: EncodedPacket) => this.#deliver(() => this.#receive(text)),
      close: () => {
        const worker = this.#worker
        if (worker === undefined) return
        this.disconnect()
        this.#clock.after(this.#random.between(50, 500), () => this.connect(worker))
      },
    }
  }

  /** From the server to here. In order unless the link reorders. */
  #deliver(arrive: () => void): void {
    if (this.#random.chance(this.quality.loss)) return
    const connection = this.#connection
    const leavesMs = Math.max(this.#clock.nowMs(), this.#stalledUntilMs)
    if (leavesMs > this.#clock.nowMs()) {
      this.#buffered++
      this.#clock.after(leavesMs - this.#clock.nowMs(), () => {
        if (connection === this.#connection) this.#buffered--
      })
    }
    let arrivesMs = leavesMs + this.#delayMs()
    if (!this.quality.reorders) arrivesMs = this.#lastArrivalMs = Math.max(arrivesMs, this.#lastArrivalMs)
    this.#clock.after(arrivesMs - this.#clock.nowMs(), () => {
      if (connection === this.#connection) arrive()
    })
  }

  #receive(text: string): void {
    const [event, payload] = JSON.parse(text.slice(1)) as [string, unknown]
    if (event === 'map:delta') this.feed.receiveDelta(payload as MapDelta)
    else if (event === 'map:reset') this.feed.receiveReset(payload as MapReset)
    else if (event === 'map:status') this.feed.receiveStatus(payload as MapStatus)
  }

  /** One way over HTTP: late, never lost for good without a fault. */
  #pass(): Promise<void> {
    return new Promise((resolve, reject) => {
      const lost = this.#random.chance(this.quality.loss)
      this.#clock.after(this.#delayMs(), () => (lost ? reject(new Error('network')) : resolve()))
    })
  }

  #delayMs(): number {
    return this.#random.between(0, this.quality.delayMs)
  }
}
