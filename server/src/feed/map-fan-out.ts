import type { Clock } from '@seatcast/shared/domain/clock.ts'
import { FIRST_HEARTBEAT_MS, HEARTBEAT_MS } from '@seatcast/shared/domain/limits.ts'
import type { PerformanceId } from '@seatcast/shared/domain/ids.ts'
import type { Position } from '@seatcast/shared/domain/revision.ts'
import type { MapDelta } from '@seatcast/shared/protocol/delta.ts'
import type { SaleChanged } from '@seatcast/shared/protocol/sale.ts'
import { heartbeat, takeDelta } from './delta-batcher.ts'
import { encodePacket } from './encoded-packet.ts'
import { RecentDeltas } from './recent-deltas.ts'
import type { RoomBroadcaster } from './room-broadcaster.ts'
import type { SeatMirror } from './seat-mirror.ts'
import type { TickPacer } from './tick-pacer.ts'
import type { EncodedPacket, Watcher } from './watcher.ts'
import { WatcherRoom } from './watcher-room.ts'

export interface MapFanOutOptions {
  readonly performanceId: PerformanceId
  readonly mirror: SeatMirror
  readonly clock: Clock
  readonly broadcaster: RoomBroadcaster
  readonly pacer: TickPacer
  /** Deltas kept for reconnecting clients. */
  readonly ringEntries: number
  /** The sale as it now is, for who may have missed a change. */
  readonly sale: () => SaleChanged
  /** Hears when the oldest change of each delta was written: Unix ms of Redis's clock. */
  readonly handedOver?: (scriptMs: number) => void
}

/**
 * Brings one performance's changes to its watchers on this worker: the first after a quiet time at once, then one delta
 * a tick; a heartbeat when it is quiet (F2). Answers where somebody joins from the ring.
 */
export class MapFanOut {
  readonly room: WatcherRoom
  readonly #options: MapFanOutOptions
  readonly #ring: RecentDeltas
  #lastFrameMs = -Infinity
  /** When the oldest change that waits for a delta was written. */
  #oldestScriptMs: number | undefined
  #cancelTick: (() => void) | undefined
  #cancelHeartbeat: (() => void) | undefined
  /** Catch-ups of slow watchers, by the revision they start from; true at #catchUpsTo. */
  readonly #catchUps = new Map<number, readonly EncodedPacket[]>()
  #catchUpsTo = -1

  constructor(options: MapFanOutOptions) {
    this.#options = options
    this.#ring = new RecentDeltas(options.ringEntries, options.mirror.position)
    this.room = new WatcherRoom(
      (from) => this.#catchUp(from),
      () => this.#roomIsIdle(),
    )
    this.#beatAfter(FIRST_HEARTBEAT_MS)
  }

  /** Adds the watcher; answers what it lacks since `from`, undefined: a snapshot. True at the mirror's position. */
  join(watcher: Watcher, from: Position | undefined): MapDelta[] | undefined {
    const { mirror, performanceId } = this.#options
    this.room.join(watcher, mirror.position)
    return from === undefined ? undefined : this.#ring.since(from, mirror, performanceId)
  }

  /** The mirror has moved on within its epoch, with changes that were written at `scriptMs` and later. */
  changed(scriptMs?: number): void {
    this.#oldestScriptMs ??= scriptMs
    // A broadcast that has not reached everybody yet: more would only queue up behind it.
    if (this.#cancelTick !== undefined || this.room.busy) return
    const { clock, pacer } = this.#options
    const waitMs = this.#lastFrameMs + pacer.tickMs() - clock.nowMs()
    if (waitMs <= 0) this.#flush()
    else
      this.#cancelTick = clock.after(waitMs, () => {
        this.#cancelTick = undefined
        this.#flush()
      })
  }

  /** The mirror jumped, into another epoch or over entries that nobody can know: everybody takes the state anew. */
  restarted(): void {
    const { mirror, performanceId } = this.#options
    const before = this.#ring.end
    this.#ring.restart(mirror.position)
    this.#oldestScriptMs = undefined
    mirror.clearDirty()
    const packet = encodePacket('map:reset', [performanceId, mirror.epoch, mirror.revision])
    this.#send(packet, before)
    this.#beatAfter(FIRST_HEARTBEAT_MS)
  }

  /** A packet of another kind to all watchers. */
  send(packet: EncodedPacket): void {
    this.#send(packet, this.#ring.end)
  }

  close(): void {
    this.#cancelTick?.()
    this.#cancelHeartbeat?.()
  }

  #roomIsIdle(): void {
    if (this.#ring.end.revision !== this.#options.mirror.revision) this.changed()
  }

  #flush(): void {
    const { mirror, performanceId, clock, pacer } = this.#options
    const before = this.#ring.end
    const delta = takeDelta(performanceId, mirror, this.#ring)
    if (delta === undefined) return
    this.#lastFrameMs = clock.nowMs()
    pacer.sent(this.room)
    if (this.room.size > 0) this.#send(encodePacket('map:delta', delta), before)
    if (this.#oldestScriptMs !== undefined) this.#options.handedOver?.(this.#oldestScriptMs)
    this.#oldestScriptMs = undefined
    this.#beatAfter(FIRST_HEARTBEAT_MS)
  }

  #beatAfter(delayMs: number): void {
    this.#cancelHeartbeat?.()
    this.#cancelHeartbeat = this.#options.clock.after(delayMs, () => {
      const { performanceId, mirror } = this.#options
      // What is pending goes out by itself, and its heartbeat follows it.
      if (this.room.size > 0 && !this.room.busy && this.#ring.end.revision === mirror.revision)
        this.#send(encodePacket('map:delta', heartbeat(performanceId, mirror)), this.#ring.end)
      this.#beatAfter(HEARTBEAT_MS)
    })
  }

  #send(packet: EncodedPacket, missedAt: Position): void {
    this.#options.broadcaster.broadcast(this.room, { packet, missedAt })
  }

  /** One coalesced delta; what the ring does not reach shows itself to the client as a gap (F6). */
  #catchUp(from: Position): readonly EncodedPacket[] {
    const { mirror, performanceId, sale } = this.#options
    const salePacket = encodePacket('sale:changed', sale())
    if (from.epoch !== mirror.epoch)
      return [encodePacket('map:reset', [performanceId, mirror.epoch, mirror.revision]), salePacket]
    if (this.#catchUpsTo !== mirror.revision) this.#catchUps.clear()
    this.#catchUpsTo = mirror.revision
    const known = this.#catchUps.get(from.revision)
    if (known !== undefined) return [...known, salePacket]
    const deltas = this.#ring.since(from, mirror, performanceId) ?? [heartbeat(performanceId, mirror)]
    const packets = deltas.map((delta) => encodePacket('map:delta', delta))
    this.#catchUps.set(from.revision, packets)
    return [...packets, salePacket]
  }
}
