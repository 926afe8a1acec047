import { randomUUID } from 'node:crypto'
import type { Order, Wallet } from '@seatcast/shared/protocol/order.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessTokens } from '../src/http/authentication.ts'
import { readConfig } from '../src/config.ts'
import { signWebhook } from '../src/payments/webhook-signature.ts'
import { becomeGuest, type Buyer, joinSale } from './support/buyer.ts'
import { type Cluster, startCluster, TEST_PARTITIONS } from './support/cluster.ts'
import { eventually } from './support/eventually.ts'
import { type RoleProcess, startRole } from './support/role-process.ts'
import { createTestSale } from './support/test-sale.ts'

let sandbox: RoleProcess
let cluster: Cluster
let performanceId: string
let shortId: string
let nextSeat = 0
const buyers: Buyer[] = []

/** Development's payment service, its node, and the sandbox's patience cut short. */
beforeAll(async () => {
  sandbox = await startRole('sandbox-payments', {
    NODE_ENV: 'development',
    DATABASE_URL: 'postgres://nobody',
    REDIS_URL: 'redis://nobody',
    LOG_LEVEL: 'warn',
    SANDBOX_ANSWER_MS: '50',
    SANDBOX_SLOW_MS: '1500',
    SANDBOX_LATE_MS_MAX: '2000',
    SANDBOX_GAP_MS: '50',
  })
  cluster = await startCluster({
    nodes: 1,
    schedulers: 1,
    env: { SANDBOX_PAYMENTS_URL: `http://127.0.0.1:${sandbox.port}` },
  })
  const startsAt = new Date(Date.now() + 30 * 86_400_000)
  performanceId = await createTestSale(cluster.databaseUrl, TEST_PARTITIONS, { startsAt })
  shortId = await createTestSale(cluster.databaseUrl, TEST_PARTITIONS, { startsAt, paymentSeconds: 2 })
})
afterAll(async () => {
  for (const buyer of buyers) buyer.close()
  await cluster.stop()
  await sandbox.kill()
})

async function request(
  buyer: Pick<Buyer, 'token'>,
  method: string,
  path: string,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(cluster.origin(0) + path, {
    method,
    headers: {
      authorization: `Bearer ${buyer.token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: await response.json() }
}

/** A buyer with a pending order of one seat. */
async function order(
  performance = performanceId,
): Promise<{ buyer: Buyer; orderId: string; seat: number; told: string[] }> {
  const seat = (nextSeat += 2)
  const guest = await becomeGuest(cluster.origin(0))
  const buyer = await joinSale({ origins: [cluster.origin(0)], performanceId: performance, seatCount: 500, guest })
  buyers.push(buyer)
  const told: string[] = []
  buyer.socket.on('order:changed', ({ status }) => void told.push(status))
  expect(await buyer.ask('seats:hold', { seats: [seat] })).toMatchObject({ ok: true })
  const placed = await request(buyer, 'POST', `/api/performances/${performance}/orders`, {})
  expect(placed.status).toBe(201)
  return { buyer, orderId: (placed.body as { order: Order }).order.id, seat, told }
}

const pay = (buyer: Buyer, orderId: string, body: object, headers?: Readonly<Record<string, string>>) =>
  request(buyer, 'POST', `/api/orders/${orderId}/payments`, body, headers)
const read = async (buyer: Buyer, orderId: string): Promise<Order> =>
  (await request(buyer, 'GET', `/api/orders/${orderId}`)).body as Order
const readWallet = async (buyer: Buyer): Promise<Wallet> =>
  (await request(buyer, 'GET', '/api/wallet?currency=EUR')).body as Wallet
const becomes = (buyer: Buyer, orderId: string, status: string, patienceMs = 15_000) =>
  eventually(
    `order ${status}`,
    patienceMs,
    async () => (await read(buyer, orderId)).status,
    (seen) => seen === status,
  )

/** The whole audit, money included. */
async function audit(performance = performanceId): Promise<void> {
  const tokens = accessTokens(readConfig({ DATABASE_URL: 'x', REDIS_URL: 'x' }).tokenSecret)
  const token = await tokens.issueToken({ userId: randomUUID(), role: 'organiser', seconds: 60 })
  await eventually(
    'a sound audit',
    10_000,
    async () => {
      const { body } = await request({ token }, 'GET', `/api/admin/audit/${performance}`)
      return (body as { checks: { count: number }[] }).checks.filter(({ count }) => count > 0)
    },
    (broken) => broken.length === 0,
  )
}

describe('wallet', () => {
  test('[P2, P3, P13] pays at once, from the balance that everybody has, the amount that the order says', async () => {
    const { buyer, orderId, told, seat } = await order()
    const paid = await pay(buyer, orderId, { method: 'wallet', amount: 1, price: 1, userId: randomUUID() })
    expect(paid).toMatchObject({ status: 200, body: { order: { status: 'paid', payments: [{ amount: 1_000 }] } } })
    const wallet = await readWallet(buyer)
    expect(wallet).toMatchObject({
      balance: 999_000,
      currency: 'EUR',
      entries: [{ amount: -1_000, orderId }, { kind: 'grant' }],
    })
    expect(wallet.sandboxCards).toContain('out_of_order')
    // Nothing is sold in it: no points are given away in it.
    const strange = await request(buyer, 'GET', '/api/wallet?currency=XTS')
    expect(strange).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST' } })
    expect((await readWallet(buyer)).balances.map(({ currency }) => currency)).toEqual(['EUR'])
    await eventually('order:changed', 5_000, () => told.includes('paid'))
    await eventually('sold', 5_000, () => buyer.store.statuses[seat] === 2)
    expect((await pay(buyer, orderId, { method: 'wallet' })).status).toBe(200)
    await audit()
  })

  test('[P9] cancelled, everything is back at once', async () => {
    const { buyer, orderId } = await order()
    await pay(buyer, orderId, { method: 'wallet' })
    const cancelled = await request(buyer, 'POST', `/api/orders/${orderId}/cancel`, {})
    expect((cancelled.body as { order: Order }).order).toMatchObject({
      status: 'refunded',
      payments: [{ status: 'refunded', refunded: 1_000 }],
    })
    expect((await readWallet(buyer)).balance).toBe(1_000_000)
    await audit()
  })
})

describe('card', () => {
  test.each(['ok', 'twice', 'out_of_order', 'slow', 'silent'])('%s: waits, and is paid', async (card) => {
    const { buyer, orderId, told } = await order()
    const begun = await pay(buyer, orderId, { method: 'card', card })
    expect(begun).toMatchObject({
      status: 202,
      body: { order: { status: 'pending' }, payment: { status: 'pending', amount: 1_000 } },
    })
    await becomes(buyer, orderId, 'paid')
    expect((await read(buyer, orderId)).payments).toMatchObject([{ status: 'captured', refunded: 0 }])
    await eventually('order:changed', 5_000, () => told.includes('paid'))
    await audit()
  })

  test('[P9] fails, then another works, then is cancelled and given back', async () => {
    const { buyer, orderId, told } = await order()
    await pay(buyer, orderId, { method: 'card', card: 'fail' })
    await eventually(
      'the failure',
      5_000,
      async () => (await read(buyer, orderId)).payments[0]?.failure === 'card_declined',
    )
    expect(told).toContain('pending')
    await pay(buyer, orderId, { method: 'card', card: 'ok' })
    await becomes(buyer, orderId, 'paid')
    await request(buyer, 'POST', `/api/orders/${orderId}/cancel`, {})
    await becomes(buyer, orderId, 'refunded')
    expect((await read(buyer, orderId)).payments).toMatchObject([
      { status: 'failed' },
      { status: 'refunded', refunded: 1_000 },
    ])
    await audit()
  })

  test('[P10] takes the money after its buyer cancelled: the seat is still free and theirs again, until cancelled once more', async () => {
    const { buyer, orderId, seat, told } = await order()
    await pay(buyer, orderId, { method: 'card', card: 'late' })
    await request(buyer, 'POST', `/api/orders/${orderId}/cancel`, {})
    expect((await read(buyer, orderId)).status).toBe('cancelled')
    await eventually('the seat is free', 5_000, () => buyer.store.statuses[seat] === 0)
    await becomes(buyer, orderId, 'paid')
    expect(await read(buyer, orderId)).toMatchObject({ claimedFrom: 'cancelled', payments: [{ status: 'captured' }] })
    await eventually('order:changed', 5_000, () => told.includes('paid'))
    await eventually('sold', 5_000, () => buyer.store.statuses[seat] === 2)
    await request(buyer, 'POST', `/api/orders/${orderId}/cancel`, {})
    await becomes(buyer, orderId, 'refunded')
    expect((await read(buyer, orderId)).payments).toMatchObject([{ status: 'refunded', refunded: 1_000 }])
    await audit()
  })

  test('is called off at once when its buyer cancels while nobody knows how it ends', async () => {
    const { buyer, orderId } = await order()
    await pay(buyer, orderId, { method: 'card', card: 'never' })
    await request(buyer, 'POST', `/api/orders/${orderId}/cancel`, {})
    await eventually('voided', 5_000, async () => (await read(buyer, orderId)).payments[0]?.status === 'voided')
    expect((await read(buyer, orderId)).status).toBe('cancelled')
  })

  test('[P10] takes the money when somebody else has the seat: it goes back and the buyer is told', async () => {
    const { buyer, orderId, seat, told } = await order()
    await pay(buyer, orderId, { method: 'card', card: 'late' })
    await request(buyer, 'POST', `/api/orders/${orderId}/cancel`, {})
    const guest = await becomeGuest(cluster.origin(0))
    const other = await joinSale({ origins: [cluster.origin(0)], performanceId, seatCount: 500, guest })
    buyers.push(other)
    await eventually('the seat is free', 5_000, async () => (await other.ask('seats:hold', { seats: [seat] })).ok)
    await eventually(
      'the money is back',
      15_000,
      async () => (await read(buyer, orderId)).payments[0],
      (payment) => payment?.status === 'refunded' && payment.refunded === 1_000,
    )
    expect((await read(buyer, orderId)).status).toBe('cancelled')
    expect(told.filter((status) => status === 'cancelled').length).toBeGreaterThanOrEqual(2)
    await audit()
  })

  test('[P5] never: the order outlives its deadline, and can still not be paid twice', async () => {
    const { buyer, orderId } = await order(shortId)
    await pay(buyer, orderId, { method: 'card', card: 'never' })
    await eventually('the deadline', 10_000, async () => (await read(buyer, orderId)).expiresInMs === 0)
    await new Promise((resolve) => setTimeout(resolve, 1_500)) // the jobs had every chance
    expect((await read(buyer, orderId)).status).toBe('pending')
    expect(await pay(buyer, orderId, { method: 'wallet' })).toMatchObject({
      status: 409,
      body: { code: 'ORDER_ENDED' },
    })
    await audit(shortId)
  })

  test('[P4] the same key is the same payment; another body is refused; the second press joins the first', async () => {
    const { buyer, orderId } = await order()
    const key = { 'idempotency-key': randomUUID() }
    const answers = await Promise.all([1, 2, 3].map(() => pay(buyer, orderId, { method: 'card', card: 'slow' }, key)))
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect((await pay(buyer, orderId, { method: 'wallet' }, key)).body).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    })
    await pay(buyer, orderId, { method: 'card', card: 'slow' })
    expect((await read(buyer, orderId)).payments).toHaveLength(1)
    await becomes(buyer, orderId, 'paid')
    // What its key was answered with, it is answered with for a day, also when more is known.
    expect(await pay(buyer, orderId, { method: 'card', card: 'slow' }, key)).toEqual(answers[0])
  })
})

test("somebody else's order, an unknown card and a missing token are refused", async () => {
  const { buyer, orderId } = await order()
  const stranger = await becomeGuest(cluster.origin(0))
  const strange = await request({ token: stranger.token }, 'POST', `/api/orders/${orderId}/payments`, {
    method: 'wallet',
  })
  expect(strange).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
  expect((await pay(buyer, orderId, { method: 'card', card: 'nope' })).status).toBe(400)
  expect((await pay(buyer, orderId, { method: 'gold' })).status).toBe(400)
  expect((await pay({ ...buyer, token: 'x' }, orderId, { method: 'wallet' })).status).toBe(401)
  expect((await read(buyer, orderId)).payments).toEqual([])
})

test('[P12] a signed message counts once: replayed and stale ones are refused, one that was signed again is known', async () => {
  const { sandboxPaymentsSecret: secret } = readConfig({ DATABASE_URL: 'x', REDIS_URL: 'x' })
  const payment = { id: 'sp_1', paymentId: randomUUID(), status: 'captured', amount: 1, currency: 'EUR' }
  const event = {
    id: `evt_${randomUUID()}`,
    type: 'payment.captured',
    payment: { ...payment, refunded: 0, failure: null },
  }
  const body = JSON.stringify(event)
  const post = async (signature: string) => {
    const response = await fetch(`${cluster.origin(0)}/api/webhooks/sandbox-card`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'seatcast-signature': signature },
    })
    return { status: response.status, body: (await response.json()) as object }
  }
  const nowMs = Date.now()
  const signature = signWebhook(secret, body, nowMs)
  expect(await post(signature)).toMatchObject({ status: 200, body: { received: true, duplicate: false } })
  expect(await post(signature)).toMatchObject({ status: 409, body: { code: 'WEBHOOK_REPLAYED' } })
  expect(await post(signWebhook(secret, body, nowMs + 1))).toMatchObject({ status: 200, body: { duplicate: true } })
  expect(await post(signWebhook(secret, body, nowMs - 301_000))).toMatchObject({
    status: 400,
    body: { code: 'WEBHOOK_STALE' },
  })
})

test('[P12] webhooks without the right signature are refused, whatever they say', async () => {
  const post = async (provider: string, headers: Readonly<Record<string, string>>) => {
    const response = await fetch(`${cluster.origin(0)}/api/webhooks/${provider}`, {
      method: 'POST',
      body: '{"id":"evt_1"}',
      headers: { 'content-type': 'application/json', ...headers },
    })
    return [response.status, ((await response.json()) as { code: string }).code]
  }
  expect(await post('sandbox-card', {})).toEqual([401, 'WEBHOOK_FORGED'])
  const signature = `t=${Date.now()},v1=${'0'.repeat(64)}`
  expect(await post('sandbox-card', { 'seatcast-signature': signature })).toEqual([401, 'WEBHOOK_FORGED'])
  expect(await post('wallet', {})).toEqual([404, 'NOT_FOUND'])
  expect(await post('nobody', {})).toEqual([404, 'NOT_FOUND'])
})
