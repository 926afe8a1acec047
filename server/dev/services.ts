import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { StartError } from '../src/lifecycle/service.ts'
import { connectRedis, requireRedis7, UnsuitableRedisError, untilReady } from '../src/redis/client.ts'
import { endEarlierPostgres, startPostgres } from './postgres.ts'
import { RedisMissingError } from './redis-binary.ts'
import { endEarlierRedis, startRedis } from './redis.ts'
import type { Secrets } from './secrets.ts'
import { supervise } from './supervise.ts'

/** A database or Redis to use; stopping somebody else's does nothing. */
export interface Service {
  readonly url: string
  stop(): Promise<void>
}

/** How long an existing service may take to answer, ms. A guess. */
const ANSWER_PATIENCE_MS = 5_000

/** The demo's own PostgreSQL, or the one at DATABASE_URL. */
export async function ownOrExistingPostgres(
  data: string,
  secrets: Secrets,
  existing: string | undefined,
  ending: AbortSignal,
): Promise<Service> {
  if (existing !== undefined) {
    await checkDatabase(existing)
    return { url: existing, stop: () => Promise.resolve() }
  }
  const options = {
    directory: join(data, 'postgres'),
    password: secrets.databasePassword,
    durability: 'disk',
    signal: ending,
  } as const
  const postgres = await supervise(
    'PostgreSQL',
    ending,
    () => startPostgres(options),
    ({ port }) => startPostgres({ ...options, port }),
  )
  return { url: postgres.first.url, stop: () => postgres.stop() }
}

/** The demo's own Redis, or the one at REDIS_URL. */
export async function ownOrExistingRedis(
  data: string,
  existing: string | undefined,
  ending: AbortSignal,
): Promise<Service> {
  if (existing !== undefined) {
    await checkRedis(existing)
    return { url: existing, stop: () => Promise.resolve() }
  }
  const options = { directory: join(data, 'redis'), persistence: 'append-only', signal: ending } as const
  try {
    const server = await supervise(
      'Redis',
      ending,
      () => startRedis(options),
      ({ port }) => startRedis({ ...options, port }),
    )
    return { url: server.first.url, stop: () => server.stop() }
  } catch (error) {
    if (error instanceof RedisMissingError) throw new StartError(error.message)
    throw error
  }
}

/** Throws the demo's data away, after ending what a crash left running on it. */
export async function removeData(data: string): Promise<void> {
  await endEarlierPostgres(join(data, 'postgres'))
  await endEarlierRedis(join(data, 'redis'))
  rmSync(data, { recursive: true, force: true })
  mkdirSync(data)
}

async function checkDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: ANSWER_PATIENCE_MS })
  try {
    await client.connect()
    await client.query('select 1')
  } catch (error) {
    throw new StartError(`No PostgreSQL answers at DATABASE_URL (${reason(error)}): start it, or unset DATABASE_URL.`)
  } finally {
    await client.end()
  }
}

async function checkRedis(url: string): Promise<void> {
  const client = connectRedis(url, 'commands', () => undefined)
  try {
    await untilReady(client, ANSWER_PATIENCE_MS)
    await requireRedis7(client)
  } catch (error) {
    if (error instanceof UnsuitableRedisError) throw new StartError(`REDIS_URL: ${error.message}.`)
    const why = reason(error instanceof Error ? (error.cause ?? error) : error)
    throw new StartError(`No Redis answers at REDIS_URL (${why}): start it, or unset REDIS_URL.`)
  } finally {
    client.disconnect()
  }
}

/** What a person can act on: the code of a connection error, else the message, and never the URL with its password. */
function reason(error: unknown): string {
  if (error instanceof AggregateError) return reason(error.errors[0])
  if (!(error instanceof Error)) return String(error)
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}
