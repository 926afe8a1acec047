/** What one worker counts by name: watchers by performance, sockets by hashed address. */
export type WorkerCounts = Readonly<Record<string, number>>

/** What workers of all nodes told each other of one kind of count. */
export class WorkerCensus {
  readonly #goneMs: number
  readonly #now: () => number
  readonly #reports = new Map<string, { readonly counts: WorkerCounts; readonly atMs: number }>()

  /** `goneMs`: a worker that was not heard of for this long is gone. */
  constructor(goneMs: number, now: () => number = () => performance.now()) {
    this.#goneMs = goneMs
    this.#now = now
  }

  report(worker: string, counts: WorkerCounts): void {
    this.#reports.set(worker, { counts, atMs: this.#now() })
  }

  /** The sum of other workers' counts, as far as they were heard of. */
  elsewhere(name: string): number {
    this.#forgetGone()
    let sum = 0
    for (const { counts } of this.#reports.values()) sum += counts[name] ?? 0
    return sum
  }

  /** Other workers: those whose report has the name, be it with 0, and how many have it not. */
  having(name: string): { readonly workers: readonly string[]; readonly without: number } {
    this.#forgetGone()
    const workers = [...this.#reports].filter(([, { counts }]) => counts[name] !== undefined).map(([worker]) => worker)
    return { workers, without: this.#reports.size - workers.length }
  }

  #forgetGone(): void {
    for (const [worker, { atMs }] of this.#reports) if (this.#now() - atMs > this.#goneMs) this.#reports.delete(worker)
  }
}
