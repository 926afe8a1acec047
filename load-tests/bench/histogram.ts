/** Counts of durations in buckets of 0.1 ms up to 20 s; recording costs a few ns. */
export class Histogram {
  readonly #buckets = new Uint32Array(200_001)
  #count = 0
  #max = 0

  record(ms: number): void {
    const bucket = Math.max(0, Math.min(200_000, Math.round(ms * 10)))
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1
    this.#count += 1
    if (ms > this.#max) this.#max = ms
  }

  get count(): number {
    return this.#count
  }

  /** The duration that `share` of the records do not exceed, ms. */
  quantile(share: number): number {
    const wanted = Math.ceil(this.#count * share)
    let seen = 0
    for (let bucket = 0; bucket < this.#buckets.length; bucket += 1) {
      seen += this.#buckets[bucket] ?? 0
      if (seen >= wanted && seen > 0) return bucket / 10
    }
    return 0
  }

  summary(): Latency {
    return {
      count: this.#count,
      p50Ms: this.quantile(0.5),
      p99Ms: this.quantile(0.99),
      maxMs: Math.round(this.#max * 10) / 10,
    }
  }
}

export interface Latency {
  readonly count: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}
