import type { DeviceLink, DeviceSession, Me } from '@seatcast/shared/protocol/account.ts'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testApp, type TestApp } from '../../test/support/test-app.ts'
import { forgetOldDeviceLinks } from './device-links.ts'

let tested: TestApp
beforeAll(async () => {
  tested = await testApp({ env: { WRONG_CODES_PER_BUYER: '6', WRONG_CODES_PER_ADDRESS: '5', TRUST_PROXY: 'true' } })
})
afterAll(() => tested.close())

let addresses = 0
/** Each caller from an address of their own unless it is given. */
const post = (url: string, body?: object, token?: string, address = `198.51.100.${(addresses += 1)}`) =>
  tested.app.inject({
    method: 'POST',
    url,
    headers: { 'x-forwarded-for': address, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    ...(body && { payload: body }),
  })
const newGuest = async () => (await post('/api/guests')).json<{ userId: string; token: string }>()
const newLink = async (token: string) => {
  const response = await post('/api/device-links', undefined, token)
  expect(response.statusCode, response.body).toBe(201)
  expect(response.headers['cache-control']).toBe('no-store')
  return response.json<DeviceLink>()
}

test('a guest’s link signs in one other device as them, once', async () => {
  const guest = await newGuest()
  const { key, expiresInSeconds } = await newLink(guest.token)
  expect(expiresInSeconds).toBe(600)
  expect(Buffer.from(key, 'base64url')).toHaveLength(24)
  const response = await post('/api/sessions/device', { key })
  expect(response.statusCode).toBe(201)
  expect(response.headers['cache-control']).toBe('no-store')
  const session = response.json<DeviceSession>()
  expect(session).toMatchObject({ userId: guest.userId, roles: ['guest'], account: null })
  const me = await tested.app.inject({ url: '/api/me', headers: { authorization: `Bearer ${session.token}` } })
  expect(me.json<Me>()).toEqual({ userId: guest.userId, roles: ['guest'], account: null })

  const again = await post('/api/sessions/device', { key })
  expect([again.statusCode, again.json<{ code: string }>().code]).toEqual([401, 'UNAUTHENTICATED'])
})

test('of ten devices that show a link at once, one is signed in', async () => {
  const { key } = await newLink((await newGuest()).token)
  const answers = await Promise.all(Array.from({ length: 10 }, () => post('/api/sessions/device', { key })))
  expect(answers.filter(({ statusCode }) => statusCode === 201)).toHaveLength(1)
  expect(answers.filter(({ statusCode }) => statusCode === 401)).toHaveLength(9)
})

test('[U7] an account’s link gives its account, and no role that was granted', async () => {
  const guest = await newGuest()
  const link = await newLink(guest.token)
  const account = { email: 'one@example.com', password: 'correct horse', name: 'One' }
  expect((await post('/api/accounts', account, guest.token)).statusCode).toBe(201)
  await tested.db.insertInto('account_roles').values({ user_id: guest.userId, role: 'organiser' }).execute()
  // Made by the guest, used when they have an account.
  expect((await post('/api/sessions/device', { key: link.key })).json()).toMatchObject({
    userId: guest.userId,
    roles: ['user'],
    account: { email: account.email, name: account.name },
  })
})

test('an expired link is as good as none, and is forgotten; nothing of a key is stored in clear', async () => {
  const { key } = await newLink((await newGuest()).token)
  const { rows } = await sql<{ text: string }>`select device_links::text as text from device_links`.execute(tested.db)
  expect(rows.some(({ text }) => text.includes(key))).toBe(false)
  await tested.db
    .updateTable('device_links')
    .set({ expires_at: sql<Date>`now()` })
    .execute()
  expect((await post('/api/sessions/device', { key })).statusCode).toBe(401)
  expect(await forgetOldDeviceLinks(tested.db)).toBeGreaterThan(0)
  expect(await tested.db.selectFrom('device_links').selectAll().execute()).toEqual([])
})

test('guesses are counted per address, and right ones do not count', async () => {
  const address = '203.0.113.7'
  const status = async (key: string) => (await post('/api/sessions/device', { key }, undefined, address)).statusCode
  for (let time = 0; time < 8; time++) expect(await status((await newLink((await newGuest()).token)).key)).toBe(201)
  for (let time = 0; time < 5; time++) expect(await status('a-guess')).toBe(401)
  const limited = await post('/api/sessions/device', { key: 'a-guess' }, undefined, address)
  expect(limited.json()).toMatchObject({ code: 'RATE_LIMITED' })
  expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0)
  expect((await post('/api/sessions/device', { key: 'a-guess' })).statusCode).toBe(401)
})

test('links need a token, are limited per buyer, and bad input is refused', async () => {
  expect((await post('/api/device-links')).statusCode).toBe(401)
  const { token } = await newGuest()
  for (let time = 0; time < 6; time++) await newLink(token)
  expect((await post('/api/device-links', undefined, token)).json()).toMatchObject({ code: 'RATE_LIMITED' })
  for (const body of [{}, { key: '' }, { key: 7 }, { key: 'x'.repeat(129) }, { key: 'x', more: true }])
    expect((await post('/api/sessions/device', body)).statusCode, JSON.stringify(body)).toBe(400)
})
