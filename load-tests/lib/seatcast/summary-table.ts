import type { LoadSummary, MetricFact } from './load-summary.ts'

/** The short table for people: what was measured, every threshold with pass or fail, and whether to believe it. */
export function summaryTable(summary: LoadSummary): string {
  const { scenario, story, target, thresholds, generator, passed } = summary
  const failed = thresholds.filter((threshold) => !threshold.passed)
  const invariants = thresholds.filter(({ kind }) => kind === 'invariant')
  return [
    '',
    `${scenario}: ${story}`,
    `${target.url}, performance ${target.performanceId}, ${target.seatCount} seats, ${seconds(summary.durationMs)} s`,
    `clocks: ${target.clock}`,
    '',
    ...measured(summary.metrics),
    '',
    `generator: ${generator.vusMax} virtual users, ${generator.iterations} visits, ${generator.droppedIterations} dropped, timers ${round(generator.lagMs.p99)} ms late (p99)`,
    ...generator.warnings.map((warning) => `  WARNING ${warning}`),
    '',
    `${mark(invariants.every((each) => each.passed))} ${invariants.length} invariants${target.audited ? '' : ', no verdict of the audit'}`,
    ...thresholds
      .filter(({ kind, passed: isFine }) => kind === 'limit' || !isFine)
      .map(
        ({ metric, condition, value, passed: isFine, text }) =>
          `${mark(isFine)} ${metric} ${condition}: ${value === null ? 'not measured' : round(value)}${isFine ? '' : `   ${text}`}`,
      ),
    '',
    passed
      ? `PASSED ${target.audited ? '' : 'WITHOUT A VERDICT '}${scenario}`
      : `FAILED ${scenario}: ${failed.map(({ metric }) => metric).join(', ')}`,
    '',
    '',
  ].join('\n')
}

/** Trends and counts of the kit, as far as anything was measured; k6's own are in the JSON. */
function measured(metrics: LoadSummary['metrics']): string[] {
  const own = Object.entries(metrics)
    .filter(([name]) => !K6_OWN.test(name))
    .toSorted(([one], [other]) => one.localeCompare(other))
  const trends = own.filter(([, { type, values }]) => type === 'trend' && (values['count'] ?? 0) > 0)
  const counters = own.filter(([, { type, values }]) => type === 'counter' && (values['count'] ?? 0) > 0)
  const width = Math.max(10, ...trends.map(([name]) => name.length)) + 2
  const numbers = (values: MetricFact['values']): string =>
    STATS.map((stat) => String(round(values[stat] ?? 0)).padStart(9)).join('')
  return [
    ''.padEnd(width) + STATS.map((stat) => stat.padStart(9)).join(''),
    ...trends.map(([name, { values }]) => name.padEnd(width) + numbers(values)),
    '',
    ...counters.map(([name, { values }]) => `${name}: ${values['count']}`),
  ]
}

const STATS = ['count', 'p50', 'p95', 'p99', 'max'] as const
const K6_OWN = /^(http_req|iteration|data_|vus|ws_|checks|group_duration)/

const mark = (passed: boolean): string => (passed ? 'pass' : 'FAIL')
const round = (value: number): number => Math.round(value * 10) / 10
const seconds = (ms: number): number => Math.round(ms / 100) / 10
