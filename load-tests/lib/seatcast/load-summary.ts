/** What a run leaves behind at SUMMARY_PATH. Read by load-tests/run; no k6 in here. */
export interface LoadSummary {
  readonly format: 1
  readonly scenario: string
  /** One sentence. */
  readonly story: string
  /** Every threshold passed: the verdict's and the limits. */
  readonly passed: boolean
  readonly startedAt: string
  readonly durationMs: number
  readonly target: {
    readonly url: string
    readonly performanceId: string
    readonly seatCount: number
    /** The audit route gave a verdict. */
    readonly audited: boolean
    /** How the clocks of clicks and watchers were compared. */
    readonly clock: string
  }
  readonly knobs: readonly KnobFact[]
  readonly thresholds: readonly ThresholdFact[]
  /** All of k6's and the kit's; by tag as `hold_answers{code:SEAT_TAKEN}`. */
  readonly metrics: Readonly<Record<string, MetricFact>>
  readonly generator: GeneratorFacts
}

export interface KnobFact {
  readonly name: string
  readonly value: string
  readonly isDefault: boolean
  readonly meaning: string
}

export interface ThresholdFact {
  readonly metric: string
  readonly condition: string
  /** `invariant`: must hold whatever the load. `limit`: a budget of latency or health. */
  readonly kind: 'invariant' | 'limit'
  readonly passed: boolean
  /** What the condition looked at; null: nothing was measured. */
  readonly value: number | null
  /** For people: what it means when it fails. */
  readonly text: string
}

/** `p50`, `p90`, `p95`, `p99`, `avg`, `min`, `max`, `count` of a trend; `count`, `rate` of a counter; and so on. */
export interface MetricFact {
  readonly type: 'counter' | 'gauge' | 'rate' | 'trend'
  readonly unit: 'ms' | 'bytes' | 'count' | 'share'
  readonly values: Readonly<Record<string, number>>
}

/** Whether the generator, not the system, may have been what was measured. */
export interface GeneratorFacts {
  readonly vusMax: number
  readonly iterations: number
  /** Users who should have arrived and found no free virtual user. */
  readonly droppedIterations: number
  /** How late its own timers fired, ms. */
  readonly lagMs: { readonly p50: number; readonly p95: number; readonly p99: number; readonly max: number }
  readonly warnings: readonly string[]
}
