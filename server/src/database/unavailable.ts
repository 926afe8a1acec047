/** SQLSTATEs that mean "not now": connection lost, shutting down, too many clients, timed out, lock not got, lost a race. */
const PASSING_SQL_STATES = /^(08...|53...|57P0[1-5]|57014|25P03|55P03|40001|40P01)$/
const PASSING_SOCKET_ERRORS = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH'])
/** pg, then ioredis report these without a code; the last one is a prepared statement's after a migration (driver.ts). */
const PASSING_MESSAGES =
  /timeout exceeded when trying to connect|Connection terminated|Query read timeout|not queryable|Stream isn't writeable|Connection is closed|Command timed out|max retries per request|^LOADING |^cached plan must not change result type/

/** Whether a fault is PostgreSQL (or Redis) being away, so that asking again later can help. */
export function isStoreUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return PASSING_SQL_STATES.test(code) || PASSING_SOCKET_ERRORS.has(code) || PASSING_MESSAGES.test(error.message)
}
