import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { commandLine, endOrphan, endProcess } from './child-process.ts'
import { endWithUs } from './end-with-us.ts'
import { freePort } from './free-port.ts'
import { redisBinary } from './redis-binary.ts'

export interface RedisOptions {
  /** Holds the append-only files, the log and the pid file; made when absent. */
  readonly directory: string
  /** `none`: nothing is written; a restart is empty. */
  readonly persistence: 'append-only' | 'none'
  /** A free one by default. */
  readonly port?: number
  /** Gives the start up. */
  readonly signal?: AbortSignal
}

export interface RunningRedis {
  readonly url: string
  readonly port: number
  readonly process: ChildProcess
  stop(): Promise<void>
}

/** How long Redis may take to read its append-only file, ms. A guess: a demo's is read in a fraction of a second. */
const START_PATIENCE_MS = 60_000
/** How long a shutdown may take, ms; it flushes the append-only file. A guess. */
const STOP_PATIENCE_MS = 15_000

/** Starts Redis with `noeviction`; a server that an earlier run left on the directory is ended first. */
export async function startRedis(options: RedisOptions): Promise<RunningRedis> {
  const binary = await redisBinary()
  mkdirSync(options.directory, { recursive: true })
  await endEarlierRedis(options.directory)

  const port = options.port ?? (await freePort())
  const logFile = join(options.directory, 'redis.log')
  const log = openSync(logFile, 'a')
  const child = spawn(binary, redisArguments(options, port), {
    cwd: options.directory,
    stdio: ['ignore', log, log],
    // A group of its own: Ctrl-C reaches only the supervisor, which stops things in order.
    detached: true,
  })
  closeSync(log)
  endWithUs(child, 'TERM')
  await untilReady(child, port, logFile, options.signal)
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    process: child,
    stop: () => endProcess(child, 'SIGTERM', STOP_PATIENCE_MS),
  }
}

/** Ends the server that a crash left running on the directory; a stale pid file may name another program by now. */
export async function endEarlierRedis(directory: string): Promise<void> {
  const pidFile = pidFileIn(directory)
  if (!existsSync(pidFile)) return
  const pid = Number(readFileSync(pidFile, 'utf8'))
  if (Number.isInteger(pid) && pid > 1 && commandLine(pid).includes(`--dir ${directory} `))
    await endOrphan(pid, 'SIGTERM', STOP_PATIENCE_MS)
}

function pidFileIn(directory: string): string {
  return join(directory, 'redis.pid')
}

function redisArguments(options: RedisOptions, port: number): string[] {
  return Object.entries({
    bind: '127.0.0.1',
    port: String(port),
    dir: options.directory,
    pidfile: pidFileIn(options.directory),
    save: '',
    appendonly: options.persistence === 'append-only' ? 'yes' : 'no',
    'maxmemory-policy': 'noeviction',
    // The command line stays as it is, so that a later run can tell that this server is its own.
    'set-proc-title': 'no',
  }).flatMap(([name, value]) => [`--${name}`, value])
}

async function untilReady(child: ChildProcess, port: number, logFile: string, signal?: AbortSignal): Promise<void> {
  const deadlineMs = performance.now() + START_PATIENCE_MS
  let failure: Error | undefined
  child.once('error', (error) => (failure = error))
  while (performance.now() < deadlineMs) {
    if (signal?.aborted === true) break
    if (failure !== undefined) throw failure
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`Redis ended while starting: ${readFileSync(logFile, 'utf8').trim().split('\n').at(-1) ?? ''}`)
    if ((await ping(port)).startsWith('+PONG')) return
    await delay(10)
  }
  await endProcess(child, 'SIGKILL', 0)
  signal?.throwIfAborted()
  throw new Error(`Redis did not start within ${START_PATIENCE_MS / 1_000} s: see ${logFile}`)
}

/** Redis's answer to PING; '' when nobody answers. */
function ping(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    socket.setTimeout(1_000, () => socket.destroy())
    socket.once('data', (answer) => {
      resolve(answer.toString())
      socket.destroy()
    })
    socket.once('error', () => resolve(''))
    socket.once('close', () => resolve(''))
  })
}
