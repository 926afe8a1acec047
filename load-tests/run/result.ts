import type { LoadSummary, ThresholdFact } from '../lib/seatcast/load-summary.ts'
import type { Chart } from './chart.ts'
import type { GeneratorShare } from './generator-share.ts'

/** How a run ended. Without a verdict only latencies were seen; an interrupted run tells of the part that ran. */
export type Outcome = 'passed' | 'passed without a verdict' | 'failed' | 'interrupted'

/** For people: what is no plain pass cannot be overlooked. */
export const OUTCOME_WORD: Readonly<Record<Outcome, string>> = {
  passed: 'passed',
  'passed without a verdict': 'passed WITHOUT A VERDICT',
  failed: 'FAILED',
  interrupted: 'INTERRUPTED',
}

/** One run, as it is left in load-tests/results: all that the report shows, and that `compare` reads. */
export interface RunResult {
  readonly format: 1
  readonly scenario: string
  readonly outcome: Outcome
  /** With a verdict, or where somebody did without one. */
  readonly passed: boolean
  /** Why not, one line each, invariants first. */
  readonly failures: readonly string[]
  readonly startedAt: string
  /** From the start of k6 to its end, s. */
  readonly seconds: number
  readonly quick: boolean
  readonly system: SystemUnderTest
  readonly machine: Machine
  /** What k6 itself said at its end; null when it could not run. */
  readonly k6: LoadSummary | null
  /** k6's own, and those on the server's side. */
  readonly thresholds: readonly ThresholdFact[]
  readonly verdict: Verdict
  /** What the server says of itself over the run, name with unit: figure. */
  readonly server: Readonly<Record<string, number>>
  /** CPU time a user, ms by part. */
  readonly costOfUser: Readonly<Record<string, number>>
  readonly generator: GeneratorShare
  readonly charts: readonly Chart[]
}

export interface SystemUnderTest {
  readonly url: string
  /** Started for this run, on this machine. */
  readonly fresh: boolean
  /** Worker processes of its node; null: not ours to know. */
  readonly workers: number | null
  readonly plantedBug: string | null
}

export interface Machine {
  readonly cores: number
  readonly cpu: string
  readonly memoryGb: number
  readonly os: string
  readonly node: string
  readonly k6: string
  /** Of one minute, before the run: others may use the machine too. */
  readonly loadBefore: number
}

/** What the audit route said after the run, when the system was quiet. */
export interface Verdict {
  readonly asked: boolean
  readonly ok: boolean
  readonly checks: readonly VerdictCheck[]
  /** Why there was no answer, or why it is no verdict. */
  readonly fault: string | null
  /** What the audit could not see. */
  readonly warning: string | null
}

export interface VerdictCheck {
  readonly name: string
  readonly rule: string
  readonly count: number
  readonly examples: readonly string[]
}

/** Metrics of k6 about itself and about parts of its requests: they say nothing about the system. */
export const K6_INNARDS = /^(http_req_(?!duration$)|http_req_duration\{|ws_|iteration|data_|vus)/
