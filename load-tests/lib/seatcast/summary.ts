import { generatorFacts } from './generator-health.ts'
import { type Knobs, ORGANISER_TOKEN, ORIGIN, SUMMARY_PATH } from './knobs.ts'
import { limitsOf, type Load, MEASURED } from './load-options.ts'
import type { LoadSummary, MetricFact, ThresholdFact } from './load-summary.ts'
import type { Sale } from './sale.ts'
import { summaryTable } from './summary-table.ts'
import { INVARIANTS, type InvariantName } from './verdict-rules.ts'

/** What k6 hands to handleSummary, as far as it is used. */
interface K6Summary {
  readonly metrics: Readonly<Record<string, K6Metric>>
  /** Absent when set-up failed. */
  readonly setup_data?: Sale
  readonly state: { readonly testRunDurationMs: number }
}
interface K6Metric {
  readonly type: MetricFact['type']
  readonly contains: 'time' | 'data' | 'default'
  readonly values: Readonly<Record<string, number>>
  readonly thresholds?: Readonly<Record<string, { readonly ok: boolean }>>
}

export interface Told {
  readonly scenario: string
  /** One sentence. */
  readonly story: string
  readonly knobs: Knobs
  readonly limits: Load['limits']
}

/** k6's handleSummary: JSON at SUMMARY_PATH, a short table for people. */
export function summarize(told: Told, data: K6Summary): Record<string, string> {
  const sale = data.setup_data
  if (sale === undefined) return { stdout: 'The run was not set up: see the error above.\n' }
  const metrics = Object.fromEntries(Object.entries(data.metrics).map(([name, metric]) => [name, metricFact(metric)]))
  const thresholds = thresholdFacts(data.metrics, told.limits)
  const summary: LoadSummary = {
    format: 1,
    scenario: told.scenario,
    story: told.story,
    passed: thresholds.every(({ passed }) => passed),
    startedAt: sale.startedAt,
    durationMs: Math.round(data.state.testRunDurationMs),
    target: {
      url: ORIGIN,
      performanceId: sale.performanceId,
      seatCount: sale.seatCount,
      audited: ORGANISER_TOKEN !== '' && (metrics['audits_failed']?.values['count'] ?? 0) === 0,
      clock: sale.clockText,
    },
    knobs: told.knobs.facts,
    thresholds,
    metrics,
    generator: generatorFacts(metrics),
  }
  const files = SUMMARY_PATH === '' ? {} : { [SUMMARY_PATH]: `${JSON.stringify(summary, null, 2)}\n` }
  return { stdout: summaryTable(summary), ...files }
}

const NAMES: Readonly<Record<string, string>> = { med: 'p50', 'p(90)': 'p90', 'p(95)': 'p95', 'p(99)': 'p99' }
const UNITS = { time: 'ms', data: 'bytes', default: 'count' } as const

function metricFact({ type, contains, values }: K6Metric): MetricFact {
  return {
    type,
    unit: type === 'rate' ? 'share' : UNITS[contains],
    values: Object.fromEntries(Object.entries(values).map(([name, value]) => [NAMES[name] ?? name, value])),
  }
}

function thresholdFacts(metrics: K6Summary['metrics'], limits: Load['limits']): ThresholdFact[] {
  const texts = limitsOf(limits)
  return Object.entries(metrics)
    .flatMap(([metric, { thresholds = {}, values, type }]) =>
      Object.entries(thresholds).map(([condition, { ok }]) => ({
        metric,
        condition,
        kind: metric in INVARIANTS ? ('invariant' as const) : ('limit' as const),
        passed: ok,
        // A trend of nothing has zeros.
        value:
          type === 'trend' && values['count'] === 0
            ? null
            : (values[/^[a-z]+(\([\d.]+\))?/.exec(condition)?.[0].replace('p(50)', 'med') ?? ''] ?? null),
        text:
          condition === MEASURED
            ? 'nobody did what it measures'
            : (INVARIANTS[metric as InvariantName] ?? texts[metric]?.text ?? ''),
      })),
    )
    .toSorted((one, other) => one.kind.localeCompare(other.kind) || one.metric.localeCompare(other.metric))
}
