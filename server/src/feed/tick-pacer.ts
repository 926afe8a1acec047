import type { Clock } from '@seatcast/shared/domain/clock.ts'

/** How long after its last delta a room counts, ms. Source: a guess: the first heartbeat's time, after which a map is quiet. */
const ACTIVE_MS = 1_000

/** Shares one worker's frames a second among all performances that change: the more watch, the longer the tick. */
export class TickPacer {
  readonly #clock: Clock
  readonly #framesPerSecond: number
  readonly #tickMsMin: number
  /** Rooms and when they last sent a delta, oldest first. */
  readonly #lastSentMs = new Map<{ readonly size: number }, number>()

  constructor(clock: Clock, framesPerSecond: number, tickMsMin: number) {
    this.#clock = clock
    this.#framesPerSecond = framesPerSecond
    this.#tickMsMin = tickMsMin
  }

  sent(room: { readonly size: number }): void {
    this.#lastSentMs.delete(room)
    this.#lastSentMs.set(room, this.#clock.nowMs())
  }

  /** The least time between two deltas of one performance, ms. */
  tickMs(): number {
    const oldestMs = this.#clock.nowMs() - ACTIVE_MS
    let watchers = 0
    for (const [room, sentMs] of this.#lastSentMs) {
      if (sentMs < oldestMs) this.#lastSentMs.delete(room)
      else watchers += room.size
    }
    return Math.max(this.#tickMsMin, (watchers * 1_000) / this.#framesPerSecond)
  }
}
