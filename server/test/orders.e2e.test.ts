import { randomUUID } from 'node:crypto'
import type { Order, OrderChanged } from '@seatcast/shared/protocol/order.ts'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { connectDatabase } from '../src/database/client.ts'
import { joinSale, type Buyer } from './support/buyer.ts'
import { startCluster, TEST_PARTITIONS, type Cluster } from './support/cluster.ts'
import { eventually } from './support/eventually.ts'
import { createTestSale, type TestSale } from './support/test-sale.ts'

const SEATS = 500
const [AVAILABLE, HELD] = [0, 1]
let cluster: Cluster
const buyers: Buyer[] = []

beforeAll(async () => {
  cluster = await startCluster({ workers: 1, schedulers: 1, ownPostgres: true })
})
afterAll(() => cluster?.stop())
afterEach(() => {
  for (const buyer of buyers.splice(0)) buyer.close()
})

const sale = (options: TestSale = {}) => createTestSale(cluster.databaseUrl, TEST_PARTITIONS, options)

interface Customer extends Buyer {
  readonly pushed: OrderChanged[]
  post(path: string, body: object, node?: number): Promise<{ status: number; body: Placed }>
}
interface Placed {
  readonly order: Order
  readonly epoch: number
  readonly revision: number
  readonly code?: string
}

async function join(performanceId: string, node: number, guest?: Buyer): Promise<Customer> {
  const options = { origins: [cluster.origin(node)], performanceId, seatCount: SEATS, ...(guest && { guest }) }
  const buyer = await joinSale(options)
  const pushed: OrderChanged[] = []
  buyer.socket.on('order:changed', (order) => void pushed.push(order))
  buyers.push(buyer)
  return Object.assign(buyer, {
    pushed,
    async post(path: string, body: object, to = node) {
      const response = await fetch(`${cluster.origin(to)}/api${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${buyer.token}`,
          'content-type': 'application/json',
          'idempotency-key': randomUUID(),
        },
        body: JSON.stringify(body),
      })
      return { status: response.status, body: (await response.json()) as Placed }
    },
  })
}

/** Tests' PostgreSQL does not wait for its disk: what was just written would be gone after a kill. */
async function onDisk(): Promise<void> {
  const database = connectDatabase({ databaseUrl: cluster.databaseUrl, poolSize: 1 })
  await sql`checkpoint`.execute(database.db)
  await database.close()
}

const mine = async (buyer: Buyer) => {
  const ack = await buyer.ask('map:watch', {})
  return ack.ok ? ack.mine : undefined
}
const statusOf = (pushed: readonly OrderChanged[], orderId: string) =>
  pushed.filter((push) => push.orderId === orderId).at(-1)?.status

test('[O13, O6] an order is on both tabs, on two nodes; unpaid, it ends on both, and its seats are free on every map', async () => {
  const id = await sale({ paymentSeconds: 2 })
  const first = await join(id, 0)
  const second = await join(id, 1, first)
  const stranger = await join(id, 1)
  expect(await first.ask('seats:hold', { seats: [7, 8] })).toMatchObject({ ok: true })
  const placedMs = performance.now()
  const { status, body } = await first.post(`/performances/${id}/orders`, {}, 1)
  expect(status).toBe(201)
  await eventually('both tabs see the order', 1_000, async () =>
    [await mine(first), await mine(second)].every((seen) => seen?.hold === null && seen.orders.length === 1),
  )
  expect((await mine(second))?.orders).toEqual([
    { orderId: body.order.id, status: 'pending', seats: [7, 8], expiresInMs: expect.any(Number) as number },
  ])
  expect((await mine(stranger))?.orders).toEqual([])
  // What is pushed follows the answers within a turn or two of the node.
  await eventually('the hold is an order now', 1_000, () => {
    const told = first.holds.at(-1)
    return told?.reason === 'ordered' && told.seats.length === 0
  })
  await eventually('the seats are shown as held', 1_000, () =>
    [7, 8].every((seat) => stranger.store.statuses[seat] === HELD),
  )

  await eventually('the seats are free', 5_000, () => stranger.store.statuses[7] === AVAILABLE)
  const endedMs = performance.now() - placedMs
  expect(endedMs).toBeGreaterThan(2_000)
  expect(endedMs).toBeLessThan(2_000 + 1_000 + 500)
  await eventually('both tabs are told', 1_000, () =>
    [first, second].every(({ pushed }) => statusOf(pushed, body.order.id) === 'expired'),
  )
  expect(stranger.pushed).toEqual([])
  expect((await mine(first))?.orders).toEqual([])
})

test('[O6] without a scheduler the workers end overdue orders', async () => {
  await cluster.schedulers[0]?.kill()
  const id = await sale({ paymentSeconds: 2 })
  const buyer = await join(id, 0)
  await buyer.ask('seats:hold', { seats: [1] })
  const { body } = await buyer.post(`/performances/${id}/orders`, {})
  await eventually('the order ends', 6_000, () => statusOf(buyer.pushed, body.order.id) === 'expired')
  await eventually('its seat is free', 1_000, () => buyer.store.statuses[1] === AVAILABLE)
  await cluster.restartScheduler(0)
})

test('[R7] Redis is lost: the order is there in the new epoch', async () => {
  const id = await sale()
  const buyer = await join(id, 0)
  await buyer.ask('seats:hold', { seats: [3, 4] })
  const { body } = await buyer.post(`/performances/${id}/orders`, {})
  await cluster.killRedis()
  await cluster.startRedisAgain('lost')
  await eventually('the order is on the new map', 10_000, async () => {
    const seen = await mine(buyer)
    return seen?.orders[0]?.orderId === body.order.id && seen.orders[0].seats.join() === '3,4'
  })
  await eventually('the map is live', 5_000, () => buyer.store.statuses[3] === HELD)
})

test('while PostgreSQL is away order routes answer 503 and the node is ready; then it goes on', async () => {
  const id = await sale()
  const buyer = await join(id, 0)
  await buyer.ask('seats:hold', { seats: [1, 2] })
  await onDisk()
  await cluster.killPostgres()
  const place = () => buyer.post(`/performances/${id}/orders`, {})
  const away = await place()
  expect(away).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } })
  expect((await fetch(`${cluster.origin(0)}/readyz`)).status).toBe(200)
  expect((await mine(buyer))?.hold).toMatchObject({ seats: [1, 2] })
  await cluster.startPostgresAgain()
  await eventually('the order is placed', 15_000, place, ({ status }) => status === 201)
})
