import { type ChildProcess, fork } from 'node:child_process'

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
  readonly signal?: AbortSignal
}

/** Starts a program that says over IPC which port it has. */
export function startProgram(file: string, options: ProgramOptions = {}): Promise<Program> {
  const { args = [], env = process.env, detached = false, signal } = options
  const child = fork(file, args, { env, detached, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const onAbort = () => child.kill('SIGKILL')
  signal?.addEventListener('abort', onAbort, { once: true })
  return new Promise<Program>((resolve, reject) => {
    child.once('message', (message: { port?: number }) => resolve({ process: child, port: message.port ?? 0 }))
    child.once('exit', (code) => reject(new Error(`${file} ended with exit code ${code} while starting`)))
  }).finally(() => signal?.removeEventListener('abort', onAbort))
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => {
    child.once('exit', resolve)
  })
  child.kill('SIGKILL')
  await gone
}
