import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCluster, TEST_PARTITIONS, type Cluster } from './support/cluster.ts'
import { eventually } from './support/eventually.ts'
import { runRole } from './support/role-process.ts'
import { aShopper, auditFindings, type Shopper } from './support/shopper.ts'
import { createTestSale } from './support/test-sale.ts'

let cluster: Cluster
const buyers: Shopper[] = []
const SEAT = 7

/** The double sale is planted in every place where something can be planted but the feed: scripts, database, both roles. */
beforeAll(async () => {
  cluster = await startCluster({ nodes: 1, workers: 1, schedulers: 1, env: { SEATCAST_PLANTED_BUG: 'double-sale' } })
})
afterAll(async () => {
  for (const buyer of buyers) buyer.close()
  await cluster?.stop()
})

test('a planted system says loudly that it is one', () => {
  for (const role of [...cluster.nodes, ...cluster.schedulers]) expect(role.output()).toContain('A BUG IS PLANTED')
})

test('[O3] a double sale is planted: two buyers pay for one seat, and the audit says so', async () => {
  const performance = await createTestSale(cluster.databaseUrl, TEST_PARTITIONS)
  for (let count = 0; count < 2; count += 1) {
    const buyer = await aShopper(cluster.origin(0), performance)
    buyers.push(buyer)
    expect(await buyer.ask('seats:hold', { performanceId: performance, seats: [SEAT] })).toMatchObject({ ok: true })
    const placed = await buyer.place({}, randomUUID())
    expect(placed.status).toBe(201)
    const paid = await buyer.pay(placed.body.order.id)
    expect(paid.body.order.status).toBe('paid')
  }
  await eventually('the audit finds the seat in two orders', 20_000, async () => {
    const findings = await auditFindings(cluster.origin(0), performance)
    return findings.some((finding) => finding.startsWith(`one_order_per_seat: seat ${SEAT} is in orders`))
  })
})

test('its database is refused afterwards, and production refuses to plant anything', async () => {
  const env = { DATABASE_URL: cluster.databaseUrl, REDIS_URL: cluster.redisUrl, TOKEN_SECRET: 'x'.repeat(32) }
  const used = await runRole(['--role', 'scheduler'], { NODE_ENV: 'development', ...env })
  expect(used).toMatchObject({ code: 1, output: expect.stringContaining('was used with a planted bug') as string })
  const planted = await runRole(['--role', 'scheduler'], {
    NODE_ENV: 'production',
    SEATCAST_PLANTED_BUG: 'early-expiry',
    ...env,
  })
  expect(planted).toMatchObject({ code: 1, output: expect.stringContaining('SEATCAST_PLANTED_BUG') as string })
})
