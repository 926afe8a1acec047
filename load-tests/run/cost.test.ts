import { expect, test } from 'vitest'
import { costOfUser } from './cost.ts'
import { serverThresholds } from './server-limits.ts'
import { SUMMARY } from './test/sample-result.ts'

const arrived = (count: number) => ({
  ...SUMMARY,
  metrics: { users_arrived: { type: 'counter', unit: 'count', values: { count } } } as const,
})

test('CPU time is shared among the users who arrived, the generator’s beside the parts of the server', () => {
  const server = { 'CPU of node, s': 4, 'CPU of redis, s': 1, 'hold p99, ms': 3 }
  expect(costOfUser(arrived(2_000), server, 6)).toEqual({ node: 2, redis: 0.5, k6: 3 })
  expect(costOfUser(arrived(2_000), server, null)).toEqual({ node: 2, redis: 0.5 })
  expect(costOfUser(arrived(0), server, 6)).toEqual({})
  expect(costOfUser(null, server, 6)).toEqual({})
})

test('a limit on the server’s side is judged by its own metrics; a figure that is missing is not below it', () => {
  const judged = serverThresholds('rival', { 'hold p99, ms': 9.4, 'HTTP answers of 5xx': 0 })
  expect(judged.map(({ metric, passed }) => [metric, passed])).toEqual([
    ['server: hold p99, ms', false],
    ['server: HTTP answers of 5xx', true],
  ])
  expect(serverThresholds('rival', {}).map(({ value, passed }) => [value, passed])).toEqual([
    [null, false],
    [null, false],
  ])
  expect(serverThresholds('watch', { 'hold p99, ms': 99 })).toEqual([])
})
