import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { isRunning } from '../server/dev/child-process.ts'
import { connectDatabase } from '../server/src/database/client.ts'
import { eventually } from '../server/test/support/eventually.ts'
import { listScenarios } from './run/scenarios.ts'
import { startSystem, type System } from './system/system.ts'
import { k6IsThere, LoadCommand } from './test/load-command.ts'
import { plainK6 } from './test/plain-k6.ts'

/** The smoke takes half a minute; at a load of 30 on two cores it took 110 s. */
const PATIENCE_MS = 300_000

const commands: LoadCommand[] = []
afterAll(async () => {
  for (const command of commands) await command.end()
})

function load(args: readonly string[], env: NodeJS.ProcessEnv = {}): LoadCommand {
  const command = new LoadCommand(args, env)
  commands.push(command)
  return command
}

describe.skipIf(!k6IsThere('the smoke of every load-test scenario'))('npm run load', () => {
  test(
    'all --quick: every scenario passes, with its verdict, and leaves a result and one report',
    async () => {
      const smoke = load(['all', '--quick'])
      const exitCode = await smoke.exitCode()
      const results = smoke.results()
      expect(
        results.flatMap(({ scenario, failures }) => failures.map((failure) => `${scenario}: ${failure}`)),
        smoke.output,
      ).toEqual([])
      expect(exitCode, smoke.output).toBe(0)
      expect(results.map(({ scenario }) => scenario)).toEqual(listScenarios().map(({ name }) => name))
      for (const { scenario, verdict, thresholds, charts } of results) {
        expect(verdict, scenario).toMatchObject({ asked: true, ok: true })
        expect(thresholds.filter(({ kind }) => kind === 'invariant').length, scenario).toBeGreaterThan(5)
        expect(charts.length, scenario).toBeGreaterThan(3)
      }
      expect(smoke.files('.html')).toHaveLength(1)
      expect(readFileSync(smoke.files('.html')[0] ?? '', 'utf8')).toContain('All passed')
    },
    PATIENCE_MS,
  )
})

// Side by side: they mostly wait.
describe.skipIf(!k6IsThere('Ctrl-C, and load tests of a system that is there')).concurrent('a load test', () => {
  test(
    'Ctrl-C stops everything that was started, and leaves what was seen',
    async () => {
      const run = load(['watch', '--quick', '--set', 'DURATION=60'])
      await run.says(/watch: \d+ s.*k6/)
      const family = run.family()
      expect(family.length).toBeGreaterThan(4)
      run.process.kill('SIGINT')
      expect(await run.exitCode(), run.output).toBe(130)
      await eventually(
        'nothing is left',
        10_000,
        () => family.filter(isRunning),
        (left) => left.length === 0,
      )
      expect(run.output).toMatch(/watch: INTERRUPTED in[^]*Interrupted: whatever was started is stopped/)
      expect(run.results()).toMatchObject([{ scenario: 'watch', outcome: 'interrupted', passed: false }])
      expect(run.files('.html')).toHaveLength(1)
    },
    PATIENCE_MS,
  )

  test(
    'a system that is there: plain k6 asks for the verdict too, Ctrl-C leaves no sale open, a wrong token is told in a sentence',
    async () => {
      const system = await startSystem(1, { logFile: '/dev/null' })
      try {
        const env = { SEATCAST_URL: system.origin, SEATCAST_ORGANISER_TOKEN: system.organiserToken }
        const interrupted = load(['watch', '--quick', '--set', 'DURATION=60'], env)
        const wrong = load(['watch', '--quick'], { ...env, SEATCAST_ORGANISER_TOKEN: 'wrong' })
        const plain = await plainK6('watch', { ...env, QUICK: '1' })
        expect(plain, plain.output).toMatchObject({ exitCode: 0, summary: { passed: true, target: { audited: true } } })
        expect(plain.output).toMatch(/PASSED watch/)

        expect(await wrong.exitCode()).toBe(1)
        expect(wrong.output).toMatch(/\nSEATCAST_ORGANISER_TOKEN is no organiser's at .*\.\n$/)

        await interrupted.says(/watch: \d+ s.*k6/)
        interrupted.process.kill('SIGINT')
        expect(await interrupted.exitCode(), interrupted.output).toBe(130)
        expect(interrupted.results(), interrupted.output).toMatchObject([
          { outcome: 'interrupted', system: { fresh: false }, k6: { scenario: 'watch', target: { audited: true } } },
        ])
        expect(await statesOfSales(system), 'a sale and a clock of each of the two').toEqual(Array(4).fill('closed'))
      } finally {
        await system.stop()
      }
    },
    PATIENCE_MS,
  )
})

async function statesOfSales({ databaseUrl }: System): Promise<string[]> {
  const { db, close } = connectDatabase({ databaseUrl, applicationName: 'test', onIdleError: () => undefined })
  try {
    return (await db.selectFrom('performances').select('status').execute()).map(({ status }) => status)
  } finally {
    await close()
  }
}
