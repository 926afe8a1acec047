import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { findK6 } from '../run/find-k6.ts'
import { ABUSES } from '../lib/seatcast/tags.ts'
import { k6IsThere } from './load-command.ts'

interface Inspected {
  readonly scenarios: Readonly<Record<string, { readonly vus?: number; readonly rate?: number }>>
  readonly thresholds: Readonly<Record<string, readonly string[]>>
}

const isThere = k6IsThere("the options of the scenarios' k6")
const run = promisify(execFile)
const k6 = (command: string, scenario: string, settings: readonly string[] = []) =>
  run(
    findK6()?.path ?? '',
    [
      command,
      ...settings.flatMap((setting) => ['-e', setting]),
      join(import.meta.dirname, '..', 'scenarios', `${scenario}.ts`),
    ],
    { env: { PATH: process.env['PATH'], K6_NO_USAGE_REPORT: 'true' } },
  )

/** The options as k6 itself reads them. */
async function inspect(scenario: string, ...settings: string[]): Promise<Inspected> {
  return JSON.parse((await k6('inspect', scenario, settings)).stdout) as Inspected
}

test.skipIf(!isThere)(
  'a mixed run keeps the ratio of USERS, also where several watchers are one virtual user',
  async () => {
    const { scenarios } = await inspect('soak', 'USERS=watcher=30,buyer=60,group=10', 'SPAWN_RATE=5')
    const perSecond = (name: string) => (scenarios[name]?.rate ?? 0) / 1_000
    expect([perSecond('watcher') * 20, perSecond('buyer'), perSecond('group')]).toEqual([1.5, 3, 0.5])
  },
)

test.skipIf(!isThere)('each of several generators has somebody who watches its health', async () => {
  const { scenarios } = await inspect('watch', 'PARALLELISM=4')
  expect([scenarios['health']?.vus, scenarios['metronome']?.vus]).toEqual([4, 1])
})

test.skipIf(!isThere)('limits may have several conditions, and counts are told by tag', async () => {
  expect((await inspect('watch')).thresholds['completeness']).toEqual(['avg>90', 'min>50'])
  const { thresholds } = await inspect('abuse')
  for (const kind of ABUSES) expect(thresholds[`abuses{kind:${kind}}`], kind).toEqual(['count>0'])
  expect(Object.keys(thresholds)).toEqual(
    expect.arrayContaining(['lost_sockets{reason:ping timeout}', 'unanswered{event:seats:hold}']),
  )
})

test.skipIf(!isThere)(
  'without a token and without PERFORMANCE nothing is clicked: whose sale would it be?',
  async () => {
    await expect(k6('run', 'watch')).rejects.toThrow(/Nothing was clicked: set SEATCAST_ORGANISER_TOKEN/)
  },
)
