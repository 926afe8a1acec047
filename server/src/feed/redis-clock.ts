import type { Clock } from '@seatcast/shared/domain/clock.ts'

/** A sample that took longer tells little, ms. Source: a guess: ten times a healthy round trip under load. */
const ROUND_TRIP_MS_MAX = 100

/** Redis's TIME as this process knows it, from samples; deadlines and openings are moments of that clock (design, rule 6). */
export class RedisClock {
  readonly #clock: Clock
  /** Redis's Unix ms when the local clock was 0; undefined before the first sample. */
  #originMs: number | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get known(): boolean {
    return this.#originMs !== undefined
  }

  /** Unix ms. Before the first sample: 0, so that nothing counts as overdue. */
  nowMs(): number {
    return this.#originMs === undefined ? 0 : this.#originMs + this.#clock.nowMs()
  }

  /** `time`: TIME's reply [s, µs], asked for at `askedMs` of the local clock. */
  sample(time: readonly [seconds: number, microseconds: number], askedMs: number): void {
    const answeredMs = this.#clock.nowMs()
    if (this.known && answeredMs - askedMs > ROUND_TRIP_MS_MAX) return
    this.#originMs = time[0] * 1_000 + time[1] / 1_000 - (askedMs + answeredMs) / 2
  }
}
