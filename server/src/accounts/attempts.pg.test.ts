import { randomUUID } from 'node:crypto'
import type { Problem } from '@seatcast/shared/protocol/http.ts'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testApp, type TestApp } from '../../test/support/test-app.ts'
import { attemptLimit, forgetOldAttempts } from './attempt-limit.ts'

let tested: TestApp

beforeAll(async () => {
  tested = await testApp({ env: { SEATCAST_LIMITS: 'production', SIGN_INS_PER_ADDRESS: '30', TRUST_PROXY: 'true' } })
})
afterAll(() => tested.close())

const newEmail = () => `buyer-${randomUUID()}@example.com`
let addresses = 0
const newAddress = () => `10.0.${Math.floor(++addresses / 250)}.${addresses % 250}`

const post = (url: string, from: string, body: unknown) =>
  tested.app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
    payload: JSON.stringify(body),
  })
const login = (from: string, email: string, password = 'wrong password') =>
  post('/api/sessions', from, { email, password })
const codes = async (answers: readonly Promise<{ statusCode: number }>[]) =>
  (await Promise.all(answers)).map(({ statusCode }) => statusCode)
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at))

test('[U5] one address may try one e-mail ten times in a quarter of an hour, all at once or one by one', async () => {
  const [from, email] = [newAddress(), newEmail()]
  const tried = await codes(times(25, () => login(from, email)))
  expect(tried.filter((code) => code === 401)).toHaveLength(10)
  expect(tried.filter((code) => code === 429)).toHaveLength(15)
  const refused = await login(from, email.toUpperCase())
  expect(refused.json<Problem>()).toMatchObject({ code: 'RATE_LIMITED' })
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(800)
  expect((await login(newAddress(), email)).statusCode).toBe(401)
  expect((await login(from, newEmail())).statusCode).toBe(401)
})

test('[U5] an e-mail is tried fifty times from everywhere', async () => {
  const secret = 'a-secret-for-tests-0123456789-abcdef'
  const limit = attemptLimit(tested.db, secret, { signInsPerAddress: 60, signInsPerEmail: 50 })
  const email = newEmail()
  const tried = await Promise.allSettled(times(60, () => limit.count({ address: newAddress(), email })))
  expect(tried.filter(({ status }) => status === 'rejected')).toHaveLength(10)
})

test('[U5] an address has its limit, whatever the caller says of its address', async () => {
  const from = newAddress()
  const tried = await codes(times(35, (at) => login(`203.0.113.${at}, ${from}`, newEmail())))
  expect(tried.filter((code) => code === 401)).toHaveLength(30)
  expect(tried.filter((code) => code === 429)).toHaveLength(5)
})

test('[U5] sign-ups count, too, and the right password forgives what the same person mistyped', async () => {
  const [from, email] = [newAddress(), newEmail()]
  const body = { email, password: 'right password' }
  expect((await post('/api/accounts', from, body)).statusCode).toBe(201)
  for (let at = 0; at < 2; at++) {
    expect(await codes(times(8, () => login(from, email)))).toEqual(Array(8).fill(401))
    expect((await login(from, email, body.password)).statusCode).toBe(201)
  }
  const again = await codes(times(11, () => post('/api/accounts', from, body)))
  expect(again.filter((code) => code === 409)).toHaveLength(10)
  expect(again.filter((code) => code === 429)).toHaveLength(1)
})

test('[U5] an IPv6 network counts as one caller, a window ends, and nothing stored names anybody', async () => {
  const secret = 'a-secret-for-tests-0123456789-abcdef'
  const limit = attemptLimit(tested.db, secret, { signInsPerAddress: 3, signInsPerEmail: 1_000 })
  await tested.db.deleteFrom('sign_in_attempts').execute()
  const count = (address: string) => limit.count({ address, email: newEmail() })
  await count('2001:db8::1')
  await count('2001:0db8:0000:0000:ffff::2')
  await count('2001:db8:0:0:1:2:3:4')
  await expect(count('2001:DB8::9')).rejects.toMatchObject({ code: 'RATE_LIMITED' })
  await count('2001:db8:0:1::1')
  await count('::ffff:192.0.2.1')
  await count('192.0.2.1')
  await sql`update sign_in_attempts set since = since - interval '15 minutes'`.execute(tested.db)
  await count('2001:db8::1')
  expect(await forgetOldAttempts(tested.db)).toBeGreaterThan(8)
  const { rows } = await sql<{ row: string }>`select sign_in_attempts::text as row from sign_in_attempts`.execute(
    tested.db,
  )
  expect(rows).toHaveLength(3)
  expect(JSON.stringify(rows)).not.toMatch(/example|2001/)
})
