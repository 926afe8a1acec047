import { readFileSync } from 'node:fs'
import { StartError } from '../../server/src/lifecycle/service.ts'
import type { MetricFact } from '../lib/seatcast/load-summary.ts'
import type { Chart } from './chart.ts'
import { shortNumber } from './chart-svg.ts'
import { isBeyondNoise, spreadOf } from './noise.ts'
import { aligned } from './print-result.ts'
import { K6_INNARDS, type RunResult } from './result.ts'

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

export function readResult(file: string): RunResult {
  let result: Partial<RunResult>
  try {
    result = JSON.parse(readFileSync(file, 'utf8')) as Partial<RunResult>
  } catch (error) {
    throw new StartError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (result.format !== 1 || result.scenario === undefined)
    throw new StartError(
      `${file} is no result of npm run load: they are in load-tests/results, named after the scenario.`,
    )
  return result as RunResult
}

const headline = ({ scenario, startedAt, passed, seconds }: RunResult): string =>
  `${scenario}, ${startedAt}, ${seconds} s, ${passed ? 'passed' : 'FAILED'}`

/** Whatever makes the comparison doubtful. */
function differencesOfRuns(before: RunResult, after: RunResult): string[] {
  const pairs: (readonly [string, unknown, unknown])[] = [
    ['scenario', before.scenario, after.scenario],
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
  for (const { name, value } of after.k6?.knobs ?? []) pairs.push([name, knobs.get(name), value])
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
  const others = lines(after)
  return [...lines(before)].flatMap(([name, values]) => {
    const [a, b] = [spreadOf(values), spreadOf(others.get(name) ?? [])]
    if (a === null || b === null || (a.mean === 0 && b.mean === 0)) return []
    const word = isBeyondNoise(a, b) ? 'BEYOND NOISE' : ''
    return [[name, plusMinus(a), plusMinus(b), change(a.mean, b.mean), word]]
  })
}

function figureRows(before: RunResult, after: RunResult): string[][] {
  const others = figuresOf(after)
  return [...figuresOf(before)].flatMap(([name, a]) => {
    const b = others.get(name)
    return b === undefined || (a === 0 && b === 0) ? [] : [[name, shortNumber(a), shortNumber(b), change(a, b)]]
  })
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

/** Thresholds and checks that changed sides. */
function outcomeLines(before: RunResult, after: RunResult): string[] {
  const judged = (result: RunResult) =>
    new Map([
      ...result.thresholds.map(({ text, passed }) => [text, passed] as const),
      ...result.verdict.checks.map(({ name, count }) => [`audit, ${name}`, count === 0] as const),
    ])
  const was = judged(before)
  const turned = [...judged(after)].filter(([name, passed]) => was.has(name) && was.get(name) !== passed)
  if (turned.length === 0) return ['Every threshold and check ended as before.']
  return turned.map(([name, passed]) => `${passed ? 'passes now' : 'FAILS NOW'}: ${name}`)
}

function plusMinus({ mean, standardError }: { readonly mean: number; readonly standardError: number }): string {
  return `${shortNumber(mean)} ± ${shortNumber(standardError)}`
}

function change(before: number, after: number): string {
  if (before === 0) return 'new'
  const percent = ((after - before) / Math.abs(before)) * 100
  return `${percent >= 0 ? '+' : ''}${percent.toFixed(Math.abs(percent) < 10 ? 1 : 0)} %`
}
