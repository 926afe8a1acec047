import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'

/**
 * The one id of what somebody asked for: a command's requestId, a request's Idempotency-Key, or one made here. Every log
 * line of the work carries it (logger.ts), and so does the outbox entry of each change that it commits.
 */
const asked = new AsyncLocalStorage<string>()

/** As long as an Idempotency-Key may be. */
const ID_LENGTH_MAX = 200

/** Does the work in the name of that request, and everything that it awaits. */
export const inRequest = <T>(id: string, work: () => T): T => asked.run(id, work)

/** The id of the request in whose name this runs; undefined: nobody asked, a loop does it. */
export const requestId = (): string | undefined => asked.getStore()

/** Does the work in nobody's name: what is begun for one request and outlives it, such as a connection or a loop. */
export const inNobodysName = <T>(work: () => T): T => asked.exit(work)

/** What the caller calls its request, when that can be an id; else a new one. */
export const requestIdFrom = (given: unknown): string =>
  typeof given === 'string' && given !== '' && given.length <= ID_LENGTH_MAX ? given : randomUUID()
