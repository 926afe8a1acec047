import { expect, test } from 'vitest'
import { printedOverview, printedResult } from './print-result.ts'
import { NO_VERDICT } from './verdict.ts'
import { RESULT } from './test/sample-result.ts'

test('the first line says how the run ended: a pass without a verdict is told from one with it', () => {
  expect(printedResult(RESULT)).toMatch(/^watch: passed in 33.1 s\n/)
  expect(printedResult({ ...RESULT, outcome: 'passed without a verdict', verdict: NO_VERDICT })).toMatch(
    /^watch: passed WITHOUT A VERDICT in 33.1 s\n[^]* - +audit +nobody asked/,
  )
  expect(printedResult({ ...RESULT, outcome: 'interrupted', passed: false })).toMatch(/^watch: INTERRUPTED in/)
})

test('the overview has a line a run, with its outcome', () => {
  const failed = {
    ...RESULT,
    scenario: 'mixed',
    outcome: 'failed',
    passed: false,
    failures: ['too slow\nby far'],
  } as const
  expect(printedOverview([RESULT, failed]).split('\n')).toEqual([
    '  passed  watch  33.1 s',
    '  FAILED  mixed  33.1 s  too slow',
  ])
})
