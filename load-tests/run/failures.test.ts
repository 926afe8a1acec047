import { describe, expect, test } from 'vitest'
import { failuresOf } from './failures.ts'
import { RESULT, SUMMARY } from './test/sample-result.ts'

const good = {
  end: { exitCode: 0, outOfTime: false },
  k6: SUMMARY,
  thresholds: SUMMARY.thresholds,
  verdict: RESULT.verdict,
  mayLackVerdict: false,
  interrupted: false,
  lastWords: () => 'the last words of k6',
}
const failing = (kind: 'invariant' | 'limit') =>
  SUMMARY.thresholds.map((threshold) => ({ ...threshold, passed: threshold.kind !== kind }))

describe('why a run fails', () => {
  test('nothing failed', () => {
    expect(failuresOf(good)).toEqual([])
  })

  test('a violated check of the audit fails a run that k6 passed', () => {
    const checks = [{ name: 'revisions', rule: 'gapless', count: 2, examples: ['entry 1-7 where 1-6 was due'] }]
    const found = failuresOf({ ...good, verdict: { ...RESULT.verdict, ok: false, checks } })
    expect(found).toEqual(['audit, revisions: gapless; 2 times (entry 1-7 where 1-6 was due)'])
  })

  test('no verdict is a failure; latency alone never passes a run', () => {
    const verdict = { asked: false, ok: false, checks: [], fault: 'the audit route answered 503', warning: null }
    expect(failuresOf({ ...good, verdict })).toEqual(['there is no verdict: the audit route answered 503'])
    expect(failuresOf({ ...good, verdict, mayLackVerdict: true })).toEqual([])
  })

  test('an audit that checked nothing is no verdict', () => {
    const verdict = { ...RESULT.verdict, checks: [], fault: 'the audit did not check holds' }
    expect(failuresOf({ ...good, verdict })).toEqual(['there is no verdict: the audit did not check holds'])
  })

  test('invariants come before limits, with the value that was seen', () => {
    const end = { exitCode: 99, outOfTime: false }
    expect(failuresOf({ ...good, end, thresholds: failing('limit') })).toEqual([
      'limit, propagation_ms p(99)<250: a click is seen in time (it was 41.5)',
    ])
    expect(failuresOf({ ...good, end, thresholds: failing('invariant') })[0]).toMatch(/^invariant, gaps count==0/)
  })

  test('an exit code that no threshold explains is a failure', () => {
    expect(failuresOf({ ...good, end: { exitCode: 99, outOfTime: false } })[0]).toMatch(/exit code 99/)
    expect(failuresOf({ ...good, end: { exitCode: 107, outOfTime: false } })[0]).toMatch(/exit code 107/)
    expect(failuresOf({ ...good, end: { exitCode: null, outOfTime: true } })[0]).toMatch(/longer than its plan/)
  })

  test('an interrupted run is none that passed; what it saw broken is told, not what it had no time for', () => {
    const cut = { ...good, interrupted: true, end: { exitCode: 105, outOfTime: false } }
    const verdict = { asked: false, ok: false, checks: [], fault: 'the run was interrupted', warning: null }
    expect(failuresOf({ ...cut, verdict, thresholds: failing('limit') })).toEqual([
      expect.stringMatching(/^interrupted: figures are of the part that ran/),
    ])
    expect(failuresOf({ ...cut, verdict, thresholds: failing('invariant') })[0]).toMatch(/^invariant, gaps/)
    expect(failuresOf({ ...cut, verdict, k6: null, thresholds: [] })).toEqual([
      expect.stringMatching(/^interrupted, before k6 could sum up/),
    ])
  })

  test('without a summary the last words of k6 are told', () => {
    expect(failuresOf({ ...good, k6: null, thresholds: [], end: { exitCode: 107, outOfTime: false } })[0]).toMatch(
      /could not run the scenario \(exit code 107\):\nthe last words/,
    )
  })
})
