import { type ChildProcess, fork } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { endProcess } from '../../server/dev/child-process.ts'

/** A program of ours that runs. */
export interface Program {
  readonly process: ChildProcess
  /** 0 when it listens on none. */
  readonly port: number
}

export interface ProgramOptions {
  readonly args?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  /** A group of its own, without the terminal's Ctrl-C: whoever started it stops it in order. */
  readonly detached?: boolean
  /** Where it writes; by default to our own output. */
  readonly logFile?: string | undefined
  readonly signal?: AbortSignal
}

/** Starts a program that says over IPC which port it has. */
export function startProgram(file: string, options: ProgramOptions = {}): Promise<Program> {
  const { args = [], env = process.env, detached = false, logFile, signal } = options
  const log = logFile === undefined ? 'inherit' : openSync(logFile, 'a')
  const child = fork(file, args, { env, detached, stdio: ['ignore', log, log, 'ipc'] })
  if (log !== 'inherit') closeSync(log)
  const onAbort = () => child.kill('SIGKILL')
  signal?.addEventListener('abort', onAbort, { once: true })
  return new Promise<Program>((resolve, reject) => {
    child.once('message', (message: { port?: number }) => resolve({ process: child, port: message.port ?? 0 }))
    child.once('exit', (code) => {
      const why = logFile === undefined ? '' : `: ${lastLine(logFile)} (log: ${logFile})`
      reject(new Error(`${file} ended with exit code ${code} while starting${why}`))
    })
  }).finally(() => signal?.removeEventListener('abort', onAbort))
}

/** How long a program may take to end by itself, ms; a node has its workers to end. */
const STOP_PATIENCE_MS = 5_000

export const end = (child: ChildProcess): Promise<void> => endProcess(child, 'SIGTERM', STOP_PATIENCE_MS)

const lastLine = (file: string): string => readFileSync(file, 'utf8').trim().split('\n').at(-1) ?? ''
