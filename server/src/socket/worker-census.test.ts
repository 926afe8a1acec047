import { expect, test } from 'vitest'
import { WorkerCensus } from './worker-census.ts'

test('counts of other workers add up; the newest report of each counts; one that fell silent is gone', () => {
  let nowMs = 0
  const census = new WorkerCensus(15_000, () => nowMs)
  census.report('a:1', { p: 3, q: 1 })
  census.report('a:2', { p: 4 })
  census.report('a:2', { p: 5 })
  expect([census.elsewhere('p'), census.elsewhere('q'), census.elsewhere('r')]).toEqual([8, 1, 0])
  nowMs = 10_000
  census.report('a:2', { p: 5 })
  nowMs = 16_000
  expect([census.elsewhere('p'), census.elsewhere('q')]).toEqual([5, 0])
})

test('who has a name in its report, be it with 0, and how many have not', () => {
  let nowMs = 0
  const census = new WorkerCensus(15_000, () => nowMs)
  expect(census.having('p')).toEqual({ workers: [], without: 0 })
  census.report('a:1', { p: 0 })
  nowMs = 10_000
  census.report('a:2', { q: 4 })
  expect(census.having('p')).toEqual({ workers: ['a:1'], without: 1 })
  nowMs = 16_000
  expect(census.having('p')).toEqual({ workers: [], without: 1 })
})
