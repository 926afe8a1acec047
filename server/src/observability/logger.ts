import { type Logger, pino, stdTimeFunctions } from 'pino'
import { requestId } from './request-id.ts'

export type { Logger }

export interface LoggerOptions {
  readonly logLevel: string
  readonly nodeName: string
}

/** Lines beyond this are dropped while whoever reads the log does not, bytes. Source: a guess: a minute of holds. */
const UNWRITTEN_BYTES_MAX = 64 * 1_048_576

/**
 * One JSON line a fact, with these names everywhere: performanceId, holdId, orderId, paymentId, userId, seatCount, epoch,
 * revision, elapsedMs, err. `requestId`: in whose name it happened. `role`: the process's part in the system, e.g. `node`,
 * `scheduler`. How to follow one: README.md.
 */
export function createLogger(options: LoggerOptions, role: string): Logger {
  return pino(
    {
      level: options.logLevel,
      base: { node: options.nodeName, role, pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: namedRequest,
      // Whole requests are never logged; should a field slip in, its secrets do not.
      redact: { paths: ['token', 'tokenSecret', 'headers.authorization', '*.headers.authorization'], censor: '…' },
    },
    // Lines that come while one is being written go out together: a line a hold must not cost a system call each.
    pino.destination({ sync: false, maxLength: UNWRITTEN_BYTES_MAX }),
  )
}

/** A line that names its request itself keeps that. */
function namedRequest(): { requestId?: string } {
  const id = requestId()
  return id === undefined ? {} : { requestId: id }
}
