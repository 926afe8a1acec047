import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compareResults, readResult } from './compare.ts'
import { ChartData } from './chart.ts'
import type { RunResult } from './result.ts'
import { RESULT, SUMMARY } from './test/sample-result.ts'

/** The sample with its propagation multiplied. */
const slower = (factor: number, more: Partial<RunResult> = {}): RunResult => ({
  ...RESULT,
  charts: RESULT.charts.map((chart) => ({
    ...chart,
    lines: chart.lines.map(({ name, values }) => ({
      name,
      values: values.map((value) => (value === null ? null : value * factor)),
    })),
  })),
  ...more,
})

test('a run beside itself: nothing is beyond noise', () => {
  const text = compareResults(RESULT, RESULT)
  expect(text).not.toMatch(/BEYOND NOISE|NOT THE SAME RUN/)
  expect(text).toMatch(/Every threshold and check ended as before/)
})

test('twice as slow is beyond noise, with both means and the change', () => {
  const row = compareResults(RESULT, slower(2))
    .split('\n')
    .find((line) => line.includes('p99, ms  '))
  expect(row).toMatch(/Propagation.*p99, ms +41.* ± .* +82.* ± .* +\+100 % +BEYOND NOISE/)
})

test('a longer run of the same is not beyond noise', () => {
  const lasting = (seconds: number, seed: number) => {
    const data = new ChartData('propagation_ms', 'Propagation', 'ms')
    const random = randomOf(seed)
    for (let second = 0; second < seconds; second += 1) data.add(second, { p99: 20 + 20 * random() })
    return slower(1, { charts: [data.chart()!] })
  }
  expect(compareResults(lasting(600, 1), lasting(3_600, 2))).not.toMatch(/BEYOND NOISE/)
})

/** Numbers from 0 to 1, the same for the same seed. Source: a linear congruential generator, Numerical Recipes. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (1_664_525 * state + 1_013_904_223) % 2 ** 32
    return state / 2 ** 32
  }
}

test('other knobs, another machine or a planted bug are said first', () => {
  const other = slower(1, {
    machine: { ...RESULT.machine, cores: 8 },
    system: { ...RESULT.system, plantedBug: 'lost-frames' },
    k6: { ...SUMMARY, knobs: [{ name: 'WATCHERS', value: '900', isDefault: false, meaning: '' }] },
  })
  const text = compareResults(RESULT, other)
  expect(text).toMatch(/NOT THE SAME RUN: cores was 2, is 8/)
  expect(text).toMatch(/NOT THE SAME RUN: planted bug was null, is lost-frames/)
  expect(text).toMatch(/NOT THE SAME RUN: WATCHERS was 500, is 900/)
})

test('an interrupted run is not the same run', () => {
  const text = compareResults(RESULT, slower(1, { outcome: 'interrupted', passed: false }))
  expect(text).toMatch(/after: .*, INTERRUPTED/)
  expect(text).toMatch(/NOT THE SAME RUN: interrupted was false, is true/)
})

test('a threshold or check that changed sides is told', () => {
  const thresholds = SUMMARY.thresholds.map((threshold) => ({ ...threshold, passed: threshold.kind === 'limit' }))
  const failing = slower(1, { thresholds })
  expect(compareResults(RESULT, failing)).toMatch(/FAILS NOW: gaps count==0: no watcher missed a frame/)
  expect(compareResults(failing, RESULT)).toMatch(/passes now: gaps count==0: no watcher missed a frame/)
})

test('what only one of the runs has is told too', () => {
  const [first] = SUMMARY.thresholds
  const more = slower(1, {
    server: { ...RESULT.server, frames: 700 },
    thresholds: [...SUMMARY.thresholds, { ...first!, metric: 'joins_failed', condition: 'rate<=0.01', passed: false }],
  })
  expect(compareResults(RESULT, more)).toMatch(/server: frames +- +700/)
  expect(compareResults(RESULT, more)).toMatch(/FAILS, only after: joins_failed rate<=0.01/)
  expect(compareResults(more, RESULT)).toMatch(/FAILS, only before: joins_failed rate<=0.01/)
})

test('a plain k6 summary is refused in words, not by a crash', () => {
  const directory = mkdtempSync(join(tmpdir(), 'seatcast-compare-'))
  const file = join(directory, 'k6.json')
  try {
    writeFileSync(file, JSON.stringify(SUMMARY))
    expect(() => readResult(file)).toThrow(/is no result of npm run load/)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})
