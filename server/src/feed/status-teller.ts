import type { Clock } from '@seatcast/shared/domain/clock.ts'
import type { MapStatus } from '@seatcast/shared/protocol/delta.ts'
import { encodePacket } from './encoded-packet.ts'
import type { RoomBroadcaster } from './room-broadcaster.ts'
import type { EncodedPacket, Watcher } from './watcher.ts'
import type { WatcherRoom } from './watcher-room.ts'

/** Status goes to a watcher at most this often, ms, and takes at most this share of the worker's frames. Source: design; a guess. */
const STATUS_MS = 1_000
const STATUS_SHARE = 0.1
/** Watchers told one by one in a look. Source: about 11 µs a socket [design, section 5]: 5 ms. */
const ONE_BY_ONE_MAX = 500

export interface StatusTellerOptions {
  readonly clock: Clock
  readonly room: WatcherRoom
  readonly broadcaster: RoomBroadcaster
  readonly framesPerSecond: number
  readonly isLive: () => boolean
  readonly statusNow: () => MapStatus
}

interface EncodedStatus {
  readonly live: boolean
  /** Clock, ms. */
  readonly atMs: number
  readonly packet: EncodedPacket
}

/**
 * `map:status` of one performance: to all watchers at most once a second and when `live` changes, to a joiner at once.
 * Who got one of their own within the second, or was too slow for one, is told by themselves as soon as they may be.
 */
export class StatusTeller {
  readonly #with: StatusTellerOptions
  /** What all watchers were told last, and the latest that anybody was. */
  #told: EncodedStatus
  #latest: EncodedStatus
  /** Who was told something by themselves within the last second: when (clock, ms), and what. */
  readonly #alone = new Map<string, { readonly atMs: number; readonly text: string }>()
  /** Somebody was told by themselves what the others were not; it may be over when all are told next. */
  #someKnowMore = false
  /** Who is still to be told; true: that `live` changed, which does not wait for the second to be over. */
  readonly #owed = new Map<string, boolean>()

  constructor(options: StatusTellerOptions) {
    this.#with = options
    this.#told = this.#latest = this.#encode()
  }

  /** Counts at once, also on a map where nothing happens. A herd that joins gets one encoding. */
  joined(watcher: Watcher): void {
    if (this.#wasToldAlone(watcher.id)) this.#owed.set(watcher.id, false)
    else this.#tell(watcher)
  }

  /** Comes back within the second perhaps. */
  left(watcherId: string): void {
    this.#owed.delete(watcherId)
    const { atMs, packet } = this.#told
    if (!this.#wasToldAlone(watcherId)) this.#alone.set(watcherId, { atMs, text: packet.text })
  }

  /** Call it every 100 ms. */
  tick(): void {
    const { clock, room, framesPerSecond, isLive } = this.#with
    const nowMs = clock.nowMs()
    for (const id of this.#alone.keys()) if (!this.#wasToldAlone(id)) this.#alone.delete(id)
    if (room.size === 0) return this.#owed.clear()
    const everyMs = Math.max(STATUS_MS, (room.size * 1_000) / (framesPerSecond * STATUS_SHARE))
    const changed = isLive() !== this.#told.live
    if (changed || nowMs - this.#told.atMs >= everyMs) {
      const before = this.#told.packet.text
      this.#told = this.#latest = this.#encode()
      const isNews = this.#someKnowMore || this.#told.packet.text !== before
      this.#someKnowMore = false
      if (isNews) this.#broadcast(this.#told.packet, changed)
    }
    this.#tellOwed()
  }

  #broadcast(packet: EncodedPacket, urgent: boolean): void {
    const missed = (id: string): void => void this.#owed.set(id, urgent || this.#owed.get(id) === true)
    this.#with.broadcaster.broadcast(this.#with.room, {
      packet,
      missedAt: undefined,
      missed,
      withheld: (id) => {
        const alone = this.#wasToldAlone(id) ? this.#alone.get(id) : undefined
        if (alone === undefined || (urgent && alone.text !== packet.text)) {
          this.#owed.delete(id)
          return false
        }
        if (alone.text !== packet.text) missed(id)
        return true
      },
    })
  }

  #tellOwed(): void {
    const { room, broadcaster } = this.#with
    let left = ONE_BY_ONE_MAX
    for (const [id, urgent] of this.#owed) {
      const member = room.members.get(id)
      if (member === undefined) this.#owed.delete(id)
      if (member === undefined || member.aside !== undefined || broadcaster.isTooSlow(member.watcher)) continue
      if (this.#wasToldAlone(id) && !urgent) continue
      if (left-- <= 0) return
      this.#owed.delete(id)
      this.#tell(member.watcher)
    }
  }

  #tell(watcher: Watcher): void {
    const { clock, broadcaster, isLive } = this.#with
    const isFresh = clock.nowMs() - this.#latest.atMs < STATUS_MS && this.#latest.live === isLive()
    if (!isFresh) this.#latest = this.#encode()
    const { text } = this.#latest.packet
    this.#alone.set(watcher.id, { atMs: clock.nowMs(), text })
    if (text !== this.#told.packet.text) this.#someKnowMore = true
    broadcaster.sendOne(watcher, this.#latest.packet)
  }

  /** Within the last second. */
  #wasToldAlone(watcherId: string): boolean {
    return this.#with.clock.nowMs() - (this.#alone.get(watcherId)?.atMs ?? -Infinity) < STATUS_MS
  }

  #encode(): EncodedStatus {
    const status = this.#with.statusNow()
    return { live: status.live, atMs: this.#with.clock.nowMs(), packet: encodePacket('map:status', status) }
  }
}
