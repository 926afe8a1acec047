import type { Options, Scenario } from 'k6/options'
import { arrivalRate } from './arrival-rate.ts'
import { type Knobs, PARALLELISM, QUICK } from './knobs.ts'
import { TAGS } from './tags.ts'
import { AUDIT_CHECKS, COMMON_LIMITS, INVARIANTS, type Limits } from './verdict-rules.ts'

/** How long users may take to finish after the run's end: to see quiet, compare, and leave, s. */
const FINISH_SECONDS = 60
/** Share of the dials that may hear nothing for 10 s: on a starved machine it happens. Sources: guesses. */
const DIALS_STALLED_MAX = { usual: 0.01, quick: 0.5 } as const
export interface Load {
  readonly knobs: Knobs
  /** k6's scenarios; `exec` names an exported function. */
  readonly scenarios: Readonly<Record<string, Scenario>>
  /** Budgets beside COMMON_LIMITS, by metric; `false`: a common one that this scenario does not have. */
  readonly limits: Readonly<Record<string, Limits[string] | false>>
}

/** k6's options: the load, one virtual user for the metronome and one a generator for its health, and all thresholds. */
export function loadOptions({ knobs, scenarios, limits }: Load): Options {
  const thresholds: Record<string, string[]> = {}
  // Without a threshold k6 keeps no values by tag.
  for (const [metric, { tag, values }] of Object.entries(TAGS))
    for (const value of values) thresholds[`${metric}{${tag}:${value}}`] = []
  for (const check of AUDIT_CHECKS) thresholds[`audit_violations{check:${check}}`] = []
  for (const metric of Object.keys(INVARIANTS)) thresholds[metric] = ['count==0']
  for (const [metric, limit] of Object.entries(limitsOf(limits))) thresholds[metric] = conditionsOf(limit)
  return {
    scenarios: {
      ...scenarios,
      metronome: alone('metronome', knobs),
      // In each of several generators: k6 gives every segment one of them.
      health: crowd('health', PARALLELISM, knobs),
    },
    thresholds,
    summaryTrendStats: ['avg', 'min', 'med', 'p(90)', 'p(95)', 'p(99)', 'max', 'count'],
    setupTimeout: '60s',
    teardownTimeout: '60s',
  }
}

/** A percentile of nothing is 0 for k6, and passes: a trend with a limit must also have been measured. */
const conditionsOf = ({ condition }: Limits[string]): string[] => {
  const conditions = [condition].flat()
  return conditions.some((each) => OF_TREND.test(each)) ? [...conditions, MEASURED] : conditions
}
const OF_TREND = /^(p\(.*\)|avg|min|med|max)</
/** k6 has no count of a trend's samples; no latency of a whole run is 0 ms. */
export const MEASURED = 'max>0'

export function limitsOf(own: Load['limits']): Limits {
  const common = {
    clicks_answered: { condition: atLeastOfOne(1), text: 'no click of the metronome was answered' },
    dials_stalled: {
      condition: `rate<=${QUICK ? DIALS_STALLED_MAX.quick : DIALS_STALLED_MAX.usual}`,
      text: 'too many dials heard nothing in time, by whosever fault, and were made again',
    },
  }
  const all = Object.entries<Limits[string] | false>({ ...COMMON_LIMITS, ...common, ...own })
  return Object.fromEntries(all.filter((entry): entry is [string, Limits[string]] => entry[1] !== false))
}

/** Virtual users who are all there from the start and run once: crowds that come by themselves use `arriving`. */
export const crowd = (exec: string, vus: number, knobs: Knobs): Scenario => ({
  executor: 'per-vu-iterations',
  vus,
  iterations: 1,
  maxDuration: `${knobs.DURATION + FINISH_SECONDS}s`,
  exec,
})

/**
 * A condition on a counter: at least so many, of which one of several generators has its share, give or take a tenth. A smoke
 * wants to see one: it also runs on machines that are too busy for all.
 */
export function atLeast(count: number): string {
  if (QUICK) return 'count>=1'
  return `count>=${PARALLELISM === 1 ? count : Math.floor((0.9 * count) / PARALLELISM)}`
}

/** The same for what is one virtual user's affair, which only one of several generators has. */
export const atLeastOfOne = (count: number): string => (PARALLELISM === 1 ? atLeast(count) : 'count>=0')

/** One virtual user, once. */
export const alone = (exec: string, knobs: Knobs): Scenario => crowd(exec, 1, knobs)

/** Virtual users for those who stay longer than is expected. Source: a guess; more are made when they do not suffice. */
const SPARE = 1.3

/** Users who arrive by themselves, whether or not those before were served: a closed model would hide overload. */
export const arriving = (
  exec: string,
  load: { readonly perSecond: number; readonly visitSeconds: number; readonly vusMax: number },
  knobs: Knobs,
): Scenario => ({
  executor: 'constant-arrival-rate',
  ...arrivalRate(load.perSecond),
  duration: `${knobs.DURATION}s`,
  // Some more than is expected: one that is made while users wait comes too late; each takes 4 ms of CPU and about 1.5 MB.
  preAllocatedVUs: Math.min(load.vusMax, Math.ceil(SPARE * load.perSecond * load.visitSeconds) + 5),
  maxVUs: load.vusMax,
  gracefulStop: `${FINISH_SECONDS}s`,
  exec,
})
