import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { isRunning } from '../server/dev/child-process.ts'
import { eventually } from '../server/test/support/eventually.ts'
import { listScenarios } from './run/scenarios.ts'
import { k6IsThere, LoadCommand } from './test/load-command.ts'

/** The smoke takes half a minute; at a load of 30 on two cores it took 110 s. */
const PATIENCE_MS = 300_000

const commands: LoadCommand[] = []
afterEach(async () => {
  for (const command of commands.splice(0)) await command.end()
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

  test('Ctrl-C stops everything that was started', async () => {
    const run = load(['watch', '--quick', '--set', 'DURATION=60'])
    await run.says(/watch: \d+ s.*k6/)
    const family = run.family()
    expect(family.length).toBeGreaterThan(4)
    run.process.kill('SIGINT')
    expect(await run.exitCode()).toBe(130)
    await eventually(
      'nothing is left',
      10_000,
      () => family.filter(isRunning),
      (left) => left.length === 0,
    )
    expect(run.output).toMatch(/Interrupted: whatever was started is stopped/)
  })
})
