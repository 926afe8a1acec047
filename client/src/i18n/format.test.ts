import { afterEach, expect, test } from 'vitest'
import { countdown, money } from './format.ts'
import { language } from './language.ts'

afterEach(() => {
  language.value = 'en'
})

test('prices are minor units of their currency: KRW has none, USD has cents', () => {
  expect(money(125_000, 'KRW')).toBe('₩125,000')
  expect(money(12_550, 'USD')).toBe('$125.50')
})

test('prices follow the language', () => {
  language.value = 'ko'
  expect(money(12_550, 'USD')).toBe('US$125.50')
})

test('[H5] a countdown rounds up, so that 0:00 means over and never earlier', () => {
  expect(countdown(60_000)).toBe('1:00')
  expect(countdown(59_001)).toBe('1:00')
  expect(countdown(1)).toBe('0:01')
  expect(countdown(0)).toBe('0:00')
  expect(countdown(-5)).toBe('0:00')
  expect(countdown(3_661_000)).toBe('1:01:01')
})
