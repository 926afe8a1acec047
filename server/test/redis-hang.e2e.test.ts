import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../dev/free-port.ts'
import { joinSale } from './support/buyer.ts'
import { startCluster, TEST_PARTITIONS, type Cluster } from './support/cluster.ts'
import { eventually } from './support/eventually.ts'
import { createTestSale } from './support/test-sale.ts'

let cluster: Cluster
let origins: readonly string[]

beforeAll(async () => {
  const schedulerPort = await freePort()
  const env = { SCHEDULER_PORT: String(schedulerPort) }
  cluster = await startCluster({ nodes: 1, workers: 1, schedulers: 1, env })
  origins = [cluster.origin(0), `http://127.0.0.1:${schedulerPort}`]
})
afterAll(() => cluster?.stop())

const readiness = () =>
  Promise.all(
    origins.map(async (origin) => (await fetch(`${origin}/readyz`, { signal: AbortSignal.timeout(1_000) })).status),
  )
const bothAre = (status: number) => async () => (await readiness()).every((one) => one === status)

test('while Redis hangs neither node nor scheduler is ready; both are again soon after', async () => {
  expect(await readiness()).toEqual([200, 200])
  cluster.redisLink.freeze()
  await eventually('not ready', 3_000, bothAre(503))
  cluster.redisLink.thaw()
  await eventually('ready again', 5_000, bothAre(200))
})

test('connections to Redis that carry nothing any more are replaced', async () => {
  const performanceId = await createTestSale(cluster.databaseUrl, TEST_PARTITIONS)
  const buyer = await joinSale({ origins: [cluster.origin(0)], performanceId, seatCount: 500 })
  cluster.redisLink.hang()
  await eventually('a seat is held', 6_000, async () => (await buyer.ask('seats:hold', { seats: [1] })).ok)
  await eventually('ready', 5_000, bothAre(200))
  buyer.close()
})
