import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../../test/support/postgres.ts'
import { createTestSale } from '../../test/support/test-sale.ts'
import { connectDatabase, type DatabaseClient } from '../database/client.ts'
import {
  findLayout,
  findPerformance,
  findPerformanceView,
  listUnfinishedPerformances,
  markOpened,
  updateSale,
} from './catalogue-repository.ts'
import { addLayout, findLayoutDocument, findVenueSource, packLayout } from './venue-repository.ts'

let database: TestDatabase
let client: DatabaseClient

beforeAll(async () => {
  database = await testDatabase()
  client = connectDatabase({ databaseUrl: database.url })
})
afterAll(async () => {
  await client.close()
  await database.drop()
})

const HOUR = 3_600_000

test('a performance comes back as it was created, zones in order', async () => {
  const zones = [
    { id: 'b', name: 'Parkett', color: '#aa0000', price: 4_500, currency: 'EUR', categories: [0] },
    { id: 'a', name: '발코니', color: '#00aa00', price: 0, currency: 'EUR', categories: [] },
  ]
  const startsAt = new Date('2027-03-04T19:30:00.123Z')
  const id = await createTestSale(database.url, 16, { zones, startsAt, holdSeconds: 7, maxSeatsPerBuyer: 3 })
  const performance = await findPerformance(client.db, id)
  expect(performance).toMatchObject({ id, zones, startsAt, holdSeconds: 7, maxSeatsPerBuyer: 3, seatCount: 500 })
  expect(performance).toMatchObject({ epoch: 0, redisRunId: null, status: 'on_sale', onSaleAt: null })
  expect(performance?.partition).toBeGreaterThanOrEqual(0)
  expect(performance?.partition).toBeLessThan(16)
  const layout = await findLayout(client.db, performance?.layoutId ?? '')
  expect(layout?.seats.x).toHaveLength(500)
})

test("what is no id, or nobody's id, is not found", async () => {
  for (const id of ['', 'x', '1', 'null', randomUUID(), `${randomUUID()}'`]) {
    expect(await findPerformance(client.db, id)).toBeUndefined()
    expect(await findLayout(client.db, id)).toBeUndefined()
    expect(await findVenueSource(client.db, id)).toBeUndefined()
    expect(await findLayoutDocument(client.db, id, 1)).toBeUndefined()
  }
})

test("[H10] the database's clock opens a sale: first by its status, then marked, by exactly one of many", async () => {
  const later = await createTestSale(database.url, 16, { status: 'scheduled', onSaleAt: new Date(Date.now() + HOUR) })
  const past = await createTestSale(database.url, 16, { status: 'scheduled', onSaleAt: new Date(Date.now() - HOUR) })
  const never = await createTestSale(database.url, 16, { status: 'scheduled' })

  const view = await findPerformanceView(client.db, later)
  expect(view?.performance.status).toBe('scheduled')
  expect(view?.opensInMs).toBeGreaterThan(HOUR - 60_000)
  expect(view?.opensInMs).toBeLessThanOrEqual(HOUR)
  expect(await findPerformanceView(client.db, past)).toMatchObject({ performance: { status: 'on_sale' }, opensInMs: 0 })
  expect(await findPerformanceView(client.db, never)).toMatchObject({
    performance: { status: 'scheduled' },
    opensInMs: null,
  })

  const marked = (await Promise.all(Array.from({ length: 8 }, () => markOpened(client.db)))).flat()
  expect(marked).toEqual([past])
  expect(await markOpened(client.db)).toEqual([])
})

test('closed performances are finished', async () => {
  const open = await createTestSale(database.url, 16)
  const closed = await createTestSale(database.url, 16)
  await updateSale(client.db, closed, { status: 'closed', onSaleAt: null })
  const ids = (await listUnfinishedPerformances(client.db)).map(({ id }) => id)
  expect(ids).toContain(open)
  expect(ids).not.toContain(closed)
})

test('[V3] a layout never changes, and imports at once get versions of their own', async () => {
  const performance = await findPerformance(client.db, await createTestSale(database.url, 16))
  const { layoutId = '', venueId = '' } = performance ?? {}
  await expect(sql`update layouts set seat_count = 1 where id = ${layoutId}`.execute(client.db)).rejects.toThrow(
    'a layout never changes',
  )
  const layout = await findLayout(client.db, layoutId)
  if (layout === undefined) throw new Error('the test layout is gone')
  const source = Buffer.from(' {"odd" :  1}\n')
  const packed = await packLayout(layout, 'pretix', source)
  const added = await Promise.all(
    Array.from({ length: 6 }, () =>
      client.db.transaction().execute((trx) => addLayout(trx, venueId, packed, randomUUID())),
    ),
  )
  expect(new Set(added.map((one) => one?.version))).toEqual(new Set([2, 3, 4, 5, 6, 7]))
  expect(await findVenueSource(client.db, venueId)).toEqual({ source, format: 'pretix', version: 7 })
  expect(await findVenueSource(client.db, venueId, 1)).toMatchObject({ format: 'spec', version: 1 })
})

test('a category in two zones is refused by the database itself', async () => {
  const zone = (id: string) => ({ id, name: id, color: '#000000', price: 1, currency: 'EUR', categories: [0] })
  await expect(createTestSale(database.url, 16, { zones: [zone('a'), zone('b')] })).rejects.toThrow(
    'one_zone_per_category',
  )
})
