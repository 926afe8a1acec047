import { type Logger, pino, stdTimeFunctions } from 'pino'

export type { Logger }

export interface LoggerOptions {
  readonly logLevel: string
  readonly nodeName: string
}

/**
 * One JSON line a fact, with these names everywhere: performanceId, holdId, userId, seatCount, epoch, revision,
 * elapsedMs, err. `role`: the process's part in the system, e.g. `node`, `scheduler`.
 */
export function createLogger(options: LoggerOptions, role: string): Logger {
  return pino({
    level: options.logLevel,
    base: { node: options.nodeName, role, pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    // Whole requests are never logged; should a field slip in, its secrets do not.
    redact: { paths: ['token', 'tokenSecret', 'headers.authorization', '*.headers.authorization'], censor: '…' },
  })
}
