import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../../test/support/postgres.ts'
import { createTestSale } from '../../test/support/test-sale.ts'
import { connectDatabase, type DatabaseClient } from '../database/client.ts'
import { findPerformance, setBlockedSeats } from './catalogue-repository.ts'
import { epochStore } from './epoch-store.ts'

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

test('[R5] 64 workers that begin an epoch at once make exactly one', async () => {
  const id = await createTestSale(database.url, 16)
  const workers = Array.from({ length: 8 }, () => connectDatabase({ databaseUrl: database.url, poolSize: 8 }))
  const answers = await Promise.all(
    Array.from({ length: 64 }, (_, at) =>
      epochStore(workers[at % workers.length]?.db ?? client.db).beginEpoch(id, { ifEpoch: 0, redisRunId: `run-${at}` }),
    ),
  )
  await Promise.all(workers.map((worker) => worker.close()))
  const begun = answers.filter((answer) => answer !== 'moved on')
  expect(begun).toHaveLength(1)
  expect(begun[0]?.epoch).toBe(1)
  const stored = await findPerformance(client.db, id)
  expect(stored?.epoch).toBe(1)
  expect(stored?.redisRunId).toBe(begun[0]?.performance.redisRunId)
})

test('[R5] epochs never go back: an old one does not begin again', async () => {
  const id = await createTestSale(database.url, 16)
  const epochs = epochStore(client.db)
  expect(await epochs.beginEpoch(id, { ifEpoch: 0, redisRunId: 'a' })).toMatchObject({ epoch: 1 })
  expect(await epochs.beginEpoch(id, { ifEpoch: 1, redisRunId: 'b' })).toMatchObject({ epoch: 2 })
  expect(await epochs.beginEpoch(id, { ifEpoch: 0, redisRunId: 'c' })).toBe('moved on')
  expect(await epochs.beginEpoch(id, { ifEpoch: 1, redisRunId: 'c' })).toBe('moved on')
  expect(await findPerformance(client.db, id)).toMatchObject({ epoch: 2, redisRunId: 'b' })
})

test('a performance that does not exist has no epoch', async () => {
  const epochs = epochStore(client.db)
  expect(await epochs.beginEpoch(randomUUID(), { ifEpoch: 0, redisRunId: 'a' })).toBe('moved on')
  expect(await epochs.beginEpoch('no-uuid', { ifEpoch: 0, redisRunId: 'a' })).toBe('moved on')
})

test('[H11] an epoch starts with the seats that an organiser blocked', async () => {
  const id = await createTestSale(database.url, 16, { rows: 2, seatsPerRow: 10 })
  await setBlockedSeats(client.db, id, { block: [7, 3, 11], unblock: [] })
  await setBlockedSeats(client.db, id, { block: [3, 4], unblock: [11] })
  const begun = await epochStore(client.db).beginEpoch(id, { ifEpoch: 0, redisRunId: 'a' })
  expect(begun).toMatchObject({ blockedSeats: [3, 4, 7], seatCount: 20 })
})

test('seats of a category in no zone are blocked in every epoch', async () => {
  const id = await createTestSale(database.url, 16, { rows: 1, seatsPerRow: 4 })
  await client.db.deleteFrom('zone_categories').where('performance_id', '=', id).execute()
  const begun = await epochStore(client.db).beginEpoch(id, { ifEpoch: 0, redisRunId: 'a' })
  expect(begun).toMatchObject({ blockedSeats: [0, 1, 2, 3] })
})

test("an epoch waits for an organiser's open change, and gives up rather than hang", async () => {
  const id = await createTestSale(database.url, 16)
  const epochs = epochStore(client.db)
  await client.db.transaction().execute(async (trx) => {
    await findPerformance(trx, id, 'lock')
    await expect(epochs.beginEpoch(id, { ifEpoch: 0, redisRunId: 'a' })).rejects.toMatchObject({ code: '55P03' })
  })
  expect(await epochs.beginEpoch(id, { ifEpoch: 0, redisRunId: 'a' })).toMatchObject({ epoch: 1 })
})
