/** How a lost connection is made again; the defaults are those of socket.io-client. */
export interface Reconnection {
  /** Attempts in a row before giving up. Default: no end. */
  readonly attempts: number
  /** Wait before the first attempt, ms; doubled for each that fails. */
  readonly delayMs: number
  readonly delayMsMax: number
  /** 0 to 1: the wait is moved by up to this share of itself, up or down, so that a crowd does not come back as one. */
  readonly jitter: number
}

export const DEFAULT_RECONNECTION: Reconnection = { attempts: Infinity, delayMs: 1_000, delayMsMax: 5_000, jitter: 0.5 }

/** ms to wait before attempt `attempt` (from 0). `random`: 0 ≤ n < 1. */
export function backoffMs(rule: Reconnection, attempt: number, random: () => number): number {
  // Above 2^30 the cap rules anyway, and 2 ** 1100 is Infinity, whose jitter would be none.
  const delayMs = Math.min(rule.delayMsMax, rule.delayMs * 2 ** Math.min(attempt, 30))
  return Math.min(rule.delayMsMax, delayMs * (1 + rule.jitter * (2 * random() - 1)))
}
