import { afterAll, beforeAll, expect, test } from 'vitest'
import { testApp, type TestApp } from '../../test/support/test-app.ts'

let tested: TestApp

beforeAll(async () => {
  tested = await testApp({ env: { ALLOWED_ORIGINS: 'https://tickets.example' } })
})
afterAll(() => tested.close())

const ask = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, origin?: string) => {
  const headers = { host: 'seats.example:3000', ...tested.organiser, ...(origin !== undefined && { origin }) }
  const payload = method === 'POST' && url === '/api/shows' ? { payload: { title: `From ${origin}` } } : {}
  return tested.app.inject({ method, url, headers, ...payload })
}

test.each([
  ['POST', '/api/guests'],
  ['POST', '/api/shows'],
  ['POST', '/%61pi/shows'],
  ['PATCH', '/api/performances/x'],
  ['POST', '/api/sessions'],
  ['DELETE', '/api/nothing'],
] as const)('a foreign Origin changes nothing: %s %s is 403 before any work', async (method, url) => {
  for (const origin of ['http://evil.example', 'null', 'http://seats.example:3001']) {
    const refused = await ask(method, url, origin)
    expect([refused.statusCode, refused.json<{ code: string }>().code]).toEqual([403, 'FORBIDDEN'])
  }
  expect(await tested.db.selectFrom('shows').select('id').execute()).toEqual([])
})

test('no Origin, the own host and a listed one may; anybody may read', async () => {
  for (const origin of [undefined, 'http://seats.example:3000', 'https://tickets.example'])
    expect((await ask('POST', '/api/guests', origin)).statusCode, origin).toBe(201)
  expect((await ask('GET', '/api/shows', 'http://evil.example')).statusCode).toBe(200)
})
