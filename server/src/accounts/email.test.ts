import { expect, test } from 'vitest'
import { normalisedEmail } from './email.ts'

test.each([
  ['Anna@Example.COM', 'anna@example.com'],
  ['  anna+tickets@example.com\t', 'anna+tickets@example.com'],
  ['anna@bücher.example', 'anna@xn--bcher-kva.example'],
  ['ａｎｎａ@example.com', 'anna@example.com'],
  ['하나@예.한국', '하나@xn--2j5b.xn--3e0b707e'],
])('[U3] %s is %s', (typed, email) => {
  expect(normalisedEmail(typed)).toBe(email)
  expect(normalisedEmail(email)).toBe(email)
})

test.each([
  '',
  '@',
  'a@',
  '@example.com',
  'a@b',
  'a@b@c.com',
  'a b@c.com',
  'a@c .com',
  'a\0@c.com',
  'a@-c.com',
  'a@c..com',
  '<a@c.com>',
])('%j is no address', (typed) => {
  expect(normalisedEmail(typed)).toBeUndefined()
})
