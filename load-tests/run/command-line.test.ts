import { describe, expect, test } from 'vitest'
import { loadCommand } from './command-line.ts'

const read = (args: string[], env: NodeJS.ProcessEnv = {}) => loadCommand(args, env, ['watch', 'mixed'])

describe('the command line of npm run load', () => {
  test('a scenario alone takes the defaults', () => {
    expect(read(['watch'])).toEqual({
      kind: 'run',
      scenario: 'watch',
      options: { quick: false, users: null, knobs: {}, workers: 1, out: null, remoteWrite: false, dashboard: false },
    })
  })

  test('flags, in any order; a knob may have an equals sign in its value', () => {
    const args = ['--quick', '--set', 'A=1', 'mixed', '--set', 'B_2=x=y', '--users', 'watcher=70,buyer=30']
    expect(read([...args, '--workers', '2', '--out', 'there'])).toMatchObject({
      scenario: 'mixed',
      options: { quick: true, users: 'watcher=70,buyer=30', knobs: { A: '1', B_2: 'x=y' }, workers: 2, out: 'there' },
    })
  })

  test('all, list, k6, compare, and help when nothing is said', () => {
    expect(read(['all', '--quick'])).toMatchObject({ kind: 'run', scenario: 'all' })
    expect(read(['list'])).toEqual({ kind: 'list' })
    expect(read(['k6'])).toEqual({ kind: 'k6' })
    expect(read(['compare', 'a.json', 'b.json'])).toEqual({ kind: 'compare', before: 'a.json', after: 'b.json' })
    expect(read([])).toEqual({ kind: 'help' })
    expect(read(['watch', '-h'])).toEqual({ kind: 'help' })
  })

  test.each([
    [['wach'], /no scenario wach: watch, mixed, all/],
    [['watch', 'mixed'], /One scenario at a time/],
    [['watch', '--fast'], /--fast.*--help/],
    [['watch', '--users', 'watcher'], /--users wants a mixture/],
    [['mixed', '--users', 'wtcher=70'], /^--users: .*wtcher=70.*classes: watcher, buyer/],
    [['mixed', '--users', 'watcher=0'], /^--users: USERS has nobody in it\.$/],
    [['watch', '--set', 'watchers=3'], /--set wants NAME=value/],
    [['watch', '--set', 'WATCHERS'], /--set wants NAME=value/],
    [['watch', '--workers', '0'], /--workers must be a whole number from 1/],
    [['compare', 'a.json'], /compare takes two results/],
    [['watch', '--remote-write'], /K6_PROMETHEUS_RW_SERVER_URL/],
  ])('%j is refused with one line that says what to do', (args, line) => {
    expect(() => read(args)).toThrow(line)
  })

  test('workers are those of a fresh system', () => {
    const env = { SEATCAST_URL: 'http://127.0.0.1:3000' }
    expect(() => read(['watch', '--workers', '2'], env)).toThrow(/--workers is for a fresh system/)
    expect(read(['watch', '--workers', '2'], { SEATCAST_URL: '' })).toMatchObject({ options: { workers: 2 } })
  })

  test('remote write knows where to', () => {
    const env = { K6_PROMETHEUS_RW_SERVER_URL: 'http://127.0.0.1:9090/api/v1/write' }
    expect(read(['watch', '--remote-write'], env)).toMatchObject({ options: { remoteWrite: true } })
  })
})
