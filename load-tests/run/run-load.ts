import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isRunning } from '../../server/dev/child-process.ts'
import { CLONE } from '../../server/dev/clone.ts'
import { StartError } from '../../server/src/lifecycle/service.ts'
import { EVERY_SCENARIO, type RunOptions } from './command-line.ts'
import { findOrBuildK6 } from './find-k6.ts'
import { printedOverview, printedResult } from './print-result.ts'
import { showProgress } from './progress.ts'
import { renderReport } from './report.ts'
import type { RunResult } from './result.ts'
import { runScenario } from './run-scenario.ts'
import { checkKnobs, type ScenarioFacts, secondsOfLoad } from './scenarios.ts'
import { openTarget } from './target.ts'

export interface Load {
  /** A name, or that of all. */
  readonly scenario: string
  readonly options: RunOptions
  readonly scenarios: readonly ScenarioFacts[]
  readonly env: NodeJS.ProcessEnv
  readonly signal: AbortSignal
  readonly tell: (line: string) => void
}

/** Where results go unless said otherwise; git does not see it. */
const RESULTS = join(import.meta.dirname, '..', 'results')

/** How long what was ended may take to be gone, ms: workers notice the end of their channel. */
const GONE_PATIENCE_MS = 5_000

/**
 * Scenarios of a smoke that run side by side, each with a performance of its own: they mostly wait. Measurements have the
 * machine to themselves.
 */
const SMOKE_LANES = 2

/** Runs the scenarios on one system, leaves a report and their results, and tells how it went. */
export async function runLoad(load: Load): Promise<RunResult[]> {
  const { options, signal, tell } = load
  const chosen = load.scenarios.filter(({ name }) => load.scenario === EVERY_SCENARIO || name === load.scenario)
  checkKnobs(chosen, options.knobs)
  if (options.users !== null && !chosen.some(({ mixesUsers }) => mixesUsers))
    throw new StartError(
      `${load.scenario} takes no mixture of users: --users is for those that npm run load -- list says.`,
    )
  if (!options.quick) tell(planOf(chosen, options))
  const k6 = await findOrBuildK6(load.env, signal, tell)
  const directory = options.out === null ? RESULTS : resolve(options.out)
  mkdirSync(directory, { recursive: true })
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-')
  const named = (name: string, ending: string) => join(directory, `${name}-${stamp}${ending}`)

  tell(load.env['SEATCAST_URL'] ? `Loading ${load.env['SEATCAST_URL']} …` : 'Starting a fresh system …')
  const target = await openTarget(options, load.env, named(load.scenario, '.system.log'), signal)
  const started = new Set<number>()
  const lanes = options.quick ? Math.min(SMOKE_LANES, chosen.length) : 1
  const waiting = [...chosen]
  const results: RunResult[] = []
  /** Of those that ended, also when one of the others could not. */
  const leaveReport = () => {
    if (results.length === 0) return
    results.sort((a, b) => a.scenario.localeCompare(b.scenario))
    const file = named(load.scenario, '.html')
    writeFileSync(file, renderReport(results))
    if (results.length > 1) tell(`\n${printedOverview(results)}`)
    tell(`\nReport: ${relative(CLONE, file)} (results and logs beside it)`)
  }
  const lane = async () => {
    for (let scenario = waiting.shift(); scenario !== undefined && !signal.aborted; scenario = waiting.shift()) {
      const fileName = `${scenario.name}-${stamp}`
      const progress = showProgress(scenario.name, process.stdout, lanes === 1)
      const onProcess = (pid: number) => void started.add(pid)
      const run = { scenario, target, k6, options, directory, fileName, progress, signal, onProcess }
      const result = await runScenario(run).finally(() => progress.end())
      results.push(result)
      writeFileSync(named(scenario.name, '.json'), JSON.stringify(result, undefined, 1))
      tell(`\n${printedResult(result)}`)
    }
  }
  const sayWait = () => tell('\nInterrupted: what was seen so far is being written …')
  signal.addEventListener('abort', sayWait, { once: true })
  try {
    await allSettled(Array.from({ length: lanes }, lane)).finally(() => leaveReport())
  } finally {
    signal.removeEventListener('abort', sayWait)
    for (const pid of await target.stop()) started.add(pid)
  }
  await untilGone(started)
  return results
}

/** How long it will take: nobody should find out after an hour. */
function planOf(chosen: readonly ScenarioFacts[], options: RunOptions): string {
  const told = (scenarios: readonly ScenarioFacts[]) => {
    const seconds = secondsOfLoad(scenarios, options)
    return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
  }
  const one = chosen.map((scenario) => `${scenario.name} ${told([scenario])}`).join(', ')
  if (chosen.length === 1) return `Load: ${one}; set-up and verdict take some seconds more.`
  return `Load: ${told(chosen)} in all, one after the other (${one}), and some seconds each around it; --quick is a smoke.`
}

/** Waits for all of them, even when one fails. */
async function allSettled(works: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(works)
  await Promise.all(works)
}

/** Fails when something that was started still runs. */
async function untilGone(pids: ReadonlySet<number>): Promise<void> {
  const deadlineMs = performance.now() + GONE_PATIENCE_MS
  let left = [...pids].filter(isRunning)
  while (left.length > 0 && performance.now() < deadlineMs) {
    await delay(50)
    left = left.filter(isRunning)
  }
  if (left.length > 0) throw new Error(`still running after the end: processes ${left.join(', ')}`)
}
