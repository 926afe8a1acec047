import type { Logger } from 'pino'

/** Source: a guess: often enough to be seen, seldom enough to be read. */
const EVERY_MS = 5_000

/** One line when Redis goes away, not one an attempt to reconnect. */
export function redisFaultLog(log: Logger): (fault: Error) => void {
  let lastMs = -Infinity
  return (fault) => {
    if (performance.now() - lastMs < EVERY_MS) return
    lastMs = performance.now()
    log.warn({ err: fault }, 'Redis connection failed')
  }
}
