import { expect, test } from 'vitest'
import { en } from './orders/en.ts'
import { ko } from './orders/ko.ts'

test('every state and every problem is told in sentences of its own, in both languages', () => {
  for (const [english, korean] of [
    [en.view, ko.view],
    [en.problem, ko.problem],
  ] as const) {
    const said = Object.values(english).map((words) => JSON.stringify(words))
    expect(new Set(said).size).toBe(said.length)
    for (const words of Object.values(korean)) expect(JSON.stringify(words)).toMatch(/[가-힣].*[.…]/)
  }
})

test('[P10] who has an order late is told why, and whether the seats can be given back, in both languages', () => {
  const said = [en, ko].flatMap(({ claimed }) => [
    claimed.expired(true),
    claimed.cancelled(true),
    claimed.cancelled(false),
  ])
  expect(new Set(said).size).toBe(said.length)
})

test('a failure that this client does not know is told without its code', () => {
  expect(en.failure('card_declined')).not.toBe(en.failure('brand_new_code'))
  expect(en.failure('brand_new_code')).toBe(en.failure('unknown'))
  expect(ko.failure('brand_new_code')).toMatch(/[가-힣]/)
})

test('one is singular in English', () => {
  expect(en.checkout.count(1)).toBe('1 seat')
  expect(en.order.cancelSome(2)).toBe('Cancel 2 seats')
})
