import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessTokens } from '../src/http/authentication.ts'
import { mapKeys } from '../src/redis/keys.ts'
import { joinSale } from './support/buyer.ts'
import { startCluster, TEST_PARTITIONS, type Cluster } from './support/cluster.ts'
import { eventually } from './support/eventually.ts'
import { createTestSale } from './support/test-sale.ts'

const TOKEN_SECRET = 'a-secret-of-this-test-0123456789-0123456789'
const HOLD_MS = 8_000
let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster({ nodes: 1, workers: 1, schedulers: 1, env: { TOKEN_SECRET } })
})
afterAll(() => cluster?.stop())

test('[H5] a hold ends although its sale was closed and every process that knew of it was killed', async () => {
  const id = await createTestSale(cluster.databaseUrl, TEST_PARTITIONS, { holdSeconds: HOLD_MS / 1_000 })
  const buyer = await joinSale({ origins: [cluster.origin(0)], performanceId: id, seatCount: 500 })
  expect(await buyer.ask('seats:hold', { seats: [1] })).toMatchObject({ ok: true })
  const heldAtMs = performance.now()
  const token = await accessTokens(TOKEN_SECRET).issueToken({ userId: randomUUID(), role: 'organiser', seconds: 60 })
  const closed = await fetch(`${cluster.origin(0)}/api/performances/${id}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ status: 'closed' }),
  })
  expect(closed.status).toBe(200)
  buyer.close()
  await Promise.all([cluster.nodes[0]?.kill(), cluster.schedulers[0]?.kill()])

  const redis = new Redis(cluster.redisUrl)
  const states = await Promise.all(
    Array.from({ length: TEST_PARTITIONS }, (_, partition) => redis.get(mapKeys({ id, partition }).seats)),
  )
  const partition = states.findIndex((seats) => seats !== null)
  expect(states[partition]?.[1]).toBe('1')
  await cluster.restartScheduler(0)
  await eventually(
    'free again',
    HOLD_MS + 5_000,
    async () => (await redis.get(mapKeys({ id, partition }).seats))?.[1] === '0',
  )
  expect(performance.now() - heldAtMs).toBeGreaterThan(HOLD_MS - 100)
  redis.disconnect()
})
