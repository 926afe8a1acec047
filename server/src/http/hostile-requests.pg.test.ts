import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { REFUSALS } from '@seatcast/shared/protocol/refusal.ts'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Random, seededRandom } from '../../test/support/convergence-random.ts'
import { SMALL_PLAN } from '../../test/support/small-venues.ts'
import { createTestSale } from '../../test/support/test-sale.ts'
import { testApp, type TestApp } from '../../test/support/test-app.ts'

let tested: TestApp
let performanceId: string

beforeAll(async () => {
  tested = await testApp()
  performanceId = await createTestSale(tested.databaseUrl, 16)
})
afterAll(() => tested.close())

/** Every number and date that tells whether something was stored or changed. */
async function stored(): Promise<unknown> {
  const { rows } = await sql`
    select (select count(*) from venues) as venues, (select count(*) from layouts) as layouts,
      (select count(*) from shows) as shows, (select count(*) from performances) as performances,
      (select count(*) from blocked_seats) as blocked, (select count(*) from idempotency_keys) as keys,
      (select json_agg(p order by id)::text from performances p) as sales`.execute(tested.db)
  return { rows, told: tested.live.sales.length }
}

const ROUTES = [
  ['POST', '/api/guests'],
  ['GET', '/api/shows'],
  ['POST', '/api/shows'],
  ['GET', '/api/performances/:id'],
  ['PATCH', '/api/performances/:id'],
  ['POST', '/api/performances'],
  ['GET', '/api/layouts/:id/:version'],
  ['POST', '/api/venues'],
  ['GET', '/api/venues'],
  ['GET', '/api/venues/:id'],
  ['POST', '/api/venues/:id/layouts'],
  ['GET', '/api/venues/:id/export'],
  ['DELETE', '/api/performances/:id'],
  ['POST', '/api/accounts'],
  ['POST', '/api/accounts/claim'],
  ['POST', '/api/sessions'],
  ['GET', '/api/me'],
  ['GET', '/api/orders/:id/tickets'],
  ['POST', '/api/orders/:id/tickets/reissue'],
  ['POST', '/api/check-in'],
  ['GET', '/api/performances/:id/check-ins'],
] as const

const ODD_TEXTS = [
  '',
  'null',
  "'; drop table shows; --",
  '../../etc/passwd',
  '%00',
  '%c0%af',
  '%',
  '%zz',
  '\u0000',
  '\ud800',
  '__proto__',
  'constructor',
  '-1',
  '1e309',
  'NaN',
  '９',
  'x'.repeat(5_000),
  '쇼'.repeat(40),
]
const FIELDS = 'title en ko showId venueId zones startsAt onSaleAt holdSeconds paymentSeconds maxSeatsPerBuyer status'
  .concat(' email password guestToken performanceId ticket')
  .concat(' block unblock name color price currency categories sections layoutVersion __proto__ constructor seats')
  .split(' ')

function oddValue(random: Random, depth = 0): unknown {
  const kind = random.between(0, depth > 3 ? 7 : 9)
  if (kind === 0) return null
  if (kind === 1) return random.pick(ODD_TEXTS)
  if (kind === 2) return random.pick([-1, 0, 0.5, 1e308, -0, 2 ** 31, 2 ** 53, 999_999_999_999])
  if (kind === 3) return random.between(0, 1) === 0
  if (kind === 4) return random.pick([performanceId, randomUUID()])
  if (kind === 5) return random.pick(['2027-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '0000-00-00T00:00:00Z', 'now'])
  if (kind === 6) return ''
  if (kind === 7) return {}
  if (kind === 8) return Array.from({ length: random.between(0, 5) }, () => oddValue(random, depth + 1))
  return Object.fromEntries(
    Array.from({ length: random.between(0, 7) }, () => [random.pick(FIELDS), oddValue(random, depth + 1)]),
  )
}

function oddBody(random: Random): string {
  const json = JSON.stringify(oddValue(random))
  const kind = random.between(0, 7)
  if (kind === 0) return json.slice(0, random.between(0, json.length))
  if (kind === 1) return '['.repeat(30_000)
  if (kind === 2) return `{"__proto__": {"admin": true}, "title": ${json}}`
  if (kind === 3) return 'x'.repeat(70_000)
  return json
}

test('hostile requests to every route: a 4xx problem, no fault, nothing stored', async () => {
  const seed = Number(process.env['HOSTILE_SEED'] ?? Date.now() % 1_000_000)
  const random = seededRandom(seed)
  let before = await stored()
  const statuses = new Map<number, number>()
  for (let round = 0; round < 1_200; round += 1) {
    const [method, path] = random.pick(ROUTES)
    const id = random.pick([
      performanceId,
      randomUUID(),
      ...ODD_TEXTS.map((text) => encodeURIComponent(text.toWellFormed())),
      '%00',
      '%ff',
      '%',
    ])
    const url = path.replace(':id', id).replace(':version', random.pick(['1', '0', '-1', '1.5', '1e9', 'x', '%00']))
    const query =
      random.between(0, 2) === 0 ? `?${random.pick(['cursor', 'limit', 'format', 'version', 'key', 'x'])}=${id}` : ''
    const headers = {
      ...(random.between(0, 9) === 0 ? {} : tested.organiser),
      'content-type': random.pick(['application/json', 'application/json', 'text/plain', 'a/b; charset=\u00ff', '']),
      ...(random.between(0, 3) === 0 && { 'idempotency-key': random.pick(ODD_TEXTS).replaceAll(/[^ -~]/g, '\u00e9') }),
    }
    const payload = method === 'GET' ? {} : { payload: oddBody(random) }
    const response = await tested.app.inject({ method, url: url + query, headers, ...payload })
    const what = `seed ${seed}, round ${round}: ${method} ${url}${query} -> ${response.statusCode} ${response.body}`
    statuses.set(response.statusCode, (statuses.get(response.statusCode) ?? 0) + 1)
    if (response.statusCode === 503) expect(response.json(), what).toMatchObject({ code: 'OVERLOADED' })
    else expect(response.statusCode, what).toBeLessThan(500)
    if (response.statusCode >= 400) {
      expect(response.headers['content-type'], what).toContain('application/problem+json')
      const problem = response.json<{ code: keyof typeof REFUSALS; status: number }>()
      expect(REFUSALS[problem.code]?.status, what).toBe(response.statusCode)
    } else {
      expect([200, 201], what).toContain(response.statusCode)
      before = await stored() // by chance a good request
    }
  }
  expect(tested.faults).toEqual([])
  expect(await stored(), `seed ${seed}: ${JSON.stringify([...statuses])}`).toEqual(before)
  expect(statuses.get(400) ?? 0).toBeGreaterThan(100)
})

test('a body that is too large is refused, on the venue route only when it is far larger', async () => {
  const long = JSON.stringify({ title: 'x'.repeat(70_000) })
  const post = (url: string, payload: string) =>
    tested.app.inject({
      method: 'POST',
      url,
      headers: { ...tested.organiser, 'content-type': 'application/json' },
      payload,
    })
  const refused = await post('/api/shows', long)
  expect(refused.statusCode).toBe(400)
  expect(refused.json()).toMatchObject({ errors: [{ path: '', message: 'the body is too large' }] })
  const padded = SMALL_PLAN + ' '.repeat(300_000)
  expect((await post('/api/venues', padded)).statusCode).toBe(201)
  expect((await post('/api/venues', ' '.repeat(64 * 1_048_576 + 1))).statusCode).toBe(400)
})

test('bytes that are no HTTP get a 400 and the connection is closed; the next one is served', async () => {
  await tested.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = tested.app.server.address() as AddressInfo
  for (const bytes of [
    '\u0000\u0001garbage\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    `GET /${'x'.repeat(40_000)} HTTP/1.1\r\n\r\n`,
  ]) {
    const answer = await new Promise<string>((resolve, reject) => {
      let text = ''
      const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
      socket.on('data', (data) => (text += data.toString('latin1')))
      socket.once('close', () => resolve(text))
      socket.once('error', reject)
    })
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /)
  }
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200)
})
