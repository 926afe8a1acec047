import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cluster, startCluster, TEST_PARTITIONS } from './support/cluster.ts'
import { eventually } from './support/eventually.ts'
import { auditFindings, aShopper, type Shopper } from './support/shopper.ts'
import { createTestSale } from './support/test-sale.ts'

/** The default, ms. */
const PATIENCE_MS = 3_000
/** For the rest of a request, on a machine that may be busy, ms. */
const MORE_MS = 3_000

let cluster: Cluster
let performanceId: string
beforeAll(async () => {
  cluster = await startCluster({
    nodes: 1,
    workers: 1,
    schedulers: 1,
    ownPostgres: true,
    env: { DATABASE_PATIENCE_MS: String(PATIENCE_MS) },
  })
  const startsAt = new Date(Date.now() + 30 * 86_400_000)
  performanceId = await createTestSale(cluster.databaseUrl, TEST_PARTITIONS, { startsAt })
})
afterAll(() => cluster?.stop())

test('[O2, O7] PostgreSQL hangs: order routes are UNAVAILABLE in time, maps go on, and afterwards nothing is lost', async () => {
  const [ann, bob, eve] = await Promise.all([1, 2, 3].map(() => aShopper(cluster.origin(0), performanceId)))
  if (ann === undefined || bob === undefined || eve === undefined) throw new Error('no shoppers')
  expect(await ann.ask('seats:hold', { seats: [1, 2] })).toMatchObject({ ok: true })
  expect(await bob.ask('seats:hold', { seats: [3] })).toMatchObject({ ok: true })
  const { order } = (await bob.place()).body
  expect(await eve.ask('seats:hold', { seats: [4] })).toMatchObject({ ok: true })
  expect((await eve.pay((await eve.place()).body.order.id)).status).toBe(200)

  await cluster.freezePostgres()
  const key = randomUUID()
  const startedMs = performance.now()
  const answers = await Promise.all([
    ann.place({}, key),
    bob.pay(order.id),
    bob.request('POST', `/api/orders/${order.id}/cancel`, {}),
    bob.request('POST', `/api/orders/${order.id}/seats`, { release: [3], take: [5] }),
    bob.request('GET', `/api/orders/${order.id}`),
    bob.request('GET', '/api/orders'),
    bob.request('GET', '/api/wallet?currency=EUR'),
  ])
  expect(performance.now() - startedMs).toBeLessThan(PATIENCE_MS + MORE_MS)
  for (const { status, body } of answers)
    expect({ status, body }).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE', retryInMs: 1_000 } })
  // What needs no PostgreSQL goes on: the map, holds, and who is signed in.
  expect((await fetch(`${cluster.origin(0)}/readyz`)).status).toBe(200)
  expect(await eve.ask('seats:hold', { seats: [6] })).toMatchObject({ ok: true })
  expect(await seatsHeldBy(ann)).toEqual([1, 2])

  cluster.thawPostgres()
  await eventually(
    'ann has her order',
    15_000,
    () => ann.place({}, key),
    ({ status }) => status === 201,
  )
  await eventually(
    'bob pays',
    15_000,
    () => bob.pay(order.id),
    ({ status }) => status === 200,
  )
  await eventually('all is right', 15_000, () => auditFindings(cluster.origin(0), performanceId), isEmpty)
  for (const one of [ann, bob, eve]) one.close()
})

const isEmpty = (found: readonly unknown[]): boolean => found.length === 0

/** In their hold, or in an order that is being written down. */
async function seatsHeldBy(one: Shopper): Promise<number[]> {
  const ack = await one.ask('map:watch', {})
  if (!ack.ok) throw new Error(ack.code)
  return [...(ack.mine.hold?.seats ?? []), ...ack.mine.orders.flatMap(({ seats }) => seats)]
}
