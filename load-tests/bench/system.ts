import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Layout } from '@seatcast/shared/domain/layout.ts'
import { startPostgres } from '../../server/dev/postgres.ts'
import { startRedis } from '../../server/dev/redis.ts'
import { connectDatabase } from '../../server/src/database/client.ts'
import { migrate } from '../../server/src/database/migrate.ts'
import { accessTokens } from '../../server/src/http/authentication.ts'
import { exportPretix } from '../../server/src/venues/export-pretix.ts'

/** A fresh system of its own: PostgreSQL, Redis, one node, one scheduler, on free loopback ports. */
export interface System {
  readonly origin: string
  readonly redisUrl: string
  readonly databaseUrl: string
  /** Where PostgreSQL writes its log. */
  readonly databaseLog: string
  /** Makes a performance on sale in a hall of this layout. */
  openSale(layout: Layout, holdSeconds: number): Promise<string>
  /** Resident memory of the node's workers, bytes, after they were given time to collect. */
  workerMemory(): number
  /** CPU time the node's workers have used, s. */
  workerCpuSeconds(): number
  /** Ends node and scheduler: PostgreSQL is left alone. */
  stopRoles(): Promise<void>
  stop(): Promise<void>
}

const SERVER = join(import.meta.dirname, '../../server/src/main.ts')

export interface SystemOptions {
  /** `disk`: a commit is on the disk when it is answered. */
  readonly durability?: 'disk' | 'tests'
  readonly env?: Readonly<Record<string, string>>
}

export async function startSystem(workers: number, options: SystemOptions = {}): Promise<System> {
  const directory = mkdtempSync(join(tmpdir(), 'seatcast-bench-'))
  chmodSync(directory, 0o755) // PostgreSQL runs as another user when we are root
  const postgres = await startPostgres({
    directory: join(directory, 'postgres'),
    password: 'bench',
    durability: options.durability ?? 'tests',
  })
  const redis = await startRedis({ directory: join(directory, 'redis'), persistence: 'append-only' })
  const database = connectDatabase({
    databaseUrl: postgres.url,
    applicationName: 'bench',
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
    ...options.env,
  }
  const node = await startRole('node', env)
  const scheduler = await startRole('scheduler', env)
  const origin = `http://127.0.0.1:${node.port}`
  const organiser = await accessTokens(tokenSecret).issueToken({
    userId: randomUUID(),
    role: 'organiser',
    seconds: 86_400,
  })

  const post = async (path: string, body: unknown, method = 'POST'): Promise<Record<string, string>> => {
    const answer = await fetch(`${origin}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${organiser}`, 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text.slice(0, 500)}`)
    return JSON.parse(text) as Record<string, string>
  }
  const stopRoles = async () => {
    await Promise.all([end(node.process), end(scheduler.process)])
  }
  return {
    origin,
    redisUrl: redis.url,
    databaseUrl: postgres.url,
    databaseLog: join(directory, 'postgres', 'postgres.log'),
    async openSale(layout, holdSeconds) {
      const { venueId } = await post('/venues', exportPretix(layout))
      const { showId } = await post('/shows', { title: 'Benchmark' })
      const zones = layout.categories.map(({ name, color }, index) => ({
        id: `z${index}`,
        name,
        color,
        price: 50_000,
        currency: 'KRW',
        categories: [index],
      }))
      const startsAt = new Date(Date.now() + 86_400_000).toISOString()
      const performance = { showId, venueId, startsAt, zones, holdSeconds, paymentSeconds: 600, maxSeatsPerBuyer: 20 }
      const { id } = await post('/performances', performance)
      if (id === undefined) throw new Error('the performance has no id')
      await post(`/performances/${id}`, { status: 'on_sale' }, 'PATCH')
      return id
    },
    workerMemory: () => sum(workersOf(node.process).map((pid) => statusKilobytes(pid, 'VmRSS') * 1_024)),
    workerCpuSeconds: () => sum(workersOf(node.process).map(cpuSeconds)),
    stopRoles,
    async stop() {
      await stopRoles()
      await redis.stop()
      await postgres.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

interface Role {
  readonly process: ChildProcess
  readonly port: number
}

/** Starts a program that says over IPC which port it has. */
export function startProgram(file: string, args: string[] = [], env: NodeJS.ProcessEnv = process.env): Promise<Role> {
  const child = fork(file, args, { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  return new Promise((resolve, reject) => {
    child.once('message', (message: { port?: number }) => resolve({ process: child, port: message.port ?? 0 }))
    child.once('exit', (code) => reject(new Error(`${file} ended with exit code ${code} while starting`)))
  })
}

const startRole = (role: string, env: NodeJS.ProcessEnv): Promise<Role> => startProgram(SERVER, ['--role', role], env)

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => {
    child.once('exit', resolve)
  })
  child.kill('SIGKILL')
  await gone
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

function workersOf(primary: ChildProcess): number[] {
  const children = readFileSync(`/proc/${primary.pid}/task/${primary.pid}/children`, 'utf8')
  return children
    .trim()
    .split(/\s+/)
    .filter((pid) => pid !== '')
    .map(Number)
}

function statusKilobytes(pid: number, field: string): number {
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
}

/** User and system time of a process; the kernel counts in ticks of 10 ms. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}
