import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { endProcess, exited } from '../../dev/child-process.ts'
import type { Ready } from '../../src/roles/worker-messages.ts'

const MAIN = join(import.meta.dirname, '../../src/main.ts')
/** What a role takes over from the tests: where programs are, and what was compiled before. */
const OURS = { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] }
/** How long a role may take to start, ms: the machine may be busy with other tests. */
const START_PATIENCE_MS = 60_000
/** How long a role may take to end after SIGTERM, ms. */
const STOP_PATIENCE_MS = 15_000

/** A role as a real process, as production starts it. */
export interface RoleProcess {
  readonly process: ChildProcess
  readonly pid: number
  /** Of a node or the payment sandbox; 0 for a scheduler. */
  readonly port: number
  /** What it wrote so far, both streams. */
  output(): string
  kill(): Promise<void>
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>
}

/** Starts a role and waits until it is ready. */
export async function startRole(
  role: 'node' | 'scheduler' | 'sandbox-payments',
  env: Readonly<Record<string, string>>,
): Promise<RoleProcess> {
  const child = fork(MAIN, ['--role', role], {
    // Only what is given: no setting of the person who runs the tests leaks in.
    env: { ...OURS, ...env },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let output = ''
  child.stdout?.on('data', (text: Buffer) => (output += text.toString()))
  child.stderr?.on('data', (text: Buffer) => (output += text.toString()))
  const ready = await new Promise<Ready>((resolve, reject) => {
    const timer = setTimeout(() => fail(`no word within ${START_PATIENCE_MS} ms`), START_PATIENCE_MS)
    const fail = (what: string) => {
      clearTimeout(timer)
      child.kill('SIGKILL')
      reject(new Error(`${role} did not start: ${what}\n${output}`))
    }
    child.once('exit', (code) => fail(`exit code ${code}`))
    child.once('message', (message: Ready) => {
      clearTimeout(timer)
      child.removeAllListeners('exit')
      resolve(message)
    })
  })
  return {
    process: child,
    pid: child.pid ?? 0,
    port: ready.port ?? 0,
    output: () => output,
    async kill() {
      child.kill('SIGKILL')
      await exited(child)
    },
    async stop() {
      await endProcess(child, 'SIGTERM', STOP_PATIENCE_MS)
      return child.exitCode
    },
  }
}

/** Runs a role that is expected to end by itself. */
export async function runRole(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ code: number | null; output: string }> {
  const child = fork(MAIN, [...args], { env: { ...OURS, ...env }, execArgv: [], stdio: 'pipe' })
  let output = ''
  child.stdout?.on('data', (text: Buffer) => (output += text.toString()))
  child.stderr?.on('data', (text: Buffer) => (output += text.toString()))
  await exited(child)
  return { code: child.exitCode, output }
}
