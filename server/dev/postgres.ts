import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { commandLine, endOrphan, endProcess } from './child-process.ts'
import { databaseAccount, type DatabaseAccount } from './database-account.ts'
import { endWithUs } from './end-with-us.ts'
import { freePort } from './free-port.ts'
import { postgresBinaries } from './postgres-binaries.ts'

export interface PostgresOptions {
  /** Holds `data`, the log and nothing else; made when absent. The database account must be able to enter it. */
  readonly directory: string
  /** Of the user `postgres`; must stay the same for a directory's life. */
  readonly password: string
  /** `tests`: nothing survives a power cut, and it is fast. */
  readonly durability: 'disk' | 'tests'
  /** A free one by default. */
  readonly port?: number
  /** Gives the start up. */
  readonly signal?: AbortSignal
  /** More settings of postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>
  /** Arguments that set a new directory up; by default LOCALE. */
  readonly initdb?: readonly string[]
}

export interface RunningPostgres {
  /** Of the database `postgres`. */
  readonly url: string
  readonly port: number
  readonly process: ChildProcess
  stop(): Promise<void>
}

/** How long PostgreSQL may take to recover after a crash, ms. A guess: a demo's data recovers in a second. */
const START_PATIENCE_MS = 60_000
/** How long a fast shutdown may take, ms; it writes a checkpoint. A guess. */
const STOP_PATIENCE_MS = 15_000
/** Pause before a start is tried again, ms. */
const AGAIN_AFTER_MS = 300

/** The same order of texts on every machine, without the system's locales. */
const LOCALE = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
const COMMON = { listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: '200' }
const TESTS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', shared_buffers: '64MB' }

/** Starts PostgreSQL on a free loopback port; a server that an earlier run left on the directory is ended first. */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const account = databaseAccount()
  const binaries = postgresBinaries(account)
  const data = join(options.directory, 'data')
  prepareDirectory(options.directory, account)
  if (!existsSync(join(data, 'PG_VERSION'))) initialise(binaries.initdb, data, options, account)
  else await endEarlierPostgres(options.directory)

  const logFile = join(options.directory, 'postgres.log')
  const patienceEndsMs = performance.now() + START_PATIENCE_MS
  while (true) {
    const port = options.port ?? (await freePort())
    const since = existsSync(logFile) ? statSync(logFile).size : 0
    const child = launch(binaries.postgres, data, logFile, port, options, account)
    if (await isReady(child, data, patienceEndsMs, options.signal))
      return {
        url: `postgres://postgres:${options.password}@127.0.0.1:${port}/postgres`,
        port,
        process: child,
        stop: () => endProcess(child, 'SIGINT', STOP_PATIENCE_MS),
      }
    await endProcess(child, 'SIGKILL', 0)
    options.signal?.throwIfAborted()
    const said = readFileSync(logFile).subarray(since).toString().trim()
    // After a crash, backends without their postmaster take a moment to end; the port may have been taken since.
    if (performance.now() > patienceEndsMs || !/still in use|already in use/.test(said))
      throw new Error(
        `PostgreSQL did not start: ${said.split('\n').findLast((line) => /FATAL|ERROR/.test(line)) ?? said}`,
      )
    await delay(AGAIN_AFTER_MS)
  }
}

/**
 * Ends the server that a crash left running on the directory. Only a process whose command line names the data is ours;
 * a pid file that names another living program is removed, or PostgreSQL would take that one for its own rival.
 */
export async function endEarlierPostgres(directory: string): Promise<void> {
  const data = join(directory, 'data')
  const file = join(data, 'postmaster.pid')
  if (!existsSync(file)) return
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0])
  const command = pid > 1 ? commandLine(pid) : ''
  if (command.includes(data)) await endOrphan(pid, 'SIGINT', STOP_PATIENCE_MS)
  else if (command !== '') rmSync(file)
}

function prepareDirectory(directory: string, account: DatabaseAccount | null): void {
  mkdirSync(directory, { recursive: true })
  if (account === null) return
  chownSync(directory, account.uid, account.gid)
  chmodSync(directory, 0o700)
}

function initialise(initdb: string, data: string, options: PostgresOptions, account: DatabaseAccount | null): void {
  rmSync(data, { recursive: true, force: true }) // what an interrupted initdb left
  const passwordFile = join(options.directory, 'password')
  writeFileSync(passwordFile, `${options.password}\n`, { mode: 0o600 })
  if (account !== null) chownSync(passwordFile, account.uid, account.gid)
  const result = spawnSync(
    initdb,
    [
      `--pgdata=${data}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--no-instructions',
      ...(options.initdb ?? LOCALE),
      ...(options.durability === 'tests' ? ['--no-sync'] : []),
    ],
    { ...account, cwd: '/', encoding: 'utf8' },
  )
  rmSync(passwordFile)
  if (result.status !== 0) {
    rmSync(data, { recursive: true, force: true })
    throw new Error(`PostgreSQL could not be set up in ${data}: ${(result.stderr || String(result.error)).trim()}`)
  }
}

function launch(
  postgres: string,
  data: string,
  logFile: string,
  port: number,
  options: PostgresOptions,
  account: DatabaseAccount | null,
): ChildProcess {
  const settings = { ...COMMON, port, ...(options.durability === 'tests' ? TESTS : {}), ...options.settings }
  const log = openSync(logFile, 'a')
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(postgres, ['-D', data, ...flags], {
    ...account,
    cwd: '/',
    stdio: ['ignore', log, log],
    // A group of its own: Ctrl-C reaches only the supervisor, which stops things in order.
    detached: true,
  })
  closeSync(log)
  endWithUs(child, 'INT')
  return child
}

/** True once it takes connections; false when it ended, was given up, or took too long. */
async function isReady(child: ChildProcess, data: string, deadlineMs: number, signal?: AbortSignal): Promise<boolean> {
  const file = join(data, 'postmaster.pid')
  let failure: Error | undefined
  child.once('error', (error) => (failure = error))
  while (child.exitCode === null && child.signalCode === null && performance.now() < deadlineMs) {
    if (signal?.aborted === true) return false
    if (failure !== undefined) throw failure
    // Line 1 is the server's process, line 8 its own word on whether it takes connections; pg_ctl waits for the same.
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
    if (Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready') return true
    await delay(20)
  }
  return false
}
