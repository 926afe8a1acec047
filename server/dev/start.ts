import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { connectDatabase } from '../src/database/client.ts'
import { migrate } from '../src/database/migrate.ts'
import { ConfigError, readConfig } from '../src/config.ts'
import { StartError } from '../src/lifecycle/service.ts'
import { buildClient, CLIENT_DIRECTORY } from './client-build.ts'
import { dataDirectory } from './clone.ts'
import { writeDatabaseUrl } from './database-url.ts'
import { prepareDemo } from './demo.ts'
import { canListen, freePort } from './free-port.ts'
import { writeOrganiserToken } from './organiser.ts'
import { startRole } from './role.ts'
import { claimClone } from './run-file.ts'
import { secrets } from './secrets.ts'
import { ownOrExistingPostgres, ownOrExistingRedis, removeData } from './services.ts'
import { type StartOptions, startOptions, USAGE } from './start-options.ts'
import { supervise } from './supervise.ts'
import { tellWhenSlow } from './tell-when-slow.ts'

/** How long the roles of a start that was killed may take to end, ms: longer than their SHUTDOWN_DEADLINE_MS. */
const AFTER_CRASH_PATIENCE_MS = 8_000

/** What has been started, in order; stopped in reverse. */
const started: (() => Promise<void> | void)[] = []
const ending = new AbortController()

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort())
process.on('disconnect', () => ending.abort()) // the bootstrap died
process.stdout.on('error', () => ending.abort()) // nobody reads any more

process.exitCode = await main()
process.disconnect?.()

async function main(): Promise<0 | 1> {
  let fault: unknown
  try {
    const options = startOptions(process.argv.slice(2), process.env)
    if (options.help) console.log(USAGE)
    else await start(options)
    if (ending.signal.aborted) console.log('Stopping …')
  } catch (error) {
    if (!ending.signal.aborted) fault = error
  }
  ending.abort()
  for (const stop of started.toReversed()) await stop()
  if (fault === undefined) return 0
  console.error(lineOf(fault))
  return 1
}

/** Starts everything, prints the URL, and returns when asked to end. */
async function start(options: StartOptions): Promise<void> {
  const existingDatabase = process.env['DATABASE_URL'] || undefined
  const existingRedis = process.env['REDIS_URL'] || undefined
  const origin = `http://localhost:${options.port}`
  const data = dataDirectory()
  const claim = claimClone(origin)
  started.push(() => claim.release())
  await tellWhenSlow(
    `port ${options.port}`,
    requireFreePort(options.port, claim.afterCrash ? AFTER_CRASH_PATIENCE_MS : 0),
  )
  if (options.fresh) {
    if (existingDatabase !== undefined || existingRedis !== undefined)
      throw new StartError(
        '--fresh only throws its own data away: unset DATABASE_URL and REDIS_URL, or leave --fresh out.',
      )
    await removeData(data.path)
  }
  if (data.moved) console.log(`PostgreSQL's account cannot enter this folder: the data is kept in ${data.path}`)

  const kept = secrets(data.path, process.env['TOKEN_SECRET'])
  const client = buildClient(ending.signal)
  client.catch(() => undefined) // told below, when it is waited for
  const [postgresServer, redisServer] = await together([
    part('PostgreSQL', () => ownOrExistingPostgres(data.path, kept, existingDatabase, ending.signal)),
    part('Redis', () => ownOrExistingRedis(data.path, existingRedis, ending.signal)),
  ])
  const sandboxPort = await freePort()
  const env = {
    ...process.env,
    NODE_ENV: 'development',
    DATABASE_URL: postgresServer.url,
    REDIS_URL: redisServer.url,
    TOKEN_SECRET: kept.tokenSecret,
    PORT: String(options.port),
    SCHEDULER_PORT: process.env['SCHEDULER_PORT'] || String(await freePort()),
    WORKERS: String(options.workers),
    CLIENT_DIRECTORY,
    SANDBOX_PAYMENTS_PORT: String(sandboxPort),
    SANDBOX_PAYMENTS_URL: `http://127.0.0.1:${sandboxPort}`,
    SANDBOX_PAYMENTS_FILE: join(data.path, 'sandbox-payments.jsonl'),
    NODE_NAME: process.env['NODE_NAME'] ?? 'local',
    DRAIN_SPREAD_MS: process.env['DRAIN_SPREAD_MS'] ?? '0',
    SHUTDOWN_DEADLINE_MS: process.env['SHUTDOWN_DEADLINE_MS'] ?? '5000',
  }
  readConfig(env) // a wrong setting is told here, once, not by every role
  await tellWhenSlow('the migrations', applyMigrations(postgresServer.url))
  writeDatabaseUrl(postgresServer.url)
  if (await tellWhenSlow('the client’s build', client)) console.log('Client built')

  const role = (name: string, ...command: string[]) =>
    part(name, () => supervise(name, ending.signal, () => startRole({ name, command, env, signal: ending.signal })))
  await role('node', 'server/src/main.ts', '--role', 'node')
  const organiserToken = await writeOrganiserToken(kept)
  const [sales] = await together([
    tellWhenSlow('the demo’s sales', prepareDemo(origin, organiserToken, ending.signal)),
    role('scheduler', 'server/src/main.ts', '--role', 'scheduler'),
    role('sandbox-payments', 'server/src/main.ts', '--role', 'sandbox-payments'),
  ])
  if (options.bots) await role('bots', 'server/dev/bots.ts', origin, ...sales)

  console.log(`Seatcast is running (Ctrl-C stops it): ${origin}/p/${sales[0] ?? ''}`)
  await new Promise((resolve) => ending.signal.addEventListener('abort', resolve, { once: true }))
}

/** Starts a part and remembers how to stop it. */
async function part<T extends { stop(): Promise<void> }>(name: string, launch: () => Promise<T>): Promise<T> {
  ending.signal.throwIfAborted()
  const running = await tellWhenSlow(name, launch())
  started.push(() => running.stop())
  ending.signal.throwIfAborted()
  return running
}

/** Waits for all, even when one fails: what has started by then is known and can be stopped. */
async function together<const T extends readonly Promise<unknown>[]>(
  parts: T,
): Promise<{ -readonly [Key in keyof T]: Awaited<T[Key]> }> {
  await Promise.allSettled(parts)
  return await Promise.all(parts)
}

async function applyMigrations(databaseUrl: string): Promise<void> {
  const database = connectDatabase({ databaseUrl, poolSize: 1 })
  try {
    await migrate(database.db)
  } finally {
    await database.close()
  }
}

/** Looks at all addresses and at the loopback one: some systems let both be taken. */
async function requireFreePort(port: number, patienceMs: number): Promise<void> {
  const deadlineMs = performance.now() + patienceMs
  for (const host of ['0.0.0.0', '127.0.0.1']) {
    while (!(await canListen(port, host))) {
      if (performance.now() >= deadlineMs)
        throw new StartError(
          `Port ${port} is in use: stop what listens there, or take another with npm start -- --port ${port + 1}`,
        )
      await delay(100, undefined, { signal: ending.signal })
    }
  }
}

/** One line for the person at the keyboard. */
function lineOf(error: unknown): string {
  if (error instanceof StartError || error instanceof ConfigError) return error.message
  if (!(error instanceof Error)) return `Seatcast could not start: ${String(error)}`
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : ''
  return `Seatcast could not start: ${error.message}${cause}`
}
