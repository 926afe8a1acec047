import type { PerformanceId } from '@seatcast/shared/domain/ids.ts'
import type { Logger } from 'pino'

/** Tells once that something of a performance fails, and once that it does no longer. */
export class PerformanceFaults {
  readonly #job: string
  readonly #log: Logger
  readonly #broken = new Set<PerformanceId>()

  constructor(job: string, log: Logger) {
    this.#job = job
    this.#log = log
  }

  failed(performanceId: PerformanceId, fault: unknown): void {
    if (this.#broken.has(performanceId)) return
    this.#broken.add(performanceId)
    this.#log.warn({ job: this.#job, performanceId, err: fault }, 'job failed for a performance')
  }

  succeeded(performanceId: PerformanceId): void {
    if (this.#broken.delete(performanceId)) this.#log.info({ job: this.#job, performanceId }, 'performance recovered')
  }
}

interface Followed {
  readonly target: { readonly id: PerformanceId }
}

/**
 * Does a job's work for each performance, so that a broken one does not keep the others from being served. Rejects where
 * none of several succeeds: then it is no performance's fault, and the job waits longer and longer.
 */
export function eachPerformance(job: string, log: Logger, how: 'at once' | 'in turn' = 'at once') {
  const faults = new PerformanceFaults(job, log)
  return async <One extends Followed>(list: readonly One[], work: (one: One) => Promise<void>): Promise<void> => {
    const failed: { readonly id: PerformanceId; readonly fault: unknown }[] = []
    const attempt = async (one: One): Promise<void> => {
      try {
        await work(one)
        faults.succeeded(one.target.id)
      } catch (fault) {
        failed.push({ id: one.target.id, fault })
      }
    }
    if (how === 'at once') await Promise.all(list.map(attempt))
    else for (const one of list) await attempt(one)
    if (list.length > 1 && failed.length === list.length) throw failed[0]?.fault
    for (const { id, fault } of failed) faults.failed(id, fault)
  }
}
