import type { ChildProcess } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { exited } from './child-process.ts'

/** A program that is up. */
export interface Running {
  readonly process: ChildProcess
  stop(): Promise<void>
}

export interface Supervised<T extends Running = Running> {
  readonly first: T
  stop(): Promise<void>
}

/** Waits between restarts, ms: doubled up to the longest while a program keeps dying. A guess. */
const BACKOFF_MS = { shortest: 100, longest: 5_000 }
/** A program that ran this long is healthy again, ms. A guess. */
const HEALTHY_MS = 10_000

/**
 * Launches a program and launches it again whenever it dies, until `ending`. Only the first launch may fail;
 * `restart` gets the first one, to take the same port again.
 */
export async function supervise<T extends Running>(
  name: string,
  ending: AbortSignal,
  launch: () => Promise<T>,
  restart: (first: T) => Promise<T> = launch,
): Promise<Supervised<T>> {
  const first = await launch()
  let current = first
  const keepRunning = async () => {
    let backoffMs = BACKOFF_MS.shortest
    let upSinceMs = performance.now()
    while (true) {
      await exited(current.process)
      if (ending.aborted) return
      console.log(`${name} ended (${howItEnded(current.process)}); it is started again`)
      if (performance.now() - upSinceMs > HEALTHY_MS) backoffMs = BACKOFF_MS.shortest
      for (let up = false; !up; backoffMs = Math.min(backoffMs * 2, BACKOFF_MS.longest)) {
        await delay(backoffMs, undefined, { signal: ending }).catch(() => undefined)
        if (ending.aborted) return
        upSinceMs = performance.now()
        up = await restart(first).then(
          (running) => {
            current = running
            return true
          },
          (error: Error) => {
            if (!ending.aborted) console.log(`${name} did not start: ${error.message}`)
            return false
          },
        )
      }
      if (ending.aborted) await current.stop() // `stop` has seen only the one before
    }
  }
  const ended = keepRunning()
  return {
    first,
    async stop() {
      await current.stop()
      await ended // a restart may be under way
    },
  }
}

function howItEnded(child: ChildProcess): string {
  return child.signalCode ?? `exit code ${child.exitCode}`
}
