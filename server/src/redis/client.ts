import { Redis, type RedisOptions } from 'ioredis'

/**
 * What a connection is for; each kind has its own options and is never shared with another.
 * `commands`: scripts and short commands; faults at once while Redis is away.
 * `blocking`: one XREAD BLOCK after the other; a lost read is asked again by its owner, from the position it knows.
 * `pubsub`: the Socket.IO adapter; subscriptions come back by themselves.
 */
export type RedisPurpose = 'commands' | 'blocking' | 'pubsub'

/** Thrown when the server cannot carry Seatcast: says what was found and what is needed. */
export class UnsuitableRedisError extends Error {
  override readonly name = 'UnsuitableRedisError'
}

/** The longest a reader blocks, ms. Source: design, section 4. */
export const BLOCK_MS = 500
/** A command without an answer for this long is a fault, ms. Source: a guess: 1,000 times a long script. */
const COMMAND_TIMEOUT_MS = 2_000
/** Source: a guess: a TCP connect on a bad day. */
const CONNECT_TIMEOUT_MS = 2_000
/** A socket silent for this long is dead, ms. Source: four times BLOCK_MS, so that a blocked read never looks dead. */
const SILENCE_MS = 4 * BLOCK_MS
/** A connection for commands that brings no answer for this long is replaced, ms: after the first command has given up. */
const COMMAND_SILENCE_MS = COMMAND_TIMEOUT_MS + 500
/** Waits before reconnecting, ms: the first and the longest. Source: clients are to heal within 5 s. */
const RETRY_MS = { first: 50, longest: 1_000 } as const
/** The oldest Redis with everything the scripts use. Source: design, section 4. */
const OLDEST_MAJOR = 7

const COMMON = {
  // Reply shapes are parsed: pinned, whatever the library's default becomes.
  protocol: 2,
  // A command whose answer was lost may have run: its owner decides, with a requestId, whether to ask again.
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  connectTimeout: CONNECT_TIMEOUT_MS,
  noDelay: true,
  keepAlive: 10_000,
  enableReadyCheck: true,
  enableAutoPipelining: false,
  retryStrategy: retryMs,
} as const satisfies RedisOptions

const OPTIONS: Readonly<Record<RedisPurpose, RedisOptions>> = {
  commands: {
    ...COMMON,
    enableOfflineQueue: false,
    commandTimeout: COMMAND_TIMEOUT_MS,
    socketTimeout: COMMAND_SILENCE_MS,
  },
  blocking: { ...COMMON, enableOfflineQueue: false, socketTimeout: SILENCE_MS },
  pubsub: { ...COMMON, enableOfflineQueue: true, maxRetriesPerRequest: 20, autoResubscribe: true },
}

/** Opens a connection, which reconnects for ever; `onFault` hears every connection error (there is no other log of them). */
export function connectRedis(url: string, purpose: RedisPurpose, onFault: (error: Error) => void): Redis {
  const redis = new Redis(url, { ...OPTIONS[purpose], connectionName: `seatcast-${purpose}` })
  redis.on('error', onFault)
  return redis
}

/** Exponential with jitter, so that a fleet does not come back in one instant. */
function retryMs(attempt: number): number {
  const ms = Math.min(RETRY_MS.first * 2 ** Math.min(attempt - 1, 10), RETRY_MS.longest)
  return Math.round(ms * (0.75 + Math.random() / 2))
}

/** Waits until the connection takes commands. Rejects after `timeoutMs`, naming the last fault. */
export async function untilReady(redis: Redis, timeoutMs: number): Promise<void> {
  if (redis.status === 'ready') return
  await new Promise<void>((resolve, reject) => {
    let fault: Error | undefined
    const onError = (error: Error): void => void (fault = error)
    const onReady = (): void => settle(resolve)
    const timer = setTimeout(
      () => settle(() => reject(new Error(`Redis was not ready within ${timeoutMs} ms`, { cause: fault }))),
      timeoutMs,
    )
    function settle(then: () => void): void {
      clearTimeout(timer)
      redis.off('error', onError).off('ready', onReady)
      then()
    }
    redis.on('error', onError).on('ready', onReady)
  })
}

/** Whether Redis answered that it cannot do what was asked: a damaged key, say; not that it did not answer. */
export const isRefusedByRedis = (fault: unknown): boolean => fault instanceof Error && fault.name === 'ReplyError'

/** The id of the server's present run: another one after a restart or a failover (R5). */
export async function redisRunId(redis: Redis): Promise<string> {
  return serverFact(await redis.info('server'), 'run_id')
}

/** Rejects unless the server is Redis 7.0 or newer with `noeviction`: a map must never be evicted. */
export async function requireRedis7(redis: Redis): Promise<void> {
  const version = serverFact(await redis.info('server'), 'redis_version')
  if (Number(version.split('.')[0]) < OLDEST_MAJOR)
    throw new UnsuitableRedisError(`Redis ${version} is too old: Seatcast needs 7.0 or newer`)
  const policy = serverFact(await redis.info('memory'), 'maxmemory_policy')
  if (policy !== 'noeviction')
    throw new UnsuitableRedisError(`Redis evicts keys (${policy}): Seatcast needs maxmemory-policy noeviction`)
}

function serverFact(facts: string, name: string): string {
  const value = new RegExp(`^${name}:(.*)$`, 'm').exec(facts)?.[1]?.trim()
  if (value === undefined) throw new UnsuitableRedisError(`Redis does not tell its ${name}`)
  return value
}
