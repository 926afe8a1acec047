import { randomBytes, randomUUID } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Layout } from '@seatcast/shared/domain/layout.ts'
import { organiserApi } from '../../server/dev/organiser-api.ts'
import { startPostgres } from '../../server/dev/postgres.ts'
import { startRedis } from '../../server/dev/redis.ts'
import { connectDatabase } from '../../server/src/database/client.ts'
import { migrate } from '../../server/src/database/migrate.ts'
import { accessTokens } from '../../server/src/http/authentication.ts'
import { childrenOf, cpuSeconds, residentBytes } from './process-facts.ts'
import { end, type Program, startProgram } from './program.ts'
import { importHall, openSale } from './sale.ts'

/** A fresh system of its own: PostgreSQL, Redis, one node, one scheduler, on free loopback ports. */
export interface System {
  readonly origin: string
  readonly organiserToken: string
  readonly redisUrl: string
  readonly databaseUrl: string
  /** Where PostgreSQL writes its log. */
  readonly databaseLog: string
  /** Makes a performance on sale in a hall of this layout. */
  openSale(layout: Layout, holdSeconds: number): Promise<string>
  /** One more node on the same stores, with settings of its own. */
  startNode(env: Readonly<Record<string, string>>): Promise<SystemNode>
  /** The processes of each part that run now; a part's later processes are those its first one started. */
  processes(): Readonly<Record<'node' | 'scheduler' | 'redis' | 'postgres', readonly number[]>>
  /** Resident memory of the node's workers, bytes. */
  workerMemory(): number
  /** CPU time the node's workers have used, s. */
  workerCpuSeconds(): number
  /** Ends node and scheduler: PostgreSQL is left alone. */
  stopRoles(): Promise<void>
  stop(): Promise<void>
}

export interface SystemNode {
  readonly origin: string
  readonly pids: () => readonly number[]
  stop(): Promise<void>
}

const SERVER = join(import.meta.dirname, '../../server/src/main.ts')
/** Lifetime of the organiser's token, s: longer than any run. */
const TOKEN_SECONDS = 86_400

export interface SystemOptions {
  /** `disk`: a commit is on the disk when it is answered. */
  readonly durability?: 'disk' | 'tests'
  readonly env?: Readonly<Record<string, string>>
  /** Gives the start up; whatever was started by then is stopped. */
  readonly signal?: AbortSignal
  /** Where the roles write; by default to our own output. */
  readonly logFile?: string
  /** Ctrl-C at the terminal does not reach the roles: their starter stops them in order. */
  readonly detached?: boolean
}

export async function startSystem(workers: number, options: SystemOptions = {}): Promise<System> {
  const stops: (() => Promise<void> | void)[] = []
  const stop = async () => {
    for (const stopPart of stops.splice(0).toReversed()) await stopPart()
  }
  try {
    return await startParts(workers, options, stops, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

async function startParts(
  workers: number,
  options: SystemOptions,
  stops: (() => Promise<void> | void)[],
  stop: () => Promise<void>,
): Promise<System> {
  const { signal = new AbortController().signal, detached = false } = options
  const directory = mkdtempSync(join(tmpdir(), 'seatcast-load-'))
  stops.push(() => rmSync(directory, { recursive: true, force: true }))
  chmodSync(directory, 0o755) // PostgreSQL runs as another user when we are root
  const postgres = await startPostgres({
    directory: join(directory, 'postgres'),
    password: 'load',
    durability: options.durability ?? 'tests',
    signal,
  })
  stops.push(() => postgres.stop())
  const redis = await startRedis({ directory: join(directory, 'redis'), persistence: 'append-only', signal })
  stops.push(() => redis.stop())
  const database = connectDatabase({
    databaseUrl: postgres.url,
    applicationName: 'load',
    onIdleError: () => undefined,
  })
  await migrate(database.db)
  await database.close()

  const tokenSecret = randomBytes(32).toString('hex')
  const env = {
    ...process.env,
    NODE_ENV: 'production',
    SEATCAST_LIMITS: 'demo',
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    HOST: '127.0.0.1',
    PORT: '0',
    WORKERS: String(workers),
    TOKEN_SECRET: tokenSecret,
    LOG_LEVEL: 'warn',
    // Whoever was served is gone when it ends.
    DRAIN_SPREAD_MS: '0',
    SHUTDOWN_DEADLINE_MS: '2000',
    ...options.env,
  }
  const startRole = (role: string, more: Readonly<Record<string, string>> = {}): Promise<Program> => {
    signal.throwIfAborted()
    return startProgram(SERVER, {
      args: ['--role', role],
      env: { ...env, ...more },
      logFile: options.logFile,
      detached,
      signal,
    })
  }
  const node = await startRole('node')
  stops.push(() => end(node.process))
  const scheduler = await startRole('scheduler')
  stops.push(() => end(scheduler.process))

  const organiserToken = await accessTokens(tokenSecret).issueToken({
    userId: randomUUID(),
    role: 'organiser',
    seconds: TOKEN_SECONDS,
  })
  const origin = originOf(node)
  const api = organiserApi(origin, organiserToken, signal)
  const workerPids = () => childrenOf(node.process.pid ?? 0)
  return {
    origin,
    organiserToken,
    redisUrl: redis.url,
    databaseUrl: postgres.url,
    databaseLog: join(directory, 'postgres', 'postgres.log'),
    async openSale(layout, holdSeconds) {
      const hall = { venueId: await importHall(api, layout), categories: layout.categories }
      return openSale(api, hall, 'Benchmark', { holdSeconds, paymentSeconds: 600, maxSeatsPerBuyer: 20 })
    },
    async startNode(more) {
      const other = await startRole('node', more)
      const stopNode = () => end(other.process)
      stops.push(stopNode)
      return { origin: originOf(other), pids: () => family(other.process.pid), stop: stopNode }
    },
    processes: () => ({
      node: family(node.process.pid),
      scheduler: family(scheduler.process.pid),
      redis: family(redis.process.pid),
      postgres: family(postgres.process.pid),
    }),
    workerMemory: () => sum(workerPids().map(residentBytes)),
    workerCpuSeconds: () => sum(workerPids().map(cpuSeconds)),
    async stopRoles() {
      await Promise.all([end(node.process), end(scheduler.process)])
    },
    stop,
  }
}

const originOf = (node: Program): string => `http://127.0.0.1:${node.port}`

/** The process and those that it started. */
const family = (pid: number | undefined): number[] => (pid === undefined ? [] : [pid, ...childrenOf(pid)])

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
