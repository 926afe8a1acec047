import { expect, test } from 'vitest'
import { serverThresholds } from './server-limits.ts'

const FIGURES = { 'hold p99, ms': 8.9, 'HTTP answers of 5xx': 0 }

test('the rival is held to 9 ms on the server and no fault', () => {
  expect(serverThresholds('rival', FIGURES).map(({ passed }) => passed)).toEqual([true, true])
  expect(serverThresholds('rival', { ...FIGURES, 'hold p99, ms': 9 })[0]).toMatchObject({ passed: false, value: 9 })
  expect(serverThresholds('watch', FIGURES)).toEqual([])
})

test('what was not measured did not pass', () => {
  expect(serverThresholds('rival', {})).toMatchObject([
    { passed: false, value: null },
    { passed: false, value: null },
  ])
})
