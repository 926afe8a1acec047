import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { endProcess } from './child-process.ts'
import { CLONE, LOGS } from './clone.ts'
import type { Running } from './supervise.ts'

export interface RoleOptions {
  /** Names its log. */
  readonly name: string
  /** A TypeScript file of the clone and its arguments. */
  readonly command: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly signal: AbortSignal
}

/** How long a role may take until it is ready, ms. A guess: five times what a cold 2-core machine needs. */
const READY_PATIENCE_MS = 60_000
/** How long a role may take to drain, ms; longer than its own SHUTDOWN_DEADLINE_MS. */
const STOP_PATIENCE_MS = 15_000
/** A log that is longer is set aside at the next start, bytes. */
const LOG_BYTES_MAX = 5_000_000

/** Starts a role as a child process; resolves when it says `{type: 'ready'}` on its channel. It ends when the channel does. */
export async function startRole(options: RoleOptions): Promise<Running> {
  options.signal.throwIfAborted()
  const logFile = join(LOGS, `${options.name}.log`)
  if (existsSync(logFile) && statSync(logFile).size > LOG_BYTES_MAX) renameSync(logFile, `${logFile}.old`)
  const log = openSync(logFile, 'a')
  const since = statSync(logFile).size
  const child = spawn(process.execPath, options.command, {
    cwd: CLONE,
    env: options.env,
    stdio: ['ignore', log, log, 'ipc'],
    // A group of its own: Ctrl-C reaches only the supervisor, which stops things in order.
    detached: true,
  })
  closeSync(log)
  const stop = () => endProcess(child, 'SIGTERM', STOP_PATIENCE_MS)
  const onAbort = () => void stop()
  options.signal.addEventListener('abort', onAbort, { once: true })
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`not ready after ${READY_PATIENCE_MS / 1_000} s`)),
        READY_PATIENCE_MS,
      )
      child.on('message', (message) => {
        if ((message as { type?: unknown }).type !== 'ready') return
        clearTimeout(timer)
        resolve()
      })
      child.once('error', reject)
      child.once('exit', () => {
        clearTimeout(timer)
        reject(new Error(`${options.name}: ${lastFault(logFile, since)} (log: ${logFile})`))
      })
    })
  } catch (error) {
    await endProcess(child, 'SIGKILL', 0)
    throw error
  } finally {
    options.signal.removeEventListener('abort', onAbort)
  }
  return { process: child, stop }
}

/** Why a role ended: the last fault that it told since it was started. */
function lastFault(logFile: string, since: number): string {
  const lines = readFileSync(logFile).subarray(since).toString().trim().split('\n')
  const last = (pattern: RegExp) => lines.findLast((candidate) => pattern.test(candidate))
  const line = last(/^seatcast: /) ?? last(/Error/) ?? lines.at(-1) ?? ''
  if (!line.startsWith('{')) return line.replace('seatcast: ', '')
  try {
    const entry = JSON.parse(line) as { msg?: string; err?: { message?: string } }
    return entry.err?.message ?? entry.msg ?? line
  } catch {
    return line // cut off by the end
  }
}
