import type { PerformanceId } from '@seatcast/shared/domain/ids.ts'
import type { Position } from '@seatcast/shared/domain/revision.ts'
import type { MapDelta } from '@seatcast/shared/protocol/delta.ts'
import { packStatus } from '@seatcast/shared/protocol/seat-codec.ts'
import type { SeatMirror } from './seat-mirror.ts'

/** Seats changed between two revisions of one epoch. Which status they have now, the mirror knows. */
export interface RecentChange {
  readonly from: number
  readonly to: number
  readonly seats: readonly number[]
}

/**
 * The latest changes of one performance, gapless, bounded by entries: answers who was away for a moment, without Redis.
 *
 *    sent deltas, one entry each              not sent yet
 *   ├ 40..44 ┼ 44..45 ┼ … ┼ 71..76 ┤ 76..79 in the mirror ┤
 *        ▲ a caller at 42 gets one delta 42..79
 */
export class RecentDeltas {
  readonly #entries: (RecentChange | undefined)[]
  /** Where the next entry goes; the entries before it, wrapping around, are ever older. */
  #next = 0
  #count = 0
  #end: Position

  constructor(entriesMax: number, end: Position) {
    this.#entries = Array.from<RecentChange | undefined>({ length: entriesMax })
    this.#end = end
  }

  /** Up to where everything has been sent. */
  get end(): Position {
    return this.#end
  }

  /** The mirror jumped: nothing of before helps anybody (F3). */
  restart(end: Position): void {
    this.#entries.fill(undefined)
    this.#next = 0
    this.#count = 0
    this.#end = end
  }

  add(change: RecentChange): void {
    this.#entries[this.#next] = change
    this.#next = (this.#next + 1) % this.#entries.length
    this.#count = Math.min(this.#count + 1, this.#entries.length)
    this.#end = { epoch: this.#end.epoch, revision: change.to }
  }

  /**
   * What a caller at `from` lacks of the mirror, as one delta; an empty list when in step or ahead. Undefined: the ring
   * does not reach, or the answer would be longer than a snapshot: take the snapshot.
   */
  since(from: Position, mirror: SeatMirror, performanceId: PerformanceId): MapDelta[] | undefined {
    if (from.epoch !== mirror.epoch || from.epoch !== this.#end.epoch) return undefined
    if (from.revision >= mirror.revision) return []
    const seats = this.#seatsSince(from.revision, mirror)
    if (seats === undefined || seats.size > catchUpSeatsMax(mirror.states.length)) return undefined
    const packed = Array.from(seats, (seat) => packStatus(seat, mirror.statusOf(seat)))
    return [[performanceId, mirror.epoch, from.revision, mirror.revision, packed]]
  }

  #seatsSince(revision: number, mirror: SeatMirror): Set<number> | undefined {
    const seats = new Set(mirror.dirtySeats)
    let reached = this.#end.revision
    for (let age = 1; reached > revision; age++) {
      const change = this.#entries[(this.#next - age + this.#entries.length) % this.#entries.length]
      if (change === undefined || age > this.#count) return undefined
      for (const seat of change.seats) seats.add(seat)
      reached = change.from
    }
    return seats
  }
}

/**
 * The most seats a catch-up may name: beyond, a snapshot is shorter. Source: a packed seat takes about 7 bytes, a seat of
 * a compressed snapshot about a fifth of a byte (60,000 seats in 12.5 KB).
 */
const catchUpSeatsMax = (seatCount: number): number => Math.max(32, Math.floor(seatCount / 32))
