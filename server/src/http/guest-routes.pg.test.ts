import type { Guest } from '@seatcast/shared/protocol/http.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testApp, type TestApp } from '../../test/support/test-app.ts'

let tested: TestApp

beforeAll(async () => {
  tested = await testApp({ env: { TRUST_PROXY: 'true' } })
})
afterAll(() => tested.close())

const become = (key: string | undefined, address = '203.0.113.7', payload?: object) =>
  tested.app.inject({
    method: 'POST',
    url: '/api/guests',
    headers: { 'x-forwarded-for': address, ...(key !== undefined && { 'idempotency-key': key }) },
    ...(payload && { payload }),
  })
const guest = async (...request: Parameters<typeof become>): Promise<Guest> => {
  const response = await become(...request)
  expect(response.statusCode, response.body).toBe(201)
  expect(response.headers['cache-control']).toBe('no-store')
  return response.json()
}

test('the same Idempotency-Key from the same address is the same guest; another key, address or none is another', async () => {
  const first = await guest('key-1')
  const again = await guest('key-1')
  expect(again).toMatchObject({ userId: first.userId, expiresInSeconds: 86_400 })
  const others = [await guest('key-2'), await guest('key-1', '203.0.113.8'), await guest(undefined)]
  expect(new Set([first, ...others].map(({ userId }) => userId)).size).toBe(4)
  const me = await tested.app.inject({ url: '/api/me', headers: { authorization: `Bearer ${again.token}` } })
  expect(me.json()).toMatchObject({ userId: first.userId })
})

test('eight requests with one key at one instant are one guest', async () => {
  const guests = await Promise.all(Array.from({ length: 8 }, () => guest('key-rush')))
  expect(new Set(guests.map(({ userId }) => userId)).size).toBe(1)
})

test('a key with another body is refused; neither a token nor an address is stored', async () => {
  await guest('key-body')
  const reused = await become('key-body', undefined, { other: true })
  expect([reused.statusCode, reused.json<{ code: string }>().code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED'])
  const rows = await tested.db.selectFrom('idempotency_keys').select('answer').execute()
  expect(rows.length).toBeGreaterThan(0)
  for (const { answer } of rows) expect(Object.keys(JSON.parse(answer ?? '') as object)).toEqual(['userId'])
})

test('a bad key is a bad request', async () => {
  expect((await become('x'.repeat(201))).statusCode).toBe(400)
})
