export interface TestCounts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** Vitest's JSON report, as far as it is counted. */
interface Report {
  readonly numPassedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly status: 'passed' | 'failed'
    readonly assertionResults: readonly { readonly status: string }[]
  }[]
}

/**
 * Tests of a run over all its projects. A file that broke outside its tests counts as one failed test,
 * and so does a run that failed without a failed test: an error is never counted as nothing.
 */
export function countTests(reportJson: string, runPassed: boolean): TestCounts {
  const report = JSON.parse(reportJson) as Report
  const failed = report.testResults.reduce((sum, file) => {
    const tests = file.assertionResults.filter((test) => test.status === 'failed').length
    return sum + (tests === 0 && file.status === 'failed' ? 1 : tests)
  }, 0)
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && !runPassed ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** Files with a failed test, or that broke outside their tests, with how many of their tests passed. */
export function failedFiles(reportJson: string): { readonly files: readonly string[]; readonly passedTests: number } {
  const failed = (JSON.parse(reportJson) as Report).testResults.filter(({ status }) => status === 'failed')
  const tests = failed.flatMap(({ assertionResults }) => assertionResults)
  return {
    files: failed.map(({ name }) => name),
    passedTests: tests.filter(({ status }) => status === 'passed').length,
  }
}
