import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testApp, type TestApp } from '../../test/support/test-app.ts'
import { forgetOldKeys } from './idempotency.ts'

let tested: TestApp

beforeAll(async () => {
  tested = await testApp()
})
afterAll(() => tested.close())

const createShow = (key: string, title: string, who = tested.organiser) =>
  tested.app.inject({
    method: 'POST',
    url: '/api/shows',
    headers: { ...who, 'idempotency-key': key },
    payload: { title },
  })
const titles = async (title: string) =>
  (await tested.db.selectFrom('shows').select('id').where('title_en', '=', title).execute()).length

test('the same key and body: one effect, the same answer', async () => {
  const first = await createShow('key-1', 'Once')
  const second = await createShow('key-1', 'Once')
  expect(first.statusCode).toBe(201)
  expect([second.statusCode, second.body]).toEqual([201, first.body])
  expect(await titles('Once')).toBe(1)
})

test('sixteen requests with one key at one instant: one effect, one answer', async () => {
  const answers = await Promise.all(Array.from({ length: 16 }, () => createShow('key-2', 'Rush')))
  expect(new Set(answers.map(({ statusCode, body }) => `${statusCode} ${body}`)).size).toBe(1)
  expect(await titles('Rush')).toBe(1)
})

test('the same key with another body, or for another route, is refused and has no effect', async () => {
  await createShow('key-3', 'First')
  const reused = await createShow('key-3', 'Second')
  expect(reused.statusCode).toBe(422)
  expect(reused.json()).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
  expect(await titles('Second')).toBe(0)
})

test('a refused request does not use its key up', async () => {
  expect((await createShow('key-4', '')).statusCode).toBe(400)
  expect((await createShow('key-4', 'Corrected')).statusCode).toBe(201)
})

test('keys belong to their user', async () => {
  const other = await testApp()
  expect((await createShow('key-5', 'Mine')).statusCode).toBe(201)
  expect((await createShow('key-5', 'Theirs', other.organiser)).statusCode).toBe(201)
  await other.close()
})

test('a key is forgotten after 24 hours, and not before', async () => {
  const first = await createShow('key-6', 'Yesterday')
  const age = (hours: number) =>
    sql`update idempotency_keys set created_at = now() - make_interval(mins => ${hours * 60}) where key = 'key-6'`.execute(
      tested.db,
    )
  await age(23.9)
  expect(await forgetOldKeys(tested.db)).toBe(0)
  expect((await createShow('key-6', 'Yesterday')).body).toBe(first.body)
  await age(24.1)
  expect((await createShow('key-6', 'Yesterday')).body).not.toBe(first.body)
  await age(24.1)
  expect(await forgetOldKeys(tested.db)).toBe(1)
})

test('an odd key is a bad request', async () => {
  for (const key of ['', 'ü', 'x'.repeat(201)]) expect((await createShow(key, 'Odd')).statusCode, key).toBe(400)
  expect(await titles('Odd')).toBe(0)
})
