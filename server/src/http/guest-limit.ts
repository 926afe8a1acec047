import type { Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import { GUEST_COUNT_PREFIX } from '../redis/keys.ts'

/** Takes one guest of a hashed address. 0: it may come; else ms until the next may. */
export type GuestLimit = (addressHash: string) => Promise<number>

const WINDOW_SECONDS = 60

/** Guests a minute per address, counted in Redis for all nodes; while Redis is away, or without one, by each worker alone. */
export function guestLimit(redis: Redis | undefined, guestsPerMinute: number): GuestLimit {
  const rule = { points: guestsPerMinute, duration: WINDOW_SECONDS }
  const alone = new RateLimiterMemory(rule)
  const limiter =
    redis === undefined
      ? alone
      : new RateLimiterRedis({
          ...rule,
          storeClient: redis,
          keyPrefix: GUEST_COUNT_PREFIX,
          rejectIfRedisNotReady: true,
          // Who is above the limit is refused without asking Redis again.
          inMemoryBlockOnConsumed: guestsPerMinute + 1,
          insuranceLimiter: alone,
        })
  return async (addressHash) => {
    try {
      await limiter.consume(addressHash)
      return 0
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return Math.max(1, refusal.msBeforeNext)
      throw refusal
    }
  }
}
