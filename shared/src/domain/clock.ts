/** Time and timers as a parameter, so that tests pass their own. Only durations between its values mean anything. */
export interface Clock {
  /** Monotonic, ms. */
  nowMs(): number
  /** Runs `act` once after `delayMs`; the answer cancels it. */
  after(delayMs: number, act: () => void): () => void
}
