import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCluster, TEST_PARTITIONS, type Cluster } from './support/cluster.ts'
import { auditFindings, type Shopper, shoppers } from './support/shopper.ts'
import { createTestSale } from './support/test-sale.ts'

let cluster: Cluster
let buyers: Shopper[] = []
/** Rounds of every buyer while the audit asks again and again. */
const ROUNDS = Number(process.env['AUDIT_ROUNDS'] ?? 3)
const BUYERS = 16

beforeAll(async () => {
  cluster = await startCluster({ nodes: 1, workers: 2, schedulers: 1 })
})
afterAll(async () => {
  for (const buyer of buyers) buyer.close()
  await cluster?.stop()
})

test('the audit of a busy sale finds nothing: what is on its way between Redis and PostgreSQL is no fault', async () => {
  const performanceId = await createTestSale(cluster.databaseUrl, TEST_PARTITIONS, { holdSeconds: 30 })
  buyers = await shoppers([cluster.origin(0)], performanceId, BUYERS)
  const sale = { isBusy: true }
  let sold = 0
  const buy = async (buyer: Shopper, round: number, place: number) => {
    const held = await buyer.ask('seats:best', { performanceId, count: 2 })
    if (!held.ok) throw new Error(held.code)
    const placed = await buyer.place({})
    const { order } = placed.body
    if ((round + place) % 3 > 0) {
      const paid = await buyer.pay(order.id)
      expect(paid.body.order.status).toBe('paid')
      sold += 1
    }
    if ((round + place) % 3 < 2) await buyer.request('POST', `/api/orders/${order.id}/cancel`, {})
  }
  const all = Promise.all(
    buyers.map(async (buyer, place) => {
      for (let round = 0; round < ROUNDS; round += 1) await buy(buyer, round, place)
    }),
  ).finally(() => (sale.isBusy = false))
  const findings: string[] = []
  let audits = 0
  while (sale.isBusy) {
    const found = await auditFindings(cluster.origin(0), performanceId)
    // Not loaded yet, or too busy to say.
    if (found[0] === 'the audit answered 503') continue
    findings.push(...found)
    audits += 1
  }
  await all
  expect(findings).toEqual([])
  expect(await auditFindings(cluster.origin(0), performanceId)).toEqual([])
  expect(sold).toBeGreaterThan(BUYERS)
  expect(audits).toBeGreaterThan(0) // while it was busy; how many depends on the machine
})
