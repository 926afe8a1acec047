import type { LoadSummary, ThresholdFact } from '../lib/seatcast/load-summary.ts'
import { shortNumber } from './chart-svg.ts'
import type { K6End } from './k6-process.ts'
import type { Verdict } from './result.ts'

export interface Judged {
  readonly end: K6End
  readonly k6: LoadSummary | null
  readonly thresholds: readonly ThresholdFact[]
  readonly verdict: Verdict
  /** Somebody said that latency may pass alone. */
  readonly mayLackVerdict: boolean
  /** The end of k6's log. */
  readonly lastWords: () => string
}

/** k6 says so when a threshold failed. */
const THRESHOLD_FAILED = 99

/** Why a run failed, one text each: the audit first, then what must always hold, then budgets, then k6 itself. */
export function failuresOf({ end, k6, thresholds, verdict, mayLackVerdict, lastWords }: Judged): string[] {
  const audit = verdict.checks
    .filter(({ count }) => count > 0)
    .map(({ name, rule, count, examples }) => `audit, ${name}: ${rule}; ${count} times (${examples[0] ?? ''})`)
  const failed = (kind: 'invariant' | 'limit') =>
    thresholds
      .filter((threshold) => threshold.kind === kind && !threshold.passed)
      .map(
        ({ text, metric, condition, value }) =>
          `${kind}, ${metric} ${condition}: ${text} (it was ${value === null ? 'not measured' : shortNumber(value)})`,
      )
  const found = [...audit, ...failed('invariant'), ...failed('limit')]
  if (end.outOfTime) found.push('k6 took longer than its plan and was ended')
  if (k6 === null) return [...found, `k6 could not run the scenario (exit code ${end.exitCode}):\n${lastWords()}`]
  if (verdict.asked && verdict.fault !== null) found.push(`there is no verdict: ${verdict.fault}`)
  if (!verdict.asked && !mayLackVerdict) found.push(`there is no verdict: ${verdict.fault ?? 'nobody asked the audit'}`)
  const explained = end.exitCode === 0 || (end.exitCode === THRESHOLD_FAILED && found.length > 0)
  if (!explained) found.push(`k6 ended with exit code ${end.exitCode}:\n${lastWords()}`)
  return found
}
