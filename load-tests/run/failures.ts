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
  /** Somebody ended it early. */
  readonly interrupted: boolean
  /** The end of k6's log. */
  readonly lastWords: () => string
}

/** k6 says so when a threshold failed. */
const THRESHOLD_FAILED = 99

const CUT_OFF = 'interrupted, before k6 could sum up: there is only what was seen from outside'
const CUT_SHORT = 'interrupted: figures are of the part that ran, limits that it had no time for count as failed'

/** Why a run failed, one text each: the audit first, then what must always hold, then budgets, then k6 itself. */
export function failuresOf({ end, k6, thresholds, verdict, mayLackVerdict, interrupted, lastWords }: Judged): string[] {
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
  if (interrupted) return [...audit, ...(k6 === null ? [] : failed('invariant')), k6 === null ? CUT_OFF : CUT_SHORT]
  const found = [...audit, ...failed('invariant'), ...failed('limit')]
  if (end.outOfTime) found.push('k6 took longer than its plan and was ended')
  if (k6 === null) return [...found, `k6 could not run the scenario (exit code ${end.exitCode}):\n${lastWords()}`]
  if (verdict.asked && verdict.fault !== null) found.push(`there is no verdict: ${verdict.fault}`)
  if (!verdict.asked && !mayLackVerdict) found.push(`there is no verdict: ${verdict.fault ?? 'nobody asked the audit'}`)
  const explained = end.exitCode === 0 || (end.exitCode === THRESHOLD_FAILED && found.length > 0)
  if (!explained) found.push(`k6 ended with exit code ${end.exitCode}:\n${lastWords()}`)
  return found
}
