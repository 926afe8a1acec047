import { expect, test } from 'vitest'
import { ChartData } from './chart.ts'
import { shortNumber } from './chart-svg.ts'

test('a line may join later, and miss a second', () => {
  const data = new ChartData('holds', 'Holds', 'a second')
  data.add(1, { OK: 5 })
  data.add(2, { OK: 6, SEAT_TAKEN: 1 })
  data.add(3, { OK: undefined, SEAT_TAKEN: 2 })
  expect(data.chart()).toEqual({
    name: 'holds',
    title: 'Holds',
    unit: 'a second',
    seconds: [1, 2, 3],
    lines: [
      { name: 'OK', values: [5, 6, null] },
      { name: 'SEAT_TAKEN', values: [null, 1, 2] },
    ],
  })
})

test('an hour is merged into at most 600 points: their mean, and the spike of one second beside it', () => {
  const data = new ChartData('x', 'x', 'ms')
  for (let second = 0; second < 3_600; second += 1) data.add(second, { p99: second === 1_234 ? 610 : 10 })
  const chart = data.chart()
  const line = chart?.lines[0]
  expect(chart?.seconds).toHaveLength(600)
  expect(line?.values.filter((value) => value !== 10)).toEqual([110])
  expect(line?.highest?.filter((value) => value !== 10)).toEqual([610])
})

test('what was never measured is no chart', () => {
  const data = new ChartData('x', 'x', 'ms')
  data.add(1, { p99: undefined })
  expect(data.chart()).toBeNull()
})

test.each([
  [0, '0'],
  [4.2345, '4.23'],
  [9_999, '10000'],
  [12_345, '12.3k'],
  [2_500_000, '2.5M'],
])('%d is short as %s', (value, text) => {
  expect(shortNumber(value)).toBe(text)
})
