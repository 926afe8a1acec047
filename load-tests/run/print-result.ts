import { shortNumber } from './chart-svg.ts'
import { OUTCOME_WORD, type RunResult } from './result.ts'

/** The short table of a run: a line a threshold, the verdict, what the server and the generator needed. */
export function printedResult(result: RunResult): string {
  const thresholds = result.thresholds.map(({ passed, kind, metric, condition, value, text }) => [
    passed ? 'pass' : 'FAIL',
    kind,
    `${metric} ${condition}`,
    value === null ? '-' : shortNumber(value),
    passed ? '' : text,
  ])
  const { verdict, generator, server } = result
  const violated = verdict.checks.filter(({ count }) => count > 0)
  const audit = !verdict.asked
    ? ['-', 'audit', 'nobody asked', '', '']
    : [
        verdict.ok && verdict.fault === null ? 'pass' : 'FAIL',
        'audit',
        `${verdict.checks.length} checks of the system at rest`,
        String(violated.length),
        violated.map(({ name }) => name).join(', '),
      ]
  const hold = server['hold p99, ms']
  const shares = [
    hold !== undefined && `server: hold p99 ${hold} ms`,
    server['most watchers'] !== undefined && `${server['most watchers']} watchers`,
    generator.coresMean !== null &&
      `generator: ${generator.coresMean} cores (${Math.round((generator.shareOfUsed ?? 0) * 100)} % of what was used), ${generator.residentMbMax} MB`,
  ].filter((text) => text !== false)
  const cost = Object.entries(result.costOfUser).map(([part, ms]) => `${part} ${ms} ms`)
  return [
    `${result.scenario}: ${OUTCOME_WORD[result.outcome]} in ${result.seconds} s`,
    ...aligned([...thresholds, audit]),
    ...(shares.length > 0 ? [`  ${shares.join('; ')}`] : []),
    ...(cost.length > 0 ? [`  CPU a user: ${cost.join(', ')}`] : []),
    // A smoke measures nothing: only its report has them.
    ...(result.quick ? [] : generator.warnings).map((warning) => `  WARNING, the generator: ${warning}`),
    ...(verdict.warning === null ? [] : [`  WARNING, the audit: ${verdict.warning}`]),
    ...result.failures.map((failure) => `  ${failure.replaceAll('\n', '\n    ')}`),
  ].join('\n')
}

/** A line for each of several results, at the end. */
export function printedOverview(results: readonly RunResult[]): string {
  const rows = results.map(({ scenario, outcome, seconds, failures }) => [
    OUTCOME_WORD[outcome],
    scenario,
    `${seconds} s`,
    failures[0]?.split('\n')[0] ?? '',
  ])
  return aligned(rows).join('\n')
}

/** Rows with columns of one width each. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>(
    (found, row) => row.map((cell, place) => Math.max(found[place] ?? 0, cell.length)),
    [],
  )
  return rows.map((row) => `  ${row.map((cell, place) => cell.padEnd(widths[place] ?? 0)).join('  ')}`.trimEnd())
}
