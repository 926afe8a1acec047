import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../../test/support/postgres.ts'
import { storeOrder } from '../../test/support/stored-order.ts'
import { createTestSale } from '../../test/support/test-sale.ts'
import { connectDatabase } from '../database/client.ts'
import { firstIdSince, newId } from '../database/uuid.ts'
import { bookCounts } from './book-counts.ts'
import { createMetrics, type Metrics } from './metrics.ts'

const FRESH_MS = 5_000
let database: TestDatabase
let metrics: Metrics

beforeAll(async () => {
  database = await testDatabase()
  metrics = createMetrics()
})
afterAll(async () => {
  metrics.stop()
  await database.drop()
})

const shown = async (name: string): Promise<string[]> =>
  (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith(`seatcast_${name}`))

test('what the books say, at most once in 5 s; no value while PostgreSQL is away', async () => {
  const waits: number[] = []
  const client = connectDatabase({ databaseUrl: database.url, onConnected: (waitedMs) => void waits.push(waitedMs) })
  const { db } = client
  const performanceId = await createTestSale(database.url, 4)
  await storeOrder(db, { performanceId, seats: [1], status: 'pending' })
  const paid = await storeOrder(db, { performanceId, seats: [2, 3] })
  await sql`insert into outbox (id, order_id, performance_id, created_at)
    values (${newId()}, ${paid.id}, ${performanceId}, now() - interval '7 seconds')`.execute(db)
  let nowMs = 0
  const count = bookCounts(db, metrics, () => nowMs)

  await count()
  expect(await shown('orders')).toEqual(
    expect.arrayContaining([
      'seatcast_orders{status="pending"} 1',
      'seatcast_orders{status="paid"} 1',
      'seatcast_orders{status="expired"} 0',
    ]),
  )
  expect(await shown('outbox_entries')).toEqual(['seatcast_outbox_entries 1'])
  expect(Number((await shown('outbox_age_seconds'))[0]?.split(' ')[1])).toBeGreaterThanOrEqual(7)
  expect(await shown('refund')).toEqual(['seatcast_refunds_due 0', 'seatcast_refund_age_seconds 0'])
  expect(await shown('groups')).toContain('seatcast_groups{status="open"} 0')

  await storeOrder(db, { performanceId, seats: [4] })
  const asked = waits.length
  await count()
  expect(waits).toHaveLength(asked)
  nowMs = FRESH_MS
  await Promise.all([count(), count(), count()])
  expect(waits).toHaveLength(asked + 1)
  expect(await shown('orders')).toContain('seatcast_orders{status="paid"} 2')

  await client.close()
  nowMs = 2 * FRESH_MS
  await count()
  for (const name of ['orders', 'groups', 'payments', 'refund', 'outbox']) expect(await shown(name)).toEqual([])
})

test('ids of a moment lie between those made before and after it', () => {
  const before = newId()
  expect(firstIdSince(Date.now() + 2) > before).toBe(true)
  expect(firstIdSince(Date.now() - 2) < before).toBe(true)
  expect(firstIdSince(0)).toHaveLength(randomUUID().length)
})
