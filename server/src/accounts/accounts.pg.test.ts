import { randomUUID } from 'node:crypto'
import type { Problem } from '@seatcast/shared/protocol/http.ts'
import type { ClaimedOrders, Me, Session } from '@seatcast/shared/protocol/account.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { storeOrder } from '../../test/support/stored-order.ts'
import { testApp, type TestApp } from '../../test/support/test-app.ts'
import { createTestSale } from '../../test/support/test-sale.ts'
import { accessTokens } from '../http/authentication.ts'

let tested: TestApp
let performanceId: string

beforeAll(async () => {
  tested = await testApp()
  performanceId = await createTestSale(tested.databaseUrl, 16)
})
afterAll(() => tested.close())

const PASSWORD = 'correct horse battery staple'
const newEmail = () => `buyer-${randomUUID()}@example.com`
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

const post = (url: string, body: unknown, token?: string) =>
  tested.app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', ...(token !== undefined && bearer(token)) },
    payload: JSON.stringify(body),
  })
const get = (url: string, token: string) => tested.app.inject({ url, headers: bearer(token) })
const newGuest = async () => (await post('/api/guests', {})).json<{ userId: string; token: string }>()
async function newAccount(email = newEmail(), token?: string): Promise<Session & { email: string }> {
  const response = await post('/api/accounts', { email, password: PASSWORD }, token)
  expect(response.statusCode, response.body).toBe(201)
  return { ...response.json<Session>(), email }
}
const ordersOf = async (userId: string) =>
  (await tested.db.selectFrom('orders').select('id').where('user_id', '=', userId).orderBy('id').execute()).map(
    ({ id }) => id,
  )

test('[U2] a guest who signs up keeps the user id, and the same request again is answered again', async () => {
  const guest = await newGuest()
  const body = { email: newEmail(), password: PASSWORD, name: ' 김 하나 ' }
  const first = await post('/api/accounts', body, guest.token)
  expect(first.statusCode).toBe(201)
  expect(first.headers['cache-control']).toBe('no-store')
  const session = first.json<Session>()
  expect(session).toMatchObject({
    userId: guest.userId,
    roles: ['user'],
    account: { email: body.email, name: '김 하나' },
  })
  expect((await get('/api/me', session.token)).json<Me>()).toEqual({
    userId: guest.userId,
    roles: ['user'],
    account: session.account,
  })
  expect((await post('/api/accounts', body, guest.token)).json()).toMatchObject({ userId: guest.userId })
  const wrong = await post('/api/accounts', { ...body, password: 'another password' }, guest.token)
  expect(wrong.json<Problem>().code).toBe('EMAIL_TAKEN')
})

test('[U2] without a token it makes somebody new; a token that is bad is not taken for none', async () => {
  const [one, other] = [await newAccount(), await newAccount()]
  expect(one.userId).not.toBe(other.userId)
  const forged = await accessTokens('another-secret-of-32-characters-0123').issueToken({
    userId: randomUUID(),
    role: 'guest',
    seconds: 60,
  })
  const refused = await post('/api/accounts', { email: newEmail(), password: PASSWORD }, forged)
  expect(refused.json<Problem>().code).toBe('UNAUTHENTICATED')
})

test('a user has one account: neither their token nor the one they had as a guest makes a second', async () => {
  const guest = await newGuest()
  const account = await newAccount(newEmail(), guest.token)
  for (const token of [account.token, guest.token]) {
    const refused = await post('/api/accounts', { email: newEmail(), password: PASSWORD }, token)
    expect(refused.json<Problem>().code).toBe('FORBIDDEN')
  }
})

test('[U3] one account an address, however it is typed, also when two sign up at the same moment', async () => {
  const name = randomUUID()
  await newAccount(`${name}@bücher.example`)
  for (const typed of [`${name.toUpperCase()}@BÜCHER.example`, ` ${name}@xn--bcher-kva.example `]) {
    expect((await post('/api/accounts', { email: typed, password: PASSWORD })).json<Problem>().code).toBe('EMAIL_TAKEN')
    expect((await post('/api/sessions', { email: typed, password: PASSWORD })).statusCode).toBe(201)
  }
  const email = newEmail()
  const race = await Promise.all(Array.from({ length: 8 }, () => post('/api/accounts', { email, password: PASSWORD })))
  expect(race.map((answer) => answer.statusCode).toSorted((a, b) => a - b)).toEqual([
    201,
    ...Array<number>(7).fill(409),
  ])
})

test('[U4] a failed login says how to sign up, and not what was wrong', async () => {
  const { email, userId } = await newAccount()
  const right = await post('/api/sessions', { email, password: PASSWORD })
  expect(right.json<Session>()).toMatchObject({ userId, roles: ['user'] })
  const answers = await Promise.all(
    [
      { email, password: 'wrong password' },
      { email: newEmail(), password: PASSWORD },
      { email: 'no address', password: PASSWORD },
      { email: 'nul\0@example.com', password: '\ud800' },
    ].map((body) => post('/api/sessions', body)),
  )
  for (const answer of answers) {
    expect(answer.statusCode).toBe(401)
    expect(answer.json()).toEqual({ ...answers[0]?.json<Problem>(), signUp: '/api/accounts', code: 'UNAUTHENTICATED' })
    expect(Object.keys(answer.headers)).toEqual(Object.keys(answers[0]?.headers ?? {}))
  }
})

test('[U6] a password is stored as argon2id only, and its Unicode form does not count', async () => {
  const email = newEmail()
  const password = '비밀번호-é-123'
  await post('/api/accounts', { email, password: password.normalize('NFD') })
  const stored = await tested.db.selectFrom('accounts').selectAll().where('email', '=', email).executeTakeFirstOrThrow()
  expect(stored.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
  expect(JSON.stringify(stored)).not.toContain(password.normalize('NFC'))
  expect((await post('/api/sessions', { email, password: password.normalize('NFC') })).statusCode).toBe(201)
})

test('what is no account is refused with its path', async () => {
  const cases: [Record<string, unknown>, string][] = [
    [{ email: 'nobody', password: PASSWORD }, '/email'],
    [{ email: 'a@b', password: PASSWORD }, '/email'],
    [{ email: 'a b@example.com', password: PASSWORD }, '/email'],
    [{ email: `${'x'.repeat(65)}@example.com`, password: PASSWORD }, '/email'],
    [{ email: 'a@exa\0mple.com', password: PASSWORD }, '/email'],
    [{ email: newEmail(), password: 'seven77' }, '/password'],
    [{ email: newEmail(), password: 'x'.repeat(201) }, '/password'],
    [{ email: newEmail(), password: PASSWORD, name: 'a\0b' }, '/name'],
    [{ email: newEmail(), password: PASSWORD, name: '  ' }, '/name'],
    [{ email: newEmail() }, '/password'],
  ]
  for (const [body, path] of cases) {
    const refused = await post('/api/accounts', body)
    expect(refused.statusCode, JSON.stringify(body)).toBe(400)
    expect(refused.json<Problem>().errors?.map((error) => error.path)).toEqual([path])
  }
  expect((await post('/api/accounts', { email: newEmail(), password: 'x'.repeat(200) })).statusCode).toBe(201)
  expect(tested.faults).toEqual([])
})

test('[U7] registering gives no role, whatever it asks for', async () => {
  const asked = { roles: ['organiser'], role: 'organiser', userId: randomUUID(), passwordHash: 'x' }
  const response = await post('/api/accounts', { email: newEmail(), password: PASSWORD, ...asked })
  const { token, roles, userId } = response.json<Session>()
  expect(roles).toEqual(['user'])
  expect(userId).not.toBe(asked.userId)
  expect((await post('/api/shows', { title: 'Mine' }, token)).json<Problem>().code).toBe('FORBIDDEN')
})

test("[U8] a guest's orders move to the account that shows both tokens; everybody else's stay", async () => {
  const [guest, stranger, account] = [await newGuest(), await newGuest(), await newAccount()]
  const paid = await storeOrder(tested.db, { performanceId, seats: [1], userId: guest.userId })
  const ended = await storeOrder(tested.db, { performanceId, seats: [2], userId: guest.userId, status: 'expired' })
  const theirs = await storeOrder(tested.db, { performanceId, seats: [3], userId: stranger.userId })
  const claim = () => post('/api/accounts/claim', { guestToken: guest.token }, account.token)
  const [one, other] = await Promise.all([claim(), claim()])
  expect([...one.json<ClaimedOrders>().orderIds, ...other.json<ClaimedOrders>().orderIds]).toEqual([paid.id, ended.id])
  expect(await ordersOf(account.userId)).toEqual([paid.id, ended.id])
  expect(await ordersOf(stranger.userId)).toEqual([theirs.id])
  // Redis is told of the one that has seats.
  const noted = await tested.db
    .selectFrom('outbox')
    .select('order_id')
    .where('order_id', 'in', [paid.id, ended.id])
    .execute()
  expect(noted).toEqual([{ order_id: paid.id }])
})

test("[U8] nothing moves with a token that is no guest's: an account's, a former guest's, a forged one, none", async () => {
  const account = await newAccount()
  const guest = await newGuest()
  const former = await newAccount(newEmail(), guest.token)
  const order = await storeOrder(tested.db, { performanceId, seats: [4], userId: former.userId })
  for (const guestToken of [former.token, guest.token, `${guest.token}x`, 'nothing']) {
    const refused = await post('/api/accounts/claim', { guestToken }, account.token)
    expect(refused.json<Problem>().code).toBe('BAD_REQUEST')
  }
  expect(await ordersOf(former.userId)).toEqual([order.id])
  const asGuest = await post('/api/accounts/claim', { guestToken: guest.token }, (await newGuest()).token)
  expect(asGuest.json<Problem>().code).toBe('FORBIDDEN')
  const own = await post('/api/accounts/claim', { guestToken: guest.token }, former.token)
  expect(own.json()).toEqual({ orderIds: [] })
})

test('[U1] a guest is known by the token alone', async () => {
  const guest = await newGuest()
  expect((await get('/api/me', guest.token)).json()).toEqual({ userId: guest.userId, roles: ['guest'], account: null })
  expect((await get('/api/me', 'forged')).statusCode).toBe(401)
})
