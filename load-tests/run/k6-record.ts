/**
 * The record that k6's web dashboard writes: one line of JSON an event, a window of one second each. It is the only
 * output of k6 that is cheap (aggregated inside k6), live, and by the second.
 */

/** Aggregates of one window by metric, as `{p50, p95, p99, …}`, `{count, rate}`, `{value}` or `{rate}`. */
export interface K6Window {
  /** End of the window, Unix ms by k6's clock. */
  readonly atMs: number
  readonly metrics: ReadonlyMap<string, Readonly<Record<string, number>>>
}

export type K6Event =
  /** How long k6 may take at most without set-up and teardown, ms. */
  { readonly kind: 'plan'; readonly lengthMs: number } | { readonly kind: 'window'; readonly window: K6Window }

type MetricKind = 'counter' | 'gauge' | 'rate' | 'trend'

/** The order of each kind's aggregates in the record. Source: xk6-dashboard 0.8, meter.go. */
const AGGREGATES: Record<MetricKind, readonly string[]> = {
  counter: ['count', 'rate'],
  gauge: ['value'],
  rate: ['rate'],
  trend: ['avg', 'max', 'p50', 'min', 'p90', 'p95', 'p99'],
}

/** The clock, a metric of the dashboard's own. */
const CLOCK = 'time'

interface RecordLine {
  readonly event: string
  readonly data: unknown
}

/** Reads the record as it grows. */
export class K6RecordReader {
  readonly #kinds = new Map<string, MetricKind>()
  /** Known metrics in the record's order, which is that of their bytes. */
  #names: string[] = []
  /** A line that is not complete yet. */
  #rest = ''

  read(text: string): K6Event[] {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    return lines.flatMap((line) => this.#event(JSON.parse(line) as RecordLine))
  }

  #event({ event, data }: RecordLine): K6Event[] {
    if (event === 'param') return [{ kind: 'plan', lengthMs: (data as { endOffset?: number }).endOffset ?? 0 }]
    if (event === 'metric') {
      for (const [name, { type }] of Object.entries(data as Record<string, { type: MetricKind }>))
        this.#kinds.set(name, type)
      this.#names = [...this.#kinds.keys()].toSorted(byBytes)
    }
    return event === 'snapshot' ? [{ kind: 'window', window: this.#window(data as (number[] | null)[]) }] : []
  }

  #window(columns: readonly (readonly number[] | null)[]): K6Window {
    const metrics = new Map<string, Record<string, number>>()
    for (const [place, name] of this.#names.entries()) {
      const values = columns[place]
      if (values === null || values === undefined || values.length === 0) continue // nothing in this window
      const aggregates = AGGREGATES[this.#kinds.get(name) ?? 'gauge']
      metrics.set(name, Object.fromEntries(aggregates.map((aggregate, index) => [aggregate, values[index] ?? 0])))
    }
    return { atMs: metrics.get(CLOCK)?.['value'] ?? 0, metrics }
  }
}

const byBytes = (a: string, b: string): number => (a < b ? -1 : 1)
