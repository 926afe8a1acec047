import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { repeat, type Repeating } from '../lifecycle/repeat.ts'

/** How often Redis is asked whether it answers, ms. Source: with PATIENCE_MS it is found hanging within 2 s. */
const ASK_MS = 500
/** Source: a guess: 500 times a long script; COMMAND_TIMEOUT_MS comes after it. */
const PATIENCE_MS = 1_500

export interface RedisWatch extends Repeating {
  /** Its connection is up and the last question was answered in time. */
  readonly answers: boolean
}

/**
 * Asks Redis all the time: a server that hangs, or a line that swallows everything, keeps its connections open. `onAnswer`
 * hears how long each answer took, ms.
 */
export function watchRedis(redis: Redis, log: Logger, onAnswer?: (elapsedMs: number) => void): RedisWatch {
  let answered = true
  const loop = repeat({ name: 'watch-redis', intervalMs: ASK_MS, backoffMsMax: ASK_MS, log }, async () => {
    // A connection that is not up needs no question.
    if (redis.status !== 'ready') return
    const askedMs = performance.now()
    const answers = await inTime(redis.ping())
    if (answers) onAnswer?.(performance.now() - askedMs)
    if (answers !== answered) log.warn({ answers }, answers ? 'Redis answers again' : 'Redis does not answer')
    answered = answers
  })
  return {
    ...loop,
    get answers() {
      return answered && redis.status === 'ready'
    },
  }
}

async function inTime(ping: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE_MS)
  })
  const answer = ping.then(
    () => true,
    () => false,
  )
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
