import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { printedList } from './printed-list.ts'
import { checkKnobs, listScenarios, readScenario, secondsOfLoad } from './scenarios.ts'

const directory = mkdtempSync(join(tmpdir(), 'seatcast-scenarios-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const SOURCE = `import http from 'k6/http'
/**
 * A crowd looks at
 * one map.
 *
 * Server: MESSAGES_PER_SECOND_PER_SOCKET=20 HOLDS_PER_SECOND_PER_BUYER=5
 */
const knobs = readKnobs({
  WATCHERS: [1_000, 30, 'sockets that watch'],
  SEATS: [
    500,
    50,
    "seats of this one's hall",
  ],
})
`

test('a scenario is read from its source: story, knobs, settings of the server', () => {
  const file = join(directory, 'crowd.ts')
  writeFileSync(file, SOURCE)
  const facts = readScenario(file)
  expect(facts).toMatchObject({
    name: 'crowd',
    story: 'A crowd looks at one map.',
    mixesUsers: false,
    server: { MESSAGES_PER_SECOND_PER_SOCKET: '20', HOLDS_PER_SECOND_PER_BUYER: '5' },
  })
  expect(facts.knobs[0]).toEqual({ name: 'WATCHERS', usual: '1000', quick: '30', meaning: 'sockets that watch' })
  expect(
    facts.knobs.filter(({ name }) => name === 'SEATS'),
    'its own instead of the common one',
  ).toEqual([{ name: 'SEATS', usual: '500', quick: '50', meaning: "seats of this one's hall" }])
  expect(facts.knobs.map(({ name }) => name)).toContain('HOLD_SECONDS')
  expect(printedList([facts])).toMatch(
    /crowd\n {2}A crowd looks at one map\.\n {2}--set WATCHERS=1000 +quick 30 +sockets/,
  )
  expect(() => checkKnobs([facts], { WATCHERS: '5', DURATION: '3', ALLOW_NO_AUDIT: '1' })).not.toThrow()
  expect(() => checkKnobs([facts], { WATCHERS: '' })).toThrow(/WATCHERS is "": it is to be a whole number from 1/)
  expect(() => checkKnobs([facts], { WATCHER: '5' })).toThrow(/no knob WATCHER: WATCHERS, SEATS/)
})

test('every scenario of the kit tells its story and has knobs', () => {
  const scenarios = listScenarios()
  for (const { name, story, knobs } of scenarios) {
    expect(story, name).toMatch(/\w.*[.?]$/)
    expect(knobs.length, name).toBeGreaterThan(3)
  }
  const usual = { quick: false, knobs: {} }
  expect(secondsOfLoad(scenarios, usual), 'soak is an hour').toBeGreaterThan(3_600 + 30 * (scenarios.length - 2))
  expect(secondsOfLoad(scenarios, { ...usual, quick: true })).toBeLessThan(90)
  expect(secondsOfLoad(scenarios, { ...usual, knobs: { DURATION: '5' } })).toBe(5 * scenarios.length)
  const mixed = scenarios.find(({ name }) => name === 'mixed')
  expect(mixed?.mixesUsers).toBe(true)
  expect(
    mixed?.knobs.map(({ name }) => name),
    'those that it shares with others',
  ).toContain('SPAWN_RATE')
})
