import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { exited } from '../../dev/child-process.ts'
import { type RunningPostgres, startPostgres } from '../../dev/postgres.ts'
import { type RunningRedis, startRedis } from '../../dev/redis.ts'
import { connectDatabase } from '../../src/database/client.ts'
import { migrate } from '../../src/database/migrate.ts'
import { type TestDatabase, testDatabase } from './postgres.ts'
import { faultProxy, type FaultProxy } from './fault-proxy.ts'
import { startRole, type RoleProcess } from './role-process.ts'

export interface ClusterOptions {
  readonly nodes?: number
  readonly workers?: number
  readonly schedulers?: number
  readonly env?: Readonly<Record<string, string>>
  /** A PostgreSQL of the cluster's own, for tests that kill it. */
  readonly ownPostgres?: boolean
}

/** Whole nodes and schedulers as real processes, on a Redis of their own (append-only) and a database of their own. */
export interface Cluster {
  readonly databaseUrl: string
  readonly redisUrl: string
  readonly nodes: RoleProcess[]
  readonly schedulers: RoleProcess[]
  /** Between the processes and Redis. */
  readonly redisLink: FaultProxy
  origin(node: number): string
  /** `env`: beside what the node had. */
  restartNode(node: number, env?: Readonly<Record<string, string>>): Promise<void>
  restartScheduler(scheduler: number, env?: Readonly<Record<string, string>>): Promise<void>
  /** `lost`: its data is gone. */
  killRedis(): Promise<void>
  startRedisAgain(lost?: 'lost'): Promise<void>
  /** Only with a PostgreSQL of the cluster's own. */
  killPostgres(): Promise<void>
  startPostgresAgain(): Promise<void>
  /** Every process of it stops where it is; connections stay open. */
  freezePostgres(): Promise<void>
  thawPostgres(): void
  stop(): Promise<void>
}

/** Partitions of every test cluster: few, so that performances share them. */
export const TEST_PARTITIONS = 2

export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const directory = mkdtempSync(join(tmpdir(), 'seatcast-cluster-'))
  const database: ClusterDatabase = await (options.ownPostgres === true ? ownDatabase() : testDatabase())
  const databaseUrl = database.url
  let redisLives = 0
  const redisOn = () => startRedis({ directory: join(directory, `redis-${redisLives}`), persistence: 'append-only' })
  let redis: RunningRedis = await redisOn()
  const redisLink = await faultProxy(redis.port)
  const redisUrl = `redis://127.0.0.1:${redisLink.port}`

  const env = (name: string, port = 0) => ({
    NODE_ENV: 'development',
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    HOST: '127.0.0.1',
    PORT: String(port),
    WORKERS: String(options.workers ?? 2),
    NODE_NAME: name,
    PARTITIONS: String(TEST_PARTITIONS),
    LOG_LEVEL: 'warn',
    DRAIN_SPREAD_MS: '300',
    DATABASE_PATIENCE_MS: '15000', // the machine may be busy with other tests
    ...options.env,
  })
  const startNode = (index: number, port?: number, more: Readonly<Record<string, string>> = {}) =>
    startRole('node', { ...env(`node-${index + 1}`, port), ...more })
  const startScheduler = (index: number, more: Readonly<Record<string, string>> = {}) =>
    startRole('scheduler', { ...env(`scheduler-${index + 1}`), ...more })
  const nodes: RoleProcess[] = []
  const schedulers: RoleProcess[] = []

  // Roles end with this process by themselves (their IPC channel closes); Redis must be told.
  const atExit = () => redis.process.kill('SIGKILL')
  process.once('exit', atExit)
  const stop = async () => {
    // One that did not start leaves a hole.
    const roles: readonly (RoleProcess | undefined)[] = [...nodes, ...schedulers]
    await Promise.all(roles.flatMap((role) => role?.kill() ?? []))
    await redisLink.close()
    await redis.stop()
    await database.drop()
    process.off('exit', atExit)
    rmSync(directory, { recursive: true, force: true })
  }
  const started = await Promise.allSettled([
    ...Array.from({ length: options.nodes ?? 2 }, async (_, index) => (nodes[index] = await startNode(index))),
    ...Array.from(
      { length: options.schedulers ?? 2 },
      async (_, index) => (schedulers[index] = await startScheduler(index)),
    ),
  ])
  const failed = started.find((one) => one.status === 'rejected')
  if (failed !== undefined) {
    await stop()
    throw failed.reason
  }

  return {
    databaseUrl,
    redisUrl,
    nodes,
    schedulers,
    redisLink,
    origin: (node) => `http://127.0.0.1:${nodes[node]?.port ?? 0}`,
    async restartNode(index, more) {
      nodes[index] = await startNode(index, nodes[index]?.port, more)
    },
    async restartScheduler(index, more) {
      schedulers[index] = await startScheduler(index, more)
    },
    async killRedis() {
      redis.process.kill('SIGKILL')
      await redis.stop()
      redisLink.cut()
    },
    async startRedisAgain(lost) {
      if (lost !== undefined) redisLives += 1
      redis = await redisOn()
      redisLink.aim(redis.port)
      redisLink.heal()
    },
    async killPostgres() {
      await database.kill?.()
    },
    async startPostgresAgain() {
      await database.startAgain?.()
    },
    async freezePostgres() {
      await database.freeze?.()
    },
    thawPostgres: () => database.thaw?.(),
    stop,
  }
}

interface ClusterDatabase extends TestDatabase {
  kill?(): Promise<void>
  startAgain?(): Promise<void>
  freeze?(): Promise<void>
  thaw?(): void
}

/** A server of one's own behind a proxy: it comes back on another port, which nobody notices. */
async function ownDatabase(): Promise<ClusterDatabase> {
  // Not inside another private directory: PostgreSQL may run as somebody else.
  const directory = mkdtempSync(join(tmpdir(), 'seatcast-postgres-'))
  // It is killed: what it has committed is there afterwards.
  const settings = { synchronous_commit: 'on' }
  const start = () => startPostgres({ directory, password: 'tests', durability: 'tests', settings })
  let postgres: RunningPostgres = await start()
  const atExit = () => postgres.process.kill('SIGKILL')
  process.once('exit', atExit)
  const link = await faultProxy(portOf(postgres.url))
  const url = new URL(postgres.url)
  url.port = String(link.port)
  const database = connectDatabase({ databaseUrl: url.href, poolSize: 1 })
  await migrate(database.db)
  await database.close()
  let frozen: number[] = []
  const thaw = () => {
    for (const pid of frozen.splice(0)) process.kill(pid, 'SIGCONT')
  }
  return {
    url: url.href,
    async freeze() {
      const looking = connectDatabase({ databaseUrl: postgres.url, poolSize: 1 })
      const { rows } = await sql<{ pid: number }>`
        select pid from pg_stat_activity where pid <> pg_backend_pid()`.execute(looking.db)
      await looking.close()
      frozen = [postgres.process.pid ?? 0, ...rows.map(({ pid }) => pid)]
      for (const pid of frozen) process.kill(pid, 'SIGSTOP')
    },
    thaw,
    async kill() {
      postgres.process.kill('SIGKILL')
      await exited(postgres.process)
      link.cut()
    },
    async startAgain() {
      postgres = await start()
      link.aim(portOf(postgres.url))
      link.heal()
    },
    async drop() {
      thaw()
      await link.close()
      await postgres.stop()
      process.off('exit', atExit)
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

const portOf = (url: string): number => Number(new URL(url).port)
