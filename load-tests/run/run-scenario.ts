import { existsSync, readFileSync, rmSync } from 'node:fs'
import { cpus, loadavg, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import type { LoadSummary } from '../lib/seatcast/load-summary.ts'
import { round } from './chart.ts'
import type { RunOptions } from './command-line.ts'
import { costOfUser } from './cost.ts'
import { every } from './every.ts'
import { failuresOf } from './failures.ts'
import type { K6 } from './find-k6.ts'
import { GeneratorWatch } from './generator-share.ts'
import { K6Charts } from './k6-charts.ts'
import { lastWords, runK6 } from './k6-process.ts'
import type { Progress } from './progress.ts'
import type { Machine, RunResult } from './result.ts'
import type { ScenarioFacts } from './scenarios.ts'
import { serverThresholds } from './server-limits.ts'
import { ServerWatch } from './server-watch.ts'
import type { Target, TargetNode } from './target.ts'
import { askVerdict, NO_VERDICT } from './verdict.ts'

export interface ScenarioRun {
  readonly scenario: ScenarioFacts
  readonly target: Target
  readonly k6: K6
  readonly options: RunOptions
  /** Where the log and k6's own page go, and the name that they begin with. */
  readonly directory: string
  readonly fileName: string
  readonly progress: Progress
  readonly signal: AbortSignal
  /** Hears of each process that was started. */
  onProcess(pid: number): void
}

const SAMPLE_EVERY_MS = 1_000

/** Runs one scenario, watches both sides, and asks for the verdict. Failing is a result, and so is being interrupted. */
export async function runScenario(run: ScenarioRun): Promise<RunResult> {
  const machine = machineFacts(run.k6)
  const startedAt = new Date()
  const node = await run.target.node(run.scenario.server)
  try {
    const { end, k6, share, server, k6Charts, seconds, logFile } = await loadAndWatch(run, node)
    const performanceId = k6?.target.performanceId
    const token = run.target.organiserToken
    const verdict =
      performanceId === undefined || token === null
        ? NO_VERDICT
        : await askVerdict(node.origin, token, performanceId, run.signal)
    const figures = server.figures()
    const thresholds = [
      ...(k6?.thresholds ?? []),
      ...(run.options.quick ? [] : serverThresholds(run.scenario.name, figures)),
    ]
    const interrupted = run.signal.aborted
    const failures = failuresOf({
      end,
      k6,
      thresholds,
      verdict,
      mayLackVerdict: run.options.knobs['ALLOW_NO_AUDIT'] === '1',
      interrupted,
      lastWords: () => lastWords(logFile),
    })
    const passed = failures.length === 0
    return {
      format: 1,
      scenario: run.scenario.name,
      outcome: interrupted
        ? 'interrupted'
        : passed
          ? verdict.asked
            ? 'passed'
            : 'passed without a verdict'
          : 'failed',
      passed,
      failures,
      startedAt: startedAt.toISOString(),
      seconds: round(seconds, 1),
      quick: run.options.quick,
      system: {
        url: node.origin,
        fresh: run.target.fresh,
        workers: run.target.workers,
        plantedBug: run.target.plantedBug,
      },
      machine,
      k6,
      thresholds,
      verdict,
      server: figures,
      costOfUser: costOfUser(k6, figures, share.cpuSeconds),
      generator: share,
      charts: [...k6Charts.charts(), ...server.charts()],
    }
  } finally {
    await node.stop()
  }
}

/** From the start of k6 to its end. */
async function loadAndWatch(run: ScenarioRun, node: TargetNode) {
  const file = (ending: string) => join(run.directory, `${run.fileName}${ending}`)
  const [summaryFile, logFile] = [file('.k6.json'), file('.log')]
  const startedMs = performance.now()
  const k6Charts = new K6Charts(Date.now())
  const server = new ServerWatch(node.origin, () => node.parts())
  let generator: GeneratorWatch | undefined
  const over = new AbortController()
  const secondsNow = () => (performance.now() - startedMs) / 1_000
  const sample = async () => {
    const used = generator?.sample() ?? { cores: null, residentMb: null }
    await server.sample(secondsNow(), used)
    run.progress.server(secondsNow(), used.cores)
  }
  const ended = runK6({
    k6: run.k6,
    script: run.scenario.file,
    env: settingsOf(run, node, summaryFile),
    logFile,
    recordFile: file('.record'),
    dashboardFile: run.options.dashboard ? file('.k6.html') : null,
    outlivesUs: !run.target.fresh,
    remoteWriteAs: run.options.remoteWrite ? run.fileName : null,
    signal: run.signal,
    onStart(pid) {
      run.onProcess(pid)
      generator = new GeneratorWatch(pid)
    },
    onWindow(window) {
      k6Charts.add(window)
      run.progress.window(window)
    },
  }).finally(() => over.abort())
  const [end] = await Promise.all([ended, every(SAMPLE_EVERY_MS, over.signal, sample)])
  const k6 = existsSync(summaryFile) ? (JSON.parse(readFileSync(summaryFile, 'utf8')) as LoadSummary) : null
  rmSync(summaryFile, { force: true })
  const share = (generator ?? new GeneratorWatch(0)).share(k6)
  return { end, k6, share, server, k6Charts, seconds: secondsNow(), logFile }
}

function settingsOf({ options, target }: ScenarioRun, node: TargetNode, summaryFile: string): Record<string, string> {
  return {
    SEATCAST_URL: node.origin,
    ...(target.organiserToken !== null && { SEATCAST_ORGANISER_TOKEN: target.organiserToken }),
    SUMMARY_PATH: summaryFile,
    QUICK: options.quick ? '1' : '0',
    ...(options.users !== null && { USERS: options.users }),
    ...options.knobs,
  }
}

function machineFacts(k6: K6): Machine {
  return {
    cores: cpus().length,
    cpu: cpus()[0]?.model.trim() ?? '',
    memoryGb: round(totalmem() / 2 ** 30, 0),
    os: `${type()} ${release()}`,
    node: process.version,
    k6: k6.version,
    loadBefore: round(loadavg()[0] ?? 0, 2),
  }
}
