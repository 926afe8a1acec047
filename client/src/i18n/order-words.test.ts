import { expect, test } from 'vitest'
import { en } from './orders/en.ts'
import { ko } from './orders/ko.ts'

test('every state and every problem is told in sentences of its own, in both languages', () => {
  for (const [english, korean] of [
    [en.view, ko.view],
    [en.problem, ko.problem],
    [en.news, ko.news],
  ] as const) {
    const said = Object.values(english).map((words) => JSON.stringify(words))
    expect(new Set(said).size).toBe(said.length)
    for (const words of Object.values(korean)) expect(JSON.stringify(words)).toMatch(/[가-힣].*[.…]/)
  }
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
