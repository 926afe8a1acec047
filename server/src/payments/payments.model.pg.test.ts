import { randomUUID } from 'node:crypto'
import * as fc from 'fast-check'
import { type Selectable, sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BUYER_POINTS, MONEY_SEQUENCE, MoneyRun, type MoneyStep } from '../../test/support/payment-sequence.ts'
import { PaymentWorld } from '../../test/support/payment-world.ts'
import { testDatabase, type TestDatabase } from '../../test/support/postgres.ts'
import { createTestSale } from '../../test/support/test-sale.ts'
import { connectDatabase, type DatabaseClient } from '../database/client.ts'
import type { Database } from '../database/tables.ts'

/** Sequences of the run; the long run has more. */
const RUNS = Number(process.env['PAYMENT_RUNS'] ?? 320)
/** Sequences that happen at the same moment, each on a database of its own: a run of the work takes up all that is due. */
const LANES = 4

/** For all of them, ms. Source: 100 ms each on two busy cores. */
const TIME_MS = 60_000 + RUNS * 500

interface Lane {
  readonly database: TestDatabase
  readonly client: DatabaseClient
  readonly performance: Selectable<Database['performances']>
}

let lanes: Lane[] = []
/** How often each end was reached: a test of nothing would show here. */
const seen = { paid: 0, refunded: 0, expired: 0, cancelled: 0, late: 0, second: 0 }

beforeAll(async () => {
  lanes = await Promise.all(
    Array.from({ length: LANES }, async () => {
      const database = await testDatabase()
      const client = connectDatabase({ databaseUrl: database.url, poolSize: 6 })
      const sale = { rows: 1, seatsPerRow: 8, startsAt: new Date(Date.now() + 30 * 86_400_000) }
      const id = await createTestSale(database.url, 4, sale)
      const performance = await client.db
        .selectFrom('performances')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
      return { database, client, performance }
    }),
  )
})
afterAll(async () => {
  await Promise.all(
    lanes.map(async ({ database, client }) => {
      await client.close()
      await database.drop()
    }),
  )
})

async function play(lane: Lane, steps: readonly MoneyStep[]): Promise<void> {
  const { db } = lane.client
  const performanceId = await anotherPerformance(lane)
  const world = new PaymentWorld(db, performanceId, BUYER_POINTS)
  const run = new MoneyRun(world, [randomUUID(), randomUUID()])
  try {
    for (const step of steps) await run.take(step)
    await world.settle()
    expect(await world.violations()).toEqual([])
    await count(lane, performanceId)
  } finally {
    // What waits for ever must not meet the provider of the next sequence.
    await sql`update payments set next_attempt_at = null where next_attempt_at is not null`.execute(db)
    await sql`update refunds set next_attempt_at = null where next_attempt_at is not null`.execute(db)
  }
}

/** A copy of the first one's row: payments look at no other table of the catalogue. */
async function anotherPerformance({ client, performance }: Lane): Promise<string> {
  const { id: _id, created_at: _createdAt, ...first } = performance
  const id = randomUUID()
  await client.db
    .insertInto('performances')
    .values({ ...first, id })
    .execute()
  return id
}

/** Also: nothing stays half refunded. */
async function count({ client: { db } }: Lane, performanceId: string): Promise<void> {
  const orders = await db.selectFrom('orders').select('status').where('performance_id', '=', performanceId).execute()
  const reasons = await db
    .selectFrom('refunds')
    .innerJoin('orders', 'orders.id', 'refunds.order_id')
    .select('refunds.reason as status')
    .where('performance_id', '=', performanceId)
    .execute()
  expect(orders.filter(({ status }) => status === 'refund_due')).toEqual([])
  for (const { status } of [...orders, ...reasons]) if (status in seen) seen[status as keyof typeof seen] += 1
}

test(
  `[P1, P6, P7, P9, P10, P11] ${RUNS} random sequences of buyers, webhooks, deadlines and crashes: the money is right after each`,
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(...lanes.map(() => MONEY_SEQUENCE)), async (sequences) => {
        await Promise.all(lanes.map((lane, place) => play(lane, sequences[place] ?? [])))
      }),
      { numRuns: Math.ceil(RUNS / LANES), interruptAfterTimeLimit: TIME_MS - 10_000, markInterruptAsFailure: true },
    )
    for (const [end, times] of Object.entries(seen)) expect(times, `sequences with ${end}`).toBeGreaterThan(RUNS / 100)
  },
  TIME_MS,
)
