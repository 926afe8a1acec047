import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectDatabase } from '../src/database/client.ts'
import { startCluster, TEST_PARTITIONS, type Cluster } from './support/cluster.ts'
import { eventually } from './support/eventually.ts'
import type { RoleProcess } from './support/role-process.ts'
import { aShopper, type Shopper } from './support/shopper.ts'
import { createTestSale } from './support/test-sale.ts'

let cluster: Cluster
let buyer: Shopper

beforeAll(async () => {
  cluster = await startCluster({ nodes: 1, workers: 1, schedulers: 1, env: { LOG_LEVEL: 'info' } })
})
afterAll(async () => {
  buyer?.close()
  await cluster?.stop()
})

interface Line {
  readonly msg: string
  readonly role: string
  readonly requestId?: string
  readonly holdId?: string
  readonly orderId?: string
  readonly status?: string
}

/** What a process logged so far that names the id: what grep finds. */
const linesOf = (role: RoleProcess | undefined, id: string): Line[] =>
  (role?.output() ?? '')
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}') && line.includes(id))
    .map((line) => JSON.parse(line) as Line)

/** What was committed in the name of that request and no map was told of yet. */
async function outboxOf(requestId: string): Promise<{ order_id: string }[]> {
  const { db, close } = connectDatabase({ databaseUrl: cluster.databaseUrl, poolSize: 1 })
  try {
    return await db.selectFrom('outbox').select('order_id').where('request_id', '=', requestId).execute()
  } finally {
    await close()
  }
}

test('one id from the click to the commit: hold, order, payment, and the map told by another process', async () => {
  const performanceId = await createTestSale(cluster.databaseUrl, TEST_PARTITIONS)
  const anId = (what: string) => `${what}-${randomUUID()}`
  const [click, orderKey, paymentKey] = [anId('click'), anId('order'), anId('payment')]
  const [node, scheduler] = [cluster.nodes[0], cluster.schedulers[0]]
  buyer = await aShopper(cluster.origin(0), performanceId)
  const held = await buyer.ask('seats:hold', { performanceId, seats: [1, 2], requestId: click })
  const holdId = held.ok ? (held.holdId ?? '') : ''
  const { order } = (await buyer.place({}, orderKey)).body
  const told = (id: string) =>
    [node, scheduler].flatMap((role) => linesOf(role, id)).filter(({ msg }) => /told/.test(msg))
  await eventually('the map was told of the order', 10_000, () => told(orderKey).length > 0)

  // The node commits the payment and dies before Redis can hear of it: the scheduler tells the rest of the story.
  cluster.redisLink.cut()
  expect(await buyer.pay(order.id, { method: 'wallet' }, paymentKey)).toMatchObject({ status: 200 })
  await eventually('the node says that it is paid', 5_000, () => linesOf(node, paymentKey).length > 0)
  expect(await outboxOf(paymentKey)).toEqual([{ order_id: order.id }])
  await node?.kill()
  const answers = () =>
    fetch(`${cluster.origin(0)}/healthz`).then(
      () => true,
      () => false,
    )
  await eventually('its worker is gone too', 10_000, async () => !(await answers()))
  cluster.redisLink.heal()
  await eventually('the scheduler told the map', 20_000, () => linesOf(scheduler, paymentKey).length > 0)

  await eventually('its outbox entry is done', 5_000, async () => (await outboxOf(paymentKey)).length === 0)

  const ids = { holdId, orderId: order.id }
  expect(linesOf(node, click)).toMatchObject([{ msg: 'seats held', requestId: click, holdId }])
  expect(linesOf(node, orderKey)[0]).toMatchObject({ msg: 'order placed', requestId: orderKey, ...ids })
  expect(told(orderKey)[0]).toMatchObject({ requestId: orderKey, ...ids, status: 'pending' })
  expect(linesOf(node, paymentKey)).toMatchObject([{ msg: 'payment answered', orderId: order.id, status: 'paid' }])
  expect(linesOf(scheduler, paymentKey)).toMatchObject([
    { msg: 'order told to its map', role: 'scheduler', requestId: paymentKey, ...ids, status: 'paid' },
  ])
  expect(linesOf(node, holdId).map(({ msg }) => msg)).toEqual(expect.arrayContaining(['seats held', 'order placed']))
  expect(linesOf(scheduler, holdId).at(-1)).toMatchObject({ status: 'paid' })
})

test('nobody is named, and no secret is told', () => {
  const logged = [...cluster.nodes, ...cluster.schedulers].map((role) => role.output()).join('\n')
  expect(logged).not.toContain(buyer.token)
})
