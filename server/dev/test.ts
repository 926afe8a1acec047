import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildClient } from './client-build.ts'
import { CLONE, SEATCAST } from './clone.ts'
import { redisBinary } from './redis-binary.ts'
import { countTests, failedFiles, type TestCounts } from './test-counts.ts'

/**
 * `npm test`: everything, in the order in which a mistake is cheapest to learn about. `--full`: the long versions.
 * `npm test -- server/src/seats`: only the tests there; whatever else is given goes to Vitest.
 */
const FULL = process.argv.includes('--full')
const SELECTION = process.argv.slice(2).filter((argument) => argument !== '--full')
/** What the long versions do beside the short ones: how many random runs, and benchmarks. */
const FULL_RUNS = {
  BENCHMARKS: 'all',
  MODEL_RUNS: '50000',
  CONVERGENCE_RUNS: '20000',
  BLOCK_RUNS: '100000',
  ORDER_RUNS: '20000',
  GROUP_RUNS: '5000',
  GROUP_ROUNDS: '500',
  GROUP_FAULTS: 'all',
  ORDER_KILLS: 'all',
  RUSH_SEATS: '15000',
  PARTY_RUSH_SEATS: '8000',
  PARTY_RUSH_AT_ONCE: '160,1000',
  PLANTED_BUGS: 'all',
}
const RESULTS = join(SEATCAST, 'test-results.json')
const SECOND_RESULTS = join(SEATCAST, 'test-results-second.json')
/**
 * Files that may be looked at twice. Tests of whole systems share two cores and measure times: one that failed runs once
 * more by itself, and is named at the end as unsteady when it then passes. More than these are no accident.
 */
const DOUBTFUL_FILES_MAX = 3

interface Step {
  readonly name: string
  run(): Promise<boolean>
}

/** They look at the sources and run nothing of them: left out when tests were selected. The longest first, as they run side by side. */
const CHECKS: readonly Step[] = [
  { name: 'format', run: () => command('prettier', '--check', '--log-level', 'warn', '.') },
  ...['server', 'client', 'load-tests', 'load-tests/tsconfig.k6.json', 'shared'].map((name) => ({
    name: `types of ${name}`,
    run: () => command('tsc', '-p', name),
  })),
  { name: 'lint', run: () => command('oxlint', '--type-aware') },
]
/** Checks at once: one of them uses one core. */
const CHECKS_AT_ONCE = 2
const STEPS: readonly Step[] = [
  { name: 'Redis', run: async () => (await redisBinary()) !== '' },
  { name: 'client build', run: async () => (await buildClient(), true) },
  { name: 'tests', run: runTests },
]

let unsteady: readonly string[] = []
let counts: TestCounts = { passed: 0, failed: 1, skipped: 0 }
process.exitCode = await main()

async function main(): Promise<0 | 1> {
  mkdirSync(SEATCAST, { recursive: true })
  const lines: string[] = []
  let sound = true
  const take = async (step: Step): Promise<void> => {
    const startedMs = performance.now()
    const passed = await step.run().catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : error)
      return false
    })
    sound &&= passed
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1)
    lines.push(`${passed ? 'ok    ' : 'FAILED'} ${step.name} (${seconds} s)`)
    if (step.name !== 'tests') console.log(lines.at(-1))
  }
  const checks = SELECTION.length === 0 ? CHECKS.values() : [].values()
  await Promise.all(
    Array.from({ length: CHECKS_AT_ONCE }, async () => {
      for (const check of checks) await take(check)
    }),
  )
  for (const step of STEPS) await take(step)
  console.log(`\n${lines.join('\n')}\n`)
  for (const file of unsteady) console.log(`UNSTEADY ${file}: failed at first, passed alone. Look into it.\n`)
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''
  console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`)
  return sound ? 0 : 1
}

async function runTests(): Promise<boolean> {
  const first = await vitest(RESULTS, ...SELECTION)
  counts = first.counts
  const { files: doubtful, passedTests } = failedFiles(first.report)
  if (first.passed || doubtful.length === 0 || doubtful.length > DOUBTFUL_FILES_MAX) return first.passed
  console.log(`\nOnce more, alone: ${doubtful.join(', ')}\n`)
  const second = await vitest(SECOND_RESULTS, '--no-file-parallelism', ...doubtful)
  if (!second.passed) return false
  counts = { ...counts, passed: counts.passed - passedTests + second.counts.passed, failed: 0 }
  unsteady = doubtful
  return true
}

async function vitest(results: string, ...args: readonly string[]) {
  rmSync(results, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`]
  const passed = await command('vitest', 'run', ...args, ...reporters)
  const report = readFileSync(results, 'utf8')
  return { passed, report, counts: countTests(report, passed) }
}

function command(program: string, ...args: string[]): Promise<boolean> {
  const child = spawn(join(CLONE, 'node_modules', '.bin', program), args, {
    cwd: CLONE,
    env: { ...process.env, ...(FULL ? FULL_RUNS : {}) },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code === 0))
  })
}
