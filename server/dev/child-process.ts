import type { ChildProcess } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'

/** Resolves when the process is gone, or never was there. */
export function exited(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => child.once('exit', () => resolve()))
}

/** Ends a process by the signal; after `patienceMs` by SIGKILL. Resolves when it is gone. */
export async function endProcess(child: ChildProcess, signal: NodeJS.Signals, patienceMs: number): Promise<void> {
  const gone = exited(child)
  child.kill(signal)
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs)
  await gone
  clearTimeout(timer)
}

/** Whether a process with this id exists (a zombie does not count). */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  const stat = `/proc/${pid}/stat`
  return !existsSync(stat) || !/\) Z/.test(readFileSync(stat, 'utf8'))
}

/** The command line of a process; '' when it is gone. */
export function commandLine(pid: number): string {
  try {
    if (existsSync('/proc/self')) return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    return ''
  }
}

/** Ends a process that is not our child; resolves when it is gone. */
export async function endOrphan(pid: number, signal: NodeJS.Signals, patienceMs: number): Promise<void> {
  const killAtMs = performance.now() + patienceMs
  if (isRunning(pid)) process.kill(pid, signal)
  while (isRunning(pid)) {
    await delay(20)
    if (performance.now() > killAtMs && isRunning(pid)) process.kill(pid, 'SIGKILL')
  }
}
