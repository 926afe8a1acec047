import type { Clock } from '@seatcast/shared/domain/clock.ts'

/** The process's own clock. Its timers keep no process alive. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  after(delayMs, act) {
    const timer = setTimeout(act, delayMs).unref()
    return () => clearTimeout(timer)
  },
}
