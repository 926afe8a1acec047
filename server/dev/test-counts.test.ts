import { expect, test } from 'vitest'
import { countTests, failedFiles } from './test-counts.ts'

const file = (status: 'passed' | 'failed', ...tests: string[]) => ({
  name: `${status}.test.ts`,
  status,
  assertionResults: tests.map((result) => ({ status: result })),
})
const report = (...testResults: object[]) =>
  JSON.stringify({ numPassedTests: 5, numPendingTests: 1, numTodoTests: 1, testResults })

test('counts tests over all files', () => {
  const json = report(file('passed', 'passed'), file('failed', 'failed', 'failed', 'passed'))
  expect(countTests(json, false)).toEqual({ passed: 5, failed: 2, skipped: 2 })
})

test('a file that broke before its tests counts as one failed test', () => {
  expect(countTests(report(file('failed')), false).failed).toBe(1)
})

test('a run that failed outside of all tests is never counted as clean', () => {
  expect(countTests(report(file('passed', 'passed')), false).failed).toBe(1)
  expect(countTests(report(file('passed', 'passed')), true).failed).toBe(0)
})

test('files that failed are named, with their tests that passed', () => {
  const json = report(file('passed', 'passed'), file('failed', 'failed', 'failed', 'passed'))
  expect(failedFiles(json)).toEqual({ files: ['failed.test.ts'], passedTests: 1 })
})
