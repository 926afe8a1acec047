import type { PerformanceId, UserId } from '@seatcast/shared/domain/ids.ts'
import type { Clock } from '@seatcast/shared/domain/clock.ts'
import type { Layout } from '@seatcast/shared/domain/layout.ts'
import type { Position } from '@seatcast/shared/domain/revision.ts'
import type { ReplyOf } from '@seatcast/shared/protocol/command.ts'
import type { MapStatus } from '@seatcast/shared/protocol/delta.ts'
import type { SaleStatus } from '@seatcast/shared/protocol/sale.ts'
import type { Mine, watchMap } from '@seatcast/shared/protocol/watch.ts'
import type { Logger } from 'pino'
import type { Performance } from '../catalogue/performance.ts'
import type { StoredEntry } from '../redis/map-stream.ts'
import { groupOf } from '../seats/group-commands.ts'
import { encodePacket } from './encoded-packet.ts'
import type { EncodedSnapshot, FeedEvents, LiveMapView, MirrorView } from './feed-contract.ts'
import { MapFanOut } from './map-fan-out.ts'
import { trustworthyState } from './map-rebuild.ts'
import type { MapSource, MapState } from './map-source.ts'
import type { RedisClock } from './redis-clock.ts'
import type { RoomBroadcaster } from './room-broadcaster.ts'
import { SaleClock } from './sale-clock.ts'
import { type EntryVerdict, SeatMirror } from './seat-mirror.ts'
import type { SeatPlaces } from './seat-places.ts'
import { SnapshotDesk } from './snapshot-desk.ts'
import { StatusTeller } from './status-teller.ts'
import type { StreamTailer, TailTrouble } from './stream-tailer.ts'
import type { TickPacer } from './tick-pacer.ts'
import type { Watcher } from './watcher.ts'

/** What all maps of a worker share. */
export interface LiveMapDependencies {
  readonly source: MapSource
  readonly tailer: Pick<StreamTailer, 'follow' | 'unfollow' | 'staleMs'>
  readonly clock: Clock
  readonly redisClock: RedisClock
  readonly broadcaster: RoomBroadcaster
  readonly pacer: TickPacer
  readonly events: FeedEvents
  readonly ringEntries: number
  readonly framesPerSecond: number
  /** Sockets that watch it on other workers and nodes, as far as known. */
  readonly watchersElsewhere: (performanceId: PerformanceId) => number
  readonly log: Logger
}

/** A copy that was not confirmed for this long is stale, ms. Source: F8 gives 2 s, looked at every 100 ms. */
const STALE_MS = 1_700

type Trouble = TailTrouble | 'stuck hold'

/** One performance on this worker: its mirror, kept in step with the stream, and its watchers, kept in step with the mirror. */
export class LiveMap implements LiveMapView {
  readonly performance: Performance
  readonly layout: Layout
  readonly zoneOfSeat: Uint8Array
  readonly #mirror: SeatMirror
  readonly #with: LiveMapDependencies
  readonly #fanOut: MapFanOut
  readonly #sale: SaleClock
  readonly #desk: SnapshotDesk
  readonly #closing = new AbortController()
  #rebuilding = false
  readonly #status: StatusTeller
  /** When somebody last asked for it (clock, ms). */
  usedAtMs: number

  constructor(
    performance: Performance,
    layout: Layout,
    places: SeatPlaces,
    state: MapState,
    shared: LiveMapDependencies,
  ) {
    this.performance = performance
    this.layout = layout
    this.zoneOfSeat = places.zoneOfSeat
    this.#with = shared
    this.usedAtMs = shared.clock.nowMs()
    this.#mirror = new SeatMirror(state, places.cells)
    this.#sale = new SaleClock(performance.id, this.#mirror, shared.redisClock)
    this.#desk = new SnapshotDesk(this.#mirror, shared.clock)
    const { clock, broadcaster, pacer, ringEntries, events, redisClock } = shared
    this.#fanOut = new MapFanOut({
      performanceId: performance.id,
      mirror: this.#mirror,
      clock,
      broadcaster,
      pacer,
      ringEntries,
      sale: () => this.#sale.now,
      handedOver: (scriptMs) => events.changePropagated?.(redisClock.nowMs() - scriptMs),
    })
    shared.tailer.follow(performance, state)
    this.#status = new StatusTeller({
      clock,
      room: this.#fanOut.room,
      broadcaster,
      framesPerSecond: shared.framesPerSecond,
      isLive: () => this.live,
      statusNow: () => this.#statusNow(),
    })
  }

  get mirror(): MirrorView {
    return this.#mirror
  }

  get target(): LiveMapView['target'] {
    return { id: this.performance.id, partition: this.performance.partition, epoch: this.#mirror.epoch }
  }

  get live(): boolean {
    return !this.#rebuilding && this.#with.tailer.staleMs(this.performance.id) < STALE_MS
  }

  get saleStatus(): SaleStatus {
    return this.#sale.status
  }

  get opensInMs(): number | null {
    return this.#sale.opensInMs
  }

  get watcherCount(): number {
    return this.#fanOut.room.size
  }

  get holdCount(): number {
    return this.#mirror.holdCount
  }

  /** By Redis's clock, ms; negative: not yet. */
  get overdueMs(): number {
    return this.#with.redisClock.nowMs() - this.#mirror.oldestDeadlineMs
  }

  watch(watcher: Watcher, buyer: UserId, from?: Position): ReplyOf<typeof watchMap> {
    const isNew = !this.#fanOut.room.members.has(watcher.id)
    const deltas = this.#fanOut.join(watcher, from)
    if (isNew) this.#status.joined(watcher)
    return {
      ...this.#mirror.position,
      ...(deltas && { deltas }),
      mine: this.mineOf(buyer),
      status: this.saleStatus,
      opensInMs: this.opensInMs,
    }
  }

  unwatch(watcherId: string): void {
    if (!this.#fanOut.room.leave(watcherId)) return
    this.usedAtMs = this.#with.clock.nowMs()
    this.#status.left(watcherId)
  }

  mineOf(buyer: UserId): Mine {
    const hold = this.#mirror.holdOf(buyer)
    return {
      hold: hold
        ? { holdId: hold.holdId, seats: [...hold.seats], expiresInMs: this.#holdLeftMs(hold.deadlineMs) }
        : null,
      orders: this.#mirror.ordersOf(buyer).map(({ orderId, status, seats, deadlineMs }) => ({
        orderId,
        status,
        seats: [...seats],
        expiresInMs: status === 'paid' ? 0 : this.#expiresInMs(deadlineMs),
      })),
    }
  }

  snapshot(min?: Position): Promise<EncodedSnapshot> {
    return this.#desk.get(min)
  }

  /** What the tailer read. */
  receive(entries: readonly StoredEntry[]): void {
    const before = this.#mirror.revision
    let verdict: EntryVerdict = 'applied'
    let oldestScriptMs: number | undefined
    for (const entry of entries) {
      verdict = this.#mirror.apply(entry)
      if (verdict === 'applied') oldestScriptMs ??= entry.atMs
      if (verdict !== 'applied' && verdict !== 'stale') break
    }
    if (this.#mirror.revision !== before) {
      this.#fanOut.changed(oldestScriptMs)
      this.#moved()
    }
    if (verdict !== 'applied' && verdict !== 'stale') void this.#rebuild(verdict)
  }

  /** What the tailer could not read, or Redis does not end (`stuck hold`). */
  receiveTrouble(trouble: Trouble): void {
    void this.#rebuild(trouble)
  }

  /** Looks at what only time changes. Called every 100 ms. */
  tick(): void {
    this.#tellSale()
    this.#status.tick()
  }

  close(): void {
    this.#closing.abort()
    this.#with.tailer.unfollow(this.performance.id)
    this.#fanOut.close()
    this.#desk.close()
  }

  /** The mirror is at another position. */
  #moved(): void {
    this.#desk.changed()
    this.#tellHolds()
    this.#tellSale()
  }

  #tellHolds(): void {
    const { holdChanged, groupHoldChanged, holdExpired } = this.#with.events
    for (const change of this.#mirror.takeHoldChanges()) {
      if (change.reason === 'expired' && change.scriptMs !== undefined)
        holdExpired?.(this.performance.id, change.scriptMs - change.deadlineMs)
      const groupId = groupOf(change.buyer)
      const ended = change.seats.length === 0
      const leftMs = groupId === undefined ? this.#holdLeftMs(change.deadlineMs) : this.#expiresInMs(change.deadlineMs)
      const told = {
        performanceId: this.performance.id,
        holdId: ended ? null : change.holdId,
        seats: [...change.seats],
        expiresInMs: ended ? 0 : leftMs,
        ...change.at,
        reason: change.reason,
      }
      if (groupId === undefined) holdChanged?.(change.buyer, told)
      else groupHoldChanged?.(groupId, told)
    }
  }

  #tellSale(): void {
    const change = this.#sale.takeChange()
    if (change === undefined) return
    this.#fanOut.send(encodePacket('sale:changed', change))
    this.#with.events.saleChanged?.(change)
  }

  /** Takes the whole state anew where entries cannot help; watchers are told to do the same, buyers what became of their holds (R5). */
  async #rebuild(cause: Trouble | EntryVerdict): Promise<void> {
    if (this.#rebuilding || this.#closing.signal.aborted) return
    const { tailer, source, clock, log } = this.#with
    const { id } = this.performance
    const { epoch, revision, chain } = this.#mirror
    log.info({ performanceId: id, cause, epoch, revision }, 'map rebuild began')
    this.#rebuilding = true
    tailer.unfollow(id)
    const seen = {
      epoch,
      revision,
      chain,
      rewritten: cause === 'chain broken' || cause === 'rewritten',
      holds: this.#mirror.holds,
    }
    const state = await trustworthyState(source, this.performance, seen, { clock, log, signal: this.#closing.signal })
    if (state === undefined) return
    this.#rebuilding = false
    // The link was down and nothing was lost: the entries in between come by themselves.
    const follows = cause === 'reconnected' && state.epoch === epoch
    tailer.follow(this.performance, follows ? { epoch, revision, chain } : state)
    if (follows || (state.epoch === epoch && state.revision === revision)) return
    // Not as a delta of what differs: a client who comes from another node may be between the two positions.
    this.#mirror.jumpTo(state)
    this.#fanOut.restarted()
    this.#moved()
    this.#with.events.mapRestarted?.(cause, this.watcherCount)
    log.info({ performanceId: id, cause, epoch: state.epoch, revision: state.revision }, 'map rebuilt')
  }

  #statusNow(): MapStatus {
    return {
      performanceId: this.performance.id,
      live: this.live,
      watchers: this.watcherCount + this.#with.watchersElsewhere(this.performance.id),
      sections: this.#mirror.availableBySection(),
    }
  }

  /** Redis's clock is known to half a round trip: a hold never seems to last longer than a hold does. */
  #holdLeftMs(deadlineMs: number): number {
    return Math.min(this.#expiresInMs(deadlineMs), this.performance.holdSeconds * 1_000)
  }

  #expiresInMs(deadlineMs: number): number {
    return Math.max(0, Math.round(deadlineMs - this.#with.redisClock.nowMs()))
  }
}
