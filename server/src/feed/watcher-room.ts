import type { Position } from '@seatcast/shared/domain/revision.ts'
import type { EncodedPacket, Watcher } from './watcher.ts'

/** A packet for everybody in a room. */
export interface Broadcast {
  readonly packet: EncodedPacket
  /** Where a watcher stays who misses it; undefined: missing it does no harm (status). */
  readonly missedAt: Position | undefined
  /** Told of each watcher who was too slow for it. */
  readonly missed?: (watcherId: string) => void
  /** Asked at each watcher's turn: true: not to this one. */
  readonly withheld?: (watcherId: string) => boolean
}

/** One watcher of one performance. */
export interface Member {
  readonly watcher: Watcher
  /** Set while it is too slow: since when (clock, ms), and the position of what it last got. */
  aside: { readonly sinceMs: number; from: Position } | undefined
}

/** A broadcast under way: who is still to get it. */
export interface Delivery {
  readonly broadcast: Broadcast
  readonly rest: Iterator<Member>
}

/** Who watches one performance on this worker, what is still to be sent to them, and who is too slow. */
export class WatcherRoom {
  readonly members = new Map<string, Member>()
  readonly aside = new Set<Member>()
  /** In order; the first is under way. */
  readonly deliveries: Delivery[] = []
  /** Packets that bring a watcher from a position to now. */
  readonly catchUp: (from: Position) => readonly EncodedPacket[]
  /** Told when everything has been sent. */
  readonly idle: () => void

  constructor(catchUp: (from: Position) => readonly EncodedPacket[], idle: () => void) {
    this.catchUp = catchUp
    this.idle = idle
  }

  get size(): number {
    return this.members.size
  }

  get busy(): boolean {
    return this.deliveries.length > 0
  }

  /** Watching again is idempotent; a slow watcher stays slow, but now is at `at`. */
  join(watcher: Watcher, at: Position): void {
    const member = this.members.get(watcher.id)
    if (member === undefined) this.members.set(watcher.id, { watcher, aside: undefined })
    else if (member.aside !== undefined) member.aside.from = at
  }

  leave(watcherId: string): boolean {
    const member = this.members.get(watcherId)
    if (member === undefined) return false
    this.aside.delete(member)
    return this.members.delete(watcherId)
  }

  setAside(member: Member, sinceMs: number, from: Position): void {
    member.aside = { sinceMs, from }
    this.aside.add(member)
  }

  takeBack(member: Member): void {
    member.aside = undefined
    this.aside.delete(member)
  }
}
