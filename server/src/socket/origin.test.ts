import { expect, test } from 'vitest'
import { isOriginAllowed } from './origin.ts'

const rules = { allowedOrigins: ['https://tickets.example'], trustProxy: false }

test.each([
  ['no Origin: not a browser', undefined, true],
  ['the own host', 'http://seats.example:3000', true],
  ['the own host over TLS that ends elsewhere', 'https://seats.example:3000', true],
  ['a listed origin', 'https://tickets.example', true],
  ['another port', 'http://seats.example:3001', false],
  ['another host', 'http://evil.example', false],
  ['a host that only begins like ours', 'http://seats.example:3000.evil.example', false],
  ['credentials before another host', 'http://seats.example:3000@evil.example', false],
  ['a sandboxed frame', 'null', false],
  ['a listed origin over http', 'http://tickets.example', false],
  ['an empty Origin', '', false],
  ['an extension', 'chrome-extension://seats.example:3000', false],
])('%s', (_, origin, allowed) => {
  const headers = { host: 'seats.example:3000', ...(origin !== undefined && { origin }) }
  expect(isOriginAllowed(headers, rules)).toBe(allowed)
})

test('X-Forwarded-Host counts only behind a trusted proxy', () => {
  const headers = { host: 'node-1:3000', 'x-forwarded-host': 'seats.example', origin: 'https://seats.example' }
  expect(isOriginAllowed(headers, rules)).toBe(false)
  expect(isOriginAllowed(headers, { ...rules, trustProxy: true })).toBe(true)
})
