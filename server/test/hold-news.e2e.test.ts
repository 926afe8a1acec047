import { setTimeout as delay } from 'node:timers/promises'
import type { HoldChanged } from '@seatcast/shared/protocol/hold.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { becomeGuest, type Buyer, joinSale } from './support/buyer.ts'
import { startCluster, TEST_PARTITIONS, type Cluster } from './support/cluster.ts'
import { eventually } from './support/eventually.ts'
import { createTestSale } from './support/test-sale.ts'

/** By then the workers know each other, ms. Source: ACQUAINTED_MS in roles/worker-reports.ts, and half a second. */
const KNOWN_AFTER_MS = 7_500

let cluster: Cluster
let startedMs: number
const buyers: Buyer[] = []

beforeAll(async () => {
  cluster = await startCluster({ nodes: 2, workers: 1, schedulers: 1 })
  startedMs = performance.now()
})
afterAll(async () => {
  for (const buyer of buyers) buyer.close()
  await cluster?.stop()
})

/** Two sockets of one guest, each on a worker of its own, neither watching; nobody has looked at the performance before. */
async function twoSockets(): Promise<{ holder: Buyer; other: Buyer }> {
  const performanceId = await createTestSale(cluster.databaseUrl, TEST_PARTITIONS, { holdSeconds: 5 })
  const guest = await becomeGuest(cluster.origin(0))
  const on = (node: number) =>
    joinSale({ origins: [cluster.origin(node)], performanceId, seatCount: 500, guest, watching: false })
  const [holder, other] = await Promise.all([on(0), on(1)])
  buyers.push(holder, other)
  return { holder, other }
}

const until = (buyer: Buyer, reason: HoldChanged['reason'], ms: number) =>
  eventually(`${reason} is told`, ms, () => Promise.resolve(buyer.holds.some((change) => change.reason === reason)))

async function everythingIsToldOnBoth(): Promise<void> {
  const { holder, other } = await twoSockets()
  expect(await holder.ask('seats:hold', { seats: [3, 4] })).toMatchObject({ ok: true })
  for (const buyer of [holder, other]) await until(buyer, 'held', 3_000)
  expect(other.holds[0]).toMatchObject({ seats: [3, 4], reason: 'held', epoch: 1 })
  // A command on the one that heard of it.
  expect(await other.ask('seats:release', { seats: [3] })).toMatchObject({ ok: true, seats: [4] })
  for (const buyer of [holder, other]) await until(buyer, 'released', 3_000)
  // Its deadline, which a scheduler acts on.
  for (const buyer of [holder, other]) await until(buyer, 'expired', 9_000)
  expect(other.holds.at(-1)).toMatchObject({ holdId: null, seats: [] })
}

test(
  "hold:changed reaches all of a buyer's sockets, watching or not, while workers do not know each other yet",
  () => everythingIsToldOnBoth(),
  30_000,
)

test('the same once they do', async () => {
  await delay(Math.max(0, startedMs + KNOWN_AFTER_MS - performance.now()))
  await everythingIsToldOnBoth()
}, 30_000)
