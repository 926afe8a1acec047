import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, readSync, existsSync, rmSync } from 'node:fs'
import { totalmem } from 'node:os'
import { endProcess } from '../../server/dev/child-process.ts'
import { CLONE } from '../../server/dev/clone.ts'
import { endWithUs } from '../../server/dev/end-with-us.ts'
import { every } from './every.ts'
import type { K6 } from './find-k6.ts'
import { K6RecordReader, type K6Window } from './k6-record.ts'
import { REMOTE_WRITE_SETTINGS, remoteWriteArguments } from './remote-write.ts'

export interface K6Job {
  readonly k6: K6
  readonly script: string
  /** What the script reads: `__ENV`. By the environment, not `-e`: a token has no place in a process list. */
  readonly env: Readonly<Record<string, string>>
  /** What k6 wrote, both streams. */
  readonly logFile: string
  /** k6's record by the second; removed when it has been read. */
  readonly recordFile: string
  /** k6's own dashboard page; null: none. */
  readonly dashboardFile: string | null
  /** What the run is called at the Prometheus that hears of it; null: none does. */
  readonly remoteWriteAs: string | null
  /** Ends k6 in order: it closes its sale and sums up what it has. */
  readonly signal: AbortSignal
  /** The system goes on without us: closing the sale may take its time. */
  readonly outlivesUs: boolean
  onStart(pid: number): void
  onWindow(window: K6Window): void
}

export interface K6End {
  /** 0: all thresholds passed; 99: one did not; else it could not run. Null: it was ended from outside. */
  readonly exitCode: number | null
  /** It took longer than its own plan allows, and was ended. */
  readonly outOfTime: boolean
}

/** How often the record is read, ms; k6 writes it every second. */
const READ_EVERY_MS = 250
/** Set-up, teardown and the verdict may take this beside the load, ms. A guess: an audit of a large hall takes seconds. */
const AROUND_LOAD_MS = 120_000
/** How long k6 may take to end after SIGINT, ms. A guess: its teardown asks the audit. */
const STOP_PATIENCE_MS = 10_000
/** The same when nobody else would close the sale that it made, ms. */
const CLOSE_PATIENCE_MS = 30_000

/** Runs a script in k6 until it ends or is interrupted, bounded by its own plan. */
export async function runK6(job: K6Job): Promise<K6End> {
  job.signal.throwIfAborted()
  const log = openSync(job.logFile, 'w')
  const args = ['run', '--quiet', '--no-color', '--no-usage-report']
  // The control server of k6 1: of two at once, the second would not get its port.
  if (job.k6.major === 1) args.push('--address', '')
  if (job.remoteWriteAs !== null) args.push(...remoteWriteArguments(job.remoteWriteAs))
  const child = spawn(job.k6.path, [...args, job.script], {
    cwd: CLONE,
    env: { ...garbageSettings(), ...REMOTE_WRITE_SETTINGS, ...process.env, ...dashboardSettings(job), ...job.env },
    stdio: ['ignore', log, log],
    // A group of its own: Ctrl-C reaches only us, and we end it.
    detached: true,
  })
  closeSync(log)
  endWithUs(child, 'TERM', true)
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code))
  })
  if (child.pid !== undefined) job.onStart(child.pid)
  const onAbort = () => {
    void endProcess(child, 'SIGINT', job.outlivesUs ? CLOSE_PATIENCE_MS : STOP_PATIENCE_MS)
  }
  job.signal.addEventListener('abort', onAbort, { once: true })
  const follower = new RecordFollower(job.recordFile)
  let deadlineMs = performance.now() + AROUND_LOAD_MS
  let outOfTime = false
  const over = new AbortController()
  child.once('error', () => over.abort())
  child.once('exit', () => over.abort())
  try {
    await every(READ_EVERY_MS, over.signal, async () => {
      for (const event of follower.read()) {
        if (event.kind === 'window') job.onWindow(event.window)
        else deadlineMs += event.lengthMs
      }
      if (outOfTime || performance.now() < deadlineMs) return
      outOfTime = true
      await endProcess(child, 'SIGINT', STOP_PATIENCE_MS)
    })
    return { exitCode: await ended, outOfTime }
  } finally {
    job.signal.removeEventListener('abort', onAbort)
    follower.close()
    rmSync(job.recordFile, { force: true })
  }
}

/**
 * k6 collects garbage when its memory has doubled; when it is five times as much, a watcher costs a third less CPU. Beyond this
 * share of the machine's memory it collects as often as it must. What the environment says comes first.
 */
function garbageSettings(): Record<string, string> {
  return { GOGC: '400', GOMEMLIMIT: `${Math.floor((MEMORY_SHARE * totalmem()) / 2 ** 20)}MiB` }
}
const MEMORY_SHARE = 0.25

/** Windows of one second, split by the tags that our metrics have; no port is opened. */
function dashboardSettings(job: K6Job): Record<string, string> {
  return {
    K6_WEB_DASHBOARD: 'true',
    K6_WEB_DASHBOARD_PORT: '-1',
    K6_WEB_DASHBOARD_PERIOD: '1s',
    K6_WEB_DASHBOARD_TAGS: 'code',
    K6_WEB_DASHBOARD_RECORD: job.recordFile,
    ...(job.dashboardFile !== null && { K6_WEB_DASHBOARD_EXPORT: job.dashboardFile }),
  }
}

/** Reads what was appended to the record since the last look. */
class RecordFollower {
  readonly #file: string
  readonly #reader = new K6RecordReader()
  readonly #decoder = new TextDecoder()
  readonly #buffer = Buffer.alloc(256 * 1_024)
  #descriptor: number | null = null

  constructor(file: string) {
    this.#file = file
  }

  read() {
    if (this.#descriptor === null && existsSync(this.#file)) this.#descriptor = openSync(this.#file, 'r')
    if (this.#descriptor === null) return []
    let text = ''
    let bytes: number
    do {
      bytes = readSync(this.#descriptor, this.#buffer)
      text += this.#decoder.decode(this.#buffer.subarray(0, bytes), { stream: true })
    } while (bytes > 0)
    return this.#reader.read(text)
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor)
  }
}

/** The last lines that k6 wrote: why it could not run. */
export function lastWords(logFile: string, lines = 8): string {
  return readFileSync(logFile, 'utf8').trim().split('\n').slice(-lines).join('\n')
}
