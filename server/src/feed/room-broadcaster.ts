import type { Clock } from '@seatcast/shared/domain/clock.ts'
import { FrameTotals } from './frame-totals.ts'
import type { EncodedPacket, Watcher } from './watcher.ts'
import type { Broadcast, Member, WatcherRoom } from './watcher-room.ts'

export interface BroadcasterOptions {
  readonly clock: Clock
  /** Runs `work` in a later turn of the event loop, after its I/O: setImmediate. */
  readonly nextTurn: (work: () => void) => void
  /** Sockets written to in one turn. */
  readonly slicePerTurn: number
  /** Packets in a socket's write buffer from which on it is too slow. */
  readonly slowAtPackets: number
  /** A watcher that stays too slow for this long is dropped, ms. */
  readonly dropAfterMs: number
}

/**
 * Source: load-tests/README.md, rival: about 11 µs a socket, so that a command waits for half a millisecond at most; with
 * slices of 250, the first in the turn of the change, holds took 11 to 25 ms (p99) instead of 5 to 9.
 */
export const SLICE_PER_TURN = 50
/** Source: a guess: a quarter of a second of frames at the shortest tick; a healthy socket has none. */
export const SLOW_AT_PACKETS = 10
/** Source: a guess: two heartbeats; a phone in a lift comes back by reconnecting. */
export const DROP_AFTER_MS = 10_000
/** How often slow watchers are looked at, ms. Source: a guess: half a reaction time. */
const ASIDE_CHECK_MS = 100

/**
 * Writes each packet to all watchers of a room, a few dozen per turn of the event loop, rooms in turn, so that no
 * broadcast blocks the worker: answers to commands come in between, and first of all. Packets of one room keep their order
 * for every socket: the next begins when the one before has reached everybody. Too slow sockets are set aside, caught up
 * once they drain, dropped if they do not (F6).
 */
export class RoomBroadcaster {
  readonly totals = new FrameTotals()
  /** What became of slow watchers since the start; who leaves by themselves is neither caught up nor dropped. */
  readonly slowTotals = { 'set aside': 0, 'caught up': 0, dropped: 0 }
  readonly #options: BroadcasterOptions
  /** Rooms with something to send, in turn. */
  readonly #busyRooms: WatcherRoom[] = []
  #scheduled = false
  /** Rooms with slow watchers. */
  readonly #slowRooms = new Set<WatcherRoom>()
  #cancelAsideCheck: (() => void) | undefined

  constructor(options: BroadcasterOptions) {
    this.#options = options
  }

  /** Begins after this turn's I/O: the answer to the command that made the change comes with it, and goes out first. */
  broadcast(room: WatcherRoom, broadcast: Broadcast): void {
    if (room.size === 0) return
    room.deliveries.push({ broadcast, rest: room.members.values() })
    if (room.deliveries.length === 1) this.#busyRooms.push(room)
    this.#turnLater()
  }

  /** To one watcher, at once. */
  sendOne(watcher: Watcher, packet: EncodedPacket): void {
    this.totals.add(packet, 1)
    watcher.send(packet)
  }

  isTooSlow(watcher: Watcher): boolean {
    return watcher.writeBufferLength() >= this.#options.slowAtPackets
  }

  /** Nothing more is sent to anybody. */
  close(): void {
    this.#busyRooms.length = 0
    this.#cancelAsideCheck?.()
  }

  #turnLater(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    this.#options.nextTurn(() => this.#turn())
  }

  #turn(): void {
    this.#scheduled = false
    const room = this.#busyRooms.shift()
    if (room === undefined) return
    this.#sendSlice(room)
    if (room.busy) this.#busyRooms.push(room)
    if (this.#busyRooms.length > 0) this.#turnLater()
    if (!room.busy) room.idle()
  }

  #sendSlice(room: WatcherRoom): void {
    let left = this.#options.slicePerTurn
    for (let delivery = room.deliveries[0]; delivery !== undefined; delivery = room.deliveries[0]) {
      const { broadcast, rest } = delivery
      let sent = 0
      let done = false
      for (; left > 0 && !done; left--) {
        const next = rest.next()
        if (next.done === true) done = true
        else if (this.#sendTo(room, next.value, broadcast)) sent++
      }
      this.totals.add(broadcast.packet, sent)
      if (!done) return
      room.deliveries.shift()
    }
  }

  /** False: it was too slow for that, or is not to have it. */
  #sendTo(room: WatcherRoom, member: Member, { packet, missedAt, missed, withheld }: Broadcast): boolean {
    if (withheld?.(member.watcher.id) === true) return false
    if (member.aside === undefined && !this.isTooSlow(member.watcher)) {
      member.watcher.send(packet)
      return true
    }
    missed?.(member.watcher.id)
    if (member.aside !== undefined) return false
    if (missedAt !== undefined) {
      this.slowTotals['set aside']++
      room.setAside(member, this.#options.clock.nowMs(), missedAt)
      this.#slowRooms.add(room)
      this.#checkAsideLater()
    }
    return false
  }

  #checkAsideLater(): void {
    this.#cancelAsideCheck ??= this.#options.clock.after(ASIDE_CHECK_MS, () => {
      this.#cancelAsideCheck = undefined
      for (const room of this.#slowRooms) {
        this.#checkAside(room)
        if (room.aside.size === 0) this.#slowRooms.delete(room)
      }
      if (this.#slowRooms.size > 0) this.#checkAsideLater()
    })
  }

  #checkAside(room: WatcherRoom): void {
    let left = this.#options.slicePerTurn
    for (const member of room.aside) {
      if (member.aside === undefined) continue
      if (member.watcher.writeBufferLength() === 0) {
        if (left-- <= 0) continue
        const { from } = member.aside
        this.slowTotals['caught up']++
        room.takeBack(member)
        for (const packet of room.catchUp(from)) this.sendOne(member.watcher, packet)
      } else if (this.#options.clock.nowMs() - member.aside.sinceMs >= this.#options.dropAfterMs) {
        this.slowTotals.dropped++
        room.leave(member.watcher.id)
        member.watcher.close()
      }
    }
  }
}
