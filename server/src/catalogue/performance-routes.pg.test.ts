import { randomUUID } from 'node:crypto'
import type { PerformanceDetail, ShowList } from '@seatcast/shared/protocol/http.ts'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { organiserRequests, pathsOf, zone } from '../../test/support/organiser-requests.ts'
import { testApp, type TestApp } from '../../test/support/test-app.ts'
import { RefusalError } from '../http/refusal.ts'

let tested: TestApp
let organiser: ReturnType<typeof organiserRequests>

beforeAll(async () => {
  tested = await testApp()
  organiser = organiserRequests(tested)
})
afterAll(() => tested.close())
afterEach(() => {
  expect(tested.faults.splice(0)).toEqual([])
})

test('a performance shows what was asked for, with categories by index', async () => {
  const created = await organiser.performance()
  expect(created).toMatchObject({
    status: 'scheduled',
    onSaleAt: null,
    opensInMs: null,
    startsAt: '2027-05-01T10:30:00.000Z',
    holdSeconds: 10,
    maxSeatsPerBuyer: 4,
    seatCount: 6,
    availableCount: 6,
    zones: [{ id: 'zone-1', name: 'Alles', color: '#aa00ff', price: 2_500, currency: 'EUR', categories: [0, 1] }],
  })
  expect((await organiser.get(`/api/performances/${created.id}`)).json()).toMatchObject({
    id: created.id,
    show: { title: 'Hamlet' },
  })
})

test('[O11] until when paid seats can be given back: 24 hours before, another time, or never', async () => {
  const hours = async (change: object) => {
    const { id } = await organiser.performance(change)
    const row = await tested.db.selectFrom('performances').select('refundable_hours').where('id', '=', id).execute()
    return row[0]?.refundable_hours
  }
  expect(await hours({})).toBe(24)
  expect(await hours({ refundableHours: 0 })).toBe(0)
  expect(await hours({ refundableHours: null })).toBeNull()
})

test('[G3] how long a group holds its block: 8 minutes, or as the organiser says', async () => {
  expect(await organiser.performance()).toMatchObject({ groupHoldSeconds: 480 })
  expect(await organiser.performance({ groupHoldSeconds: 30 })).toMatchObject({ groupHoldSeconds: 30 })
})

test('[O6] how long a buyer has to pay: 10 minutes, or as the organiser says', async () => {
  expect(await organiser.performance({ paymentSeconds: undefined })).toMatchObject({ paymentSeconds: 600 })
  expect(await organiser.performance({ paymentSeconds: 30 })).toMatchObject({ paymentSeconds: 30 })
})

test('seats of a category in no zone do not count as available', async () => {
  expect(await organiser.performance({ zones: [zone({ categories: ['Rang'] })] })).toMatchObject({
    seatCount: 6,
    availableCount: 3,
  })
})

test('a wrong performance gets every error with its path, and nothing is stored', async () => {
  const before = await tested.db.selectFrom('performances').select('id').execute()
  const wrong = async (change: object) => {
    const response = await organiser.send('POST', '/api/performances', await organiser.newPerformance(change))
    expect(response.statusCode, response.body).toBe(400)
    return pathsOf(response.json())
  }
  expect(await wrong({ zones: [zone(), zone()] })).toEqual(['/zones/1/categories/0', '/zones/1/categories/1'])
  expect(await wrong({ zones: [zone({ categories: ['Loge', 2, 0, 0] })] })).toEqual([
    '/zones/0/categories/0',
    '/zones/0/categories/1',
    '/zones/0/categories/3',
  ])
  expect(
    await wrong({ zones: [zone({ id: 'a', categories: [0] }), zone({ id: 'a', categories: [1], currency: 'KRW' })] }),
  ).toEqual(['/zones/1/id', '/zones/1/currency'])
  expect(await wrong({ zones: [zone({ currency: 'XYZ' })] })).toEqual(['/zones/0/currency'])
  expect(
    await wrong({
      zones: [
        zone({ price: -1 }),
        zone({ price: 1.5 }),
        zone({ price: '1' }),
        zone({ color: 'red' }),
        zone({ name: '' }),
      ],
      holdSeconds: 1,
      paymentSeconds: 86_401,
      groupHoldSeconds: 1,
      maxSeatsPerBuyer: 21,
      refundableHours: -1,
      startsAt: 'tomorrow',
      surprise: true,
    }),
  ).toEqual(
    expect.arrayContaining([
      '/zones/0/price',
      '/zones/1/price',
      '/zones/2/price',
      '/zones/3/color',
      '/zones/4/name',
      '/holdSeconds',
      '/paymentSeconds',
      '/groupHoldSeconds',
      '/maxSeatsPerBuyer',
      '/refundableHours',
      '/startsAt',
      '/surprise',
    ]),
  )
  expect(
    await wrong({
      showId: randomUUID(),
      venueId: 'none',
      startsAt: '0000-01-01T00:00:00Z',
      onSaleAt: '2027-01-01T23:59:60Z',
    }),
  ).toEqual(['/showId', '/venueId', '/startsAt', '/onSaleAt'])
  expect(await tested.db.selectFrom('performances').select('id').execute()).toEqual(before)
})

test('a sale opens, pauses, goes on and closes; nothing else', async () => {
  const { id } = await organiser.performance()
  const to = async (status: string) => (await organiser.send('PATCH', `/api/performances/${id}`, { status })).statusCode
  expect(await to('paused')).toBe(400)
  for (const status of ['on_sale', 'on_sale', 'paused', 'on_sale']) expect(await to(status), status).toBe(200)
  expect(await to('scheduled')).toBe(400)
  expect(await to('closed')).toBe(200)
  expect(await to('closed')).toBe(200)
  for (const status of ['scheduled', 'on_sale', 'paused']) expect(await to(status), status).toBe(400)
  expect((await organiser.get(`/api/performances/${id}`)).json()).toMatchObject({ status: 'closed', availableCount: 0 })
  const told = tested.live.sales.filter((sale) => sale.id === id).map(({ status }) => status)
  expect(told).toEqual(['on_sale', 'on_sale', 'paused', 'on_sale', 'closed', 'closed'])
})

test("[H10] an opening can be moved while the sale is scheduled, and its duration is the database's", async () => {
  const { id } = await organiser.performance()
  const onSaleAt = new Date(Date.now() + 60_000).toISOString()
  const moved = await organiser.send('PATCH', `/api/performances/${id}`, { onSaleAt })
  expect(moved.json()).toMatchObject({ status: 'scheduled', onSaleAt, epoch: 1, revision: 2 })
  const { opensInMs } = moved.json<PerformanceDetail>()
  expect(opensInMs).toBeGreaterThan(50_000)
  expect(opensInMs).toBeLessThanOrEqual(60_000)
  const past = await organiser.send('PATCH', `/api/performances/${id}`, { onSaleAt: '2020-01-01T00:00:00Z' })
  expect(past.json()).toMatchObject({ status: 'on_sale', opensInMs: 0 })
  expect((await organiser.send('PATCH', `/api/performances/${id}`, { onSaleAt: null })).statusCode).toBe(400)
  expect((await organiser.send('PATCH', `/api/performances/${id}`, { status: 'paused' })).statusCode).toBe(200)
})

test('[H11] seats are blocked and unblocked; taken ones are named and nothing changes', async () => {
  const { id } = await organiser.performance()
  const url = `/api/performances/${id}`
  tested.live.taken.set(id, new Set([2, 4]))
  const refused = await organiser.send('PATCH', url, { block: [1, 2, 4] })
  expect(refused.statusCode).toBe(409)
  expect(refused.json()).toMatchObject({ code: 'SEAT_TAKEN', seats: [2, 4] })
  const stored = () =>
    tested.db.selectFrom('blocked_seats').select('seat').where('performance_id', '=', id).orderBy('seat').execute()
  expect(await stored()).toEqual([])
  expect((await organiser.send('PATCH', url, { block: [1, 5] })).json()).toMatchObject({
    epoch: 1,
    revision: 2,
    availableCount: 2,
  })
  expect((await organiser.send('PATCH', url, { block: [1, 0], unblock: [5] })).statusCode).toBe(200)
  expect(await stored()).toEqual([{ seat: 0 }, { seat: 1 }])
  const wrong = await organiser.send('PATCH', url, { block: [6, 0, 0], unblock: [0] })
  expect(pathsOf(wrong.json())).toEqual(['/block/0', '/block/2', '/unblock/0'])
})

test('a seat that no zone sells cannot be unblocked', async () => {
  const { id } = await organiser.performance({ zones: [zone({ categories: [0] })] })
  const response = await organiser.send('PATCH', `/api/performances/${id}`, { unblock: [1, 3] })
  expect(response.statusCode).toBe(400)
  expect(pathsOf(response.json())).toEqual(['/unblock/1'])
})

test('when Redis does not agree, PostgreSQL keeps what it had', async () => {
  const { id } = await organiser.performance()
  tested.live.fault = new RefusalError('MAP_RELOADING', { retryInMs: 300 })
  const sale = await organiser.send('PATCH', `/api/performances/${id}`, { status: 'on_sale' })
  const seats = await organiser.send('PATCH', `/api/performances/${id}`, { block: [1] })
  tested.live.fault = undefined
  expect([sale.statusCode, seats.statusCode]).toEqual([503, 503])
  expect(sale.json()).toMatchObject({ code: 'MAP_RELOADING', retryInMs: 300 })
  expect((await organiser.get(`/api/performances/${id}`)).json()).toMatchObject({ status: 'scheduled' })
  expect(await tested.db.selectFrom('blocked_seats').select('seat').where('performance_id', '=', id).execute()).toEqual(
    [],
  )
})

test('seats and sale in one request: all of it or nothing, one step of Redis, repaired when it may be half done', async () => {
  const { id } = await organiser.performance()
  const url = `/api/performances/${id}`
  const both = { status: 'on_sale', block: [1, 2] }
  const unchanged = async () => {
    expect((await organiser.get(url)).json()).toMatchObject({ status: 'scheduled' })
    const stored = tested.db.selectFrom('blocked_seats').select('seat').where('performance_id', '=', id)
    expect(await stored.execute()).toEqual([])
    expect(tested.live.sales.filter((sale) => sale.id === id)).toEqual([])
  }
  tested.live.taken.set(id, new Set([2]))
  expect((await organiser.send('PATCH', url, both)).statusCode).toBe(409)
  await unchanged()
  expect(tested.live.repaired).toEqual([])
  tested.live.taken.clear()
  expect((await organiser.send('PATCH', url, { ...both, status: 'paused' })).statusCode).toBe(400)
  await unchanged()
  tested.live.fault = new Error('the answer was lost')
  expect((await organiser.send('PATCH', url, both)).statusCode).toBe(500)
  tested.live.fault = undefined
  await unchanged()
  expect(tested.faults.splice(0)).toHaveLength(1)
  expect(tested.live.repaired).toEqual([id])
  expect((await organiser.send('PATCH', url, both)).json()).toMatchObject({
    status: 'on_sale',
    availableCount: 4,
    revision: 2,
  })
})

test('an answer counts the available seats at its own revision, whatever a mirror knows yet', async () => {
  const { id } = await organiser.performance()
  const mirror = vi.spyOn(tested.live, 'availableCount').mockResolvedValue(6) // it lags
  const changed = await organiser.send('PATCH', `/api/performances/${id}`, { block: [1, 2] })
  mirror.mockRestore()
  expect(changed.json()).toMatchObject({ availableCount: 4, revision: 2 })
})

test('two performances of one show in one venue have nothing to do with each other', async () => {
  const wanted = await organiser.newPerformance()
  const [one, other] = await Promise.all(
    [0, 1].map(async () => (await organiser.send('POST', '/api/performances', wanted)).json<PerformanceDetail>()),
  )
  await organiser.send('PATCH', `/api/performances/${one?.id}`, { status: 'on_sale', block: [0, 1, 2] })
  expect((await organiser.get(`/api/performances/${one?.id}`)).json()).toMatchObject({
    status: 'on_sale',
    availableCount: 3,
  })
  expect((await organiser.get(`/api/performances/${other?.id}`)).json()).toMatchObject({
    status: 'scheduled',
    availableCount: 6,
  })
  expect((await organiser.get(`/api/performances/${other?.id}`)).json()).toMatchObject({ layoutUrl: one?.layoutUrl })
})

test('lists are paged: every show once, in order, to the last page', async () => {
  for (let made = 0; made < 5; made += 1)
    await organiser.send('POST', '/api/shows', { title: { en: `Show ${made}`, ko: '쇼' } })
  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: ShowList = (await organiser.get(`/api/shows?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)).json()
    expect(page.shows.length).toBeLessThanOrEqual(2)
    seen.push(...page.shows.map(({ id }) => id))
    cursor = page.nextCursor
  }
  const stored = await tested.db.selectFrom('shows').select('id').orderBy('id', 'desc').execute()
  expect(seen).toEqual(stored.map(({ id }) => id))
  const { shows } = (await organiser.get('/api/shows?limit=100')).json<ShowList>()
  expect(shows.find(({ title }) => title === 'Show 4')).toMatchObject({
    titles: { en: 'Show 4', ko: '쇼' },
    performances: [],
  })
})

test("organisers only: no token is 401, a guest's is 403, before the body is looked at", async () => {
  const routes = [
    ['POST', '/api/venues'],
    ['POST', `/api/venues/${randomUUID()}/layouts`],
    ['POST', '/api/shows'],
    ['POST', '/api/performances'],
    ['PATCH', `/api/performances/${randomUUID()}`],
    ['GET', '/api/venues'],
    ['GET', `/api/venues/${randomUUID()}`],
    ['GET', `/api/venues/${randomUUID()}/export`],
  ] as const
  for (const [method, url] of routes) {
    const payload =
      method === 'GET' ? {} : { payload: '{"not": "looked at"', headers: { 'content-type': 'application/json' } }
    const unknown = await tested.app.inject({ method, url, ...payload })
    expect(unknown.statusCode, url).toBe(401)
    expect(unknown.json()).toMatchObject({ code: 'UNAUTHENTICATED' })
    const guest = await tested.app.inject({
      method,
      url,
      ...payload,
      headers: { 'content-type': 'application/json', ...tested.guest },
    })
    expect(guest.statusCode, url).toBe(403)
    expect(guest.json()).toMatchObject({ code: 'FORBIDDEN' })
  }
})
