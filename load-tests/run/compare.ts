import { readFileSync } from 'node:fs'
import { StartError } from '../../server/src/lifecycle/service.ts'
import type { MetricFact } from '../lib/seatcast/load-summary.ts'
import type { Chart } from './chart.ts'
import { shortNumber } from './chart-svg.ts'
import { isBeyondNoise, spreadOf } from './noise.ts'
import { aligned } from './print-result.ts'
import { K6_INNARDS, OUTCOME_WORD, type RunResult } from './result.ts'

/** Two results beside each other: what differs in how they were run, in what they showed, and what is beyond noise. */
export function compareResults(before: RunResult, after: RunResult): string {
  return [
    `before: ${headline(before)}`,
    `after:  ${headline(after)}`,
    ...differencesOfRuns(before, after).map((text) => `NOT THE SAME RUN: ${text}`),
    '',
    'By the second, mean over the run; "beyond noise" is more than three standard errors and 5 %:',
    ...aligned([['', 'before', 'after', 'change', ''], ...seriesRows(before, after)]),
    '',
    'Over the whole run:',
    ...aligned([['', 'before', 'after', 'change'], ...figureRows(before, after)]),
    '',
    ...outcomeLines(before, after),
  ].join('\n')
}

const REQUIRED = ['scenario', 'system', 'machine', 'thresholds', 'verdict', 'generator', 'charts'] as const

export function readResult(file: string): RunResult {
  let result: Partial<RunResult>
  try {
    result = JSON.parse(readFileSync(file, 'utf8')) as Partial<RunResult>
  } catch (error) {
    throw new StartError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
  // A summary of k6's own, or what a plain k6 run left at SUMMARY_PATH, has a scenario but no machine.
  if (result.format !== 1 || REQUIRED.some((part) => result[part] === undefined))
    throw new StartError(
      `${file} is no result of npm run load: they are in load-tests/results, named after the scenario.`,
    )
  // Results from before there were outcomes say only whether they passed.
  return { outcome: result.passed === true ? 'passed' : 'failed', ...result } as RunResult
}

const headline = ({ scenario, startedAt, outcome, seconds }: RunResult): string =>
  `${scenario}, ${startedAt}, ${seconds} s, ${OUTCOME_WORD[outcome]}`

/** Whatever makes the comparison doubtful. */
function differencesOfRuns(before: RunResult, after: RunResult): string[] {
  const pairs: (readonly [string, unknown, unknown])[] = [
    ['scenario', before.scenario, after.scenario],
    ['interrupted', before.outcome === 'interrupted', after.outcome === 'interrupted'],
    ['quick', before.quick, after.quick],
    ['cores', before.machine.cores, after.machine.cores],
    ['processor', before.machine.cpu, after.machine.cpu],
    ['k6', before.machine.k6, after.machine.k6],
    ['Node', before.machine.node, after.machine.node],
    ['fresh system', before.system.fresh, after.system.fresh],
    ['workers', before.system.workers, after.system.workers],
    ['planted bug', before.system.plantedBug, after.system.plantedBug],
  ]
  const knobs = new Map((before.k6?.knobs ?? []).map(({ name, value }) => [name, value]))
  for (const { name, value } of after.k6?.knobs ?? []) {
    pairs.push([name, knobs.get(name) ?? 'not there', value])
    knobs.delete(name)
  }
  for (const [name, value] of knobs) pairs.push([name, value, 'not there'])
  const told = pairs.filter(([, a, b]) => a !== b).map(([name, a, b]) => `${name} was ${String(a)}, is ${String(b)}`)
  const load = after.machine.loadBefore - before.machine.loadBefore
  if (Math.abs(load) > before.machine.cores / 2)
    told.push(`the load before was ${before.machine.loadBefore}, is ${after.machine.loadBefore}`)
  return told
}

function seriesRows(before: RunResult, after: RunResult): string[][] {
  const lines = (result: RunResult) =>
    new Map(
      result.charts.flatMap((chart: Chart) =>
        chart.lines.map(({ name, values }) => [`${chart.title}, ${name}, ${chart.unit}`, values] as const),
      ),
    )
  return union(lines(before), lines(after)).flatMap(([name, values, others]) => {
    const [a, b] = [spreadOf(values ?? []), spreadOf(others ?? [])]
    if (a === null || b === null) {
      const only = a ?? b
      if (only === null || only.mean === 0) return []
      return [[name, a === null ? ABSENT : plusMinus(a), b === null ? ABSENT : plusMinus(b), '', 'in one run only']]
    }
    if (a.mean === 0 && b.mean === 0) return []
    const word = isBeyondNoise(a, b) ? 'BEYOND NOISE' : ''
    return [[name, plusMinus(a), plusMinus(b), change(a.mean, b.mean), word]]
  })
}

function figureRows(before: RunResult, after: RunResult): string[][] {
  const told = (value: number | undefined) => (value === undefined ? ABSENT : shortNumber(value))
  return union(figuresOf(before), figuresOf(after)).flatMap(([name, a, b]) =>
    (a ?? 0) === 0 && (b ?? 0) === 0
      ? []
      : [[name, told(a), told(b), a === undefined || b === undefined ? '' : change(a, b)]],
  )
}

const ABSENT = '-'

/** What either has, in the order of the first and then of the second. */
function union<Value>(one: ReadonlyMap<string, Value>, other: ReadonlyMap<string, Value>) {
  return [...new Set([...one.keys(), ...other.keys()])].map((name) => [name, one.get(name), other.get(name)] as const)
}

function figuresOf(result: RunResult): Map<string, number> {
  const figures = new Map<string, number>()
  for (const [metric, { type, unit, values }] of Object.entries(result.k6?.metrics ?? {})) {
    if (K6_INNARDS.test(metric) || (type === 'trend' && unit !== 'ms')) continue
    for (const aggregate of TOLD[type]) {
      const value = values[aggregate]
      if (value !== undefined) figures.set(`${metric} ${aggregate}`, value)
    }
  }
  for (const [name, value] of Object.entries(result.server)) figures.set(`server: ${name}`, value)
  for (const [part, ms] of Object.entries(result.costOfUser)) figures.set(`CPU a user of ${part}, ms`, ms)
  figures.set('generator: cores', result.generator.coresMean ?? 0)
  figures.set('generator: MB a virtual user', result.generator.mbPerUser ?? 0)
  return figures
}

/** What is told of a metric over the whole run. */
const TOLD: Readonly<Record<MetricFact['type'], readonly string[]>> = {
  trend: ['p50', 'p99'],
  counter: ['count'],
  gauge: [],
  rate: [],
}

/** Thresholds and checks that changed sides, and those that only one of the runs has. */
function outcomeLines(before: RunResult, after: RunResult): string[] {
  const judged = (result: RunResult) =>
    new Map<string, { readonly passed: boolean; readonly name: string }>([
      ...result.thresholds.map(
        ({ metric, condition, text, passed }) =>
          [`${metric} ${condition}`, { passed, name: `${metric} ${condition}: ${text}` }] as const,
      ),
      ...result.verdict.checks.map(
        ({ name, count }) => [`audit ${name}`, { passed: count === 0, name: `audit, ${name}` }] as const,
      ),
    ])
  const word = (passed: boolean) => (passed ? 'passes' : 'FAILS')
  const turned = union(judged(before), judged(after)).flatMap(([, was, is]) => {
    if (was === undefined) return is === undefined ? [] : [`${word(is.passed)}, only after: ${is.name}`]
    if (is === undefined) return [`${word(was.passed)}, only before: ${was.name}`]
    return was.passed === is.passed ? [] : [`${is.passed ? 'passes now' : 'FAILS NOW'}: ${is.name}`]
  })
  return turned.length === 0 ? ['Every threshold and check ended as before.'] : turned
}

function plusMinus({ mean, standardError }: { readonly mean: number; readonly standardError: number }): string {
  return `${shortNumber(mean)} ± ${shortNumber(standardError)}`
}

function change(before: number, after: number): string {
  if (before === 0) return 'new'
  const percent = ((after - before) / Math.abs(before)) * 100
  return `${percent >= 0 ? '+' : ''}${percent.toFixed(Math.abs(percent) < 10 ? 1 : 0)} %`
}
