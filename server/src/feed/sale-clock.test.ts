import { expect, test } from 'vitest'
import { SaleClock } from './sale-clock.ts'
import type { MapState } from './map-source.ts'
import { RedisClock } from './redis-clock.ts'

function saleAt(status: MapState['sale']['status'], opensAtMs: number, redisMs = 1_000) {
  const mirror = { sale: { status, opensAtMs } }
  const time = { ms: redisMs }
  return { mirror, time, sale: new SaleClock('p', mirror, { nowMs: () => time.ms }) }
}

test("[F9] a scheduled sale opens by Redis's clock, and that is told once", () => {
  const { sale, time } = saleAt('scheduled', 5_000)
  expect(sale.now).toEqual({ performanceId: 'p', status: 'scheduled', opensInMs: 4_000 })
  time.ms = 4_999
  expect(sale.takeChange()).toBeUndefined()
  time.ms = 5_000
  expect(sale.takeChange()).toEqual({ performanceId: 'p', status: 'on_sale', opensInMs: 0 })
  expect(sale.takeChange()).toBeUndefined()
})

test('the entry that says what the clock said already is no change', () => {
  const { sale, time, mirror } = saleAt('scheduled', 5_000)
  time.ms = 6_000
  sale.takeChange()
  mirror.sale = { status: 'on_sale', opensAtMs: 5_000 }
  expect(sale.takeChange()).toBeUndefined()
})

test('another opening time is a change, and so are pause and close', () => {
  const { sale, mirror } = saleAt('scheduled', 5_000)
  mirror.sale = { status: 'scheduled', opensAtMs: 9_000 }
  expect(sale.takeChange()?.opensInMs).toBe(8_000)
  mirror.sale = { status: 'paused', opensAtMs: 9_000 }
  expect(sale.takeChange()).toMatchObject({ status: 'paused', opensInMs: 0 })
})

test('without a time it does not open by itself', () => {
  const { sale } = saleAt('scheduled', 0, 1e12)
  expect(sale.now).toEqual({ performanceId: 'p', status: 'scheduled', opensInMs: null })
})

test("Redis's clock is the middle of a sample's round trip, and a slow sample does not spoil it", () => {
  let localMs = 100
  const clock = new RedisClock({ nowMs: () => localMs, after: () => () => undefined })
  expect(clock.nowMs()).toBe(0)
  localMs = 120
  clock.sample([50, 0], 100)
  expect(clock.nowMs()).toBe(50_010)
  localMs = 1_000
  clock.sample([99, 0], 500)
  expect(clock.nowMs()).toBe(50_890)
})
