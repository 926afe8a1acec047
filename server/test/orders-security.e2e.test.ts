import { randomUUID } from 'node:crypto'
import type { Order, Wallet } from '@seatcast/shared/protocol/order.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readConfig } from '../src/config.ts'
import { accessTokens } from '../src/http/authentication.ts'
import { SIGNATURE_HEADER, signWebhook, WEBHOOK_TOLERANCE_MS } from '../src/payments/webhook-signature.ts'
import { type Cluster, startCluster, TEST_PARTITIONS } from './support/cluster.ts'
import { readBooks } from './support/sale-books.ts'
import { aShopper, auditFindings, type Shopper } from './support/shopper.ts'
import { createTestSale } from './support/test-sale.ts'

const PRICE = 1_000
const config = readConfig({ DATABASE_URL: 'x', REDIS_URL: 'x' })
const tokens = accessTokens(config.tokenSecret)
let cluster: Cluster
let performanceId: string
let ann: Shopper
let bob: Shopper
/** Ann's: paid, with tickets; and one that waits for a payment in flight. */
let paid: Order
let waiting: Order
let nextSeat = 0

beforeAll(async () => {
  // Cards are offered and nobody answers: their payments stay as they were written down.
  cluster = await startCluster({
    nodes: 1,
    workers: 1,
    schedulers: 0,
    env: { SANDBOX_PAYMENTS_URL: 'http://127.0.0.1:9' },
  })
  performanceId = await createTestSale(cluster.databaseUrl, TEST_PARTITIONS, {
    startsAt: new Date(Date.now() + 30 * 86_400_000),
    maxSeatsPerBuyer: 20,
  })
  ann = await aShopper(cluster.origin(0), performanceId)
  bob = await aShopper(cluster.origin(0), performanceId)
  paid = await anOrder(ann)
  expect((await ann.pay(paid.id)).status).toBe(200)
  waiting = await anOrder(ann)
  expect((await ann.pay(waiting.id, { method: 'card' })).status).toBe(202)
})
afterAll(async () => {
  ann?.close()
  bob?.close()
  await cluster?.stop()
})

async function anOrder(one: Shopper, body: object = {}): Promise<Order> {
  expect(await one.ask('seats:hold', { seats: [nextSeat, nextSeat + 1] })).toMatchObject({ ok: true })
  nextSeat += 2
  const placed = await one.place(body)
  expect(placed.status).toBe(201)
  return placed.body.order
}
const read = async (one: Shopper, id: string): Promise<Order> =>
  (await one.request<Order>('GET', `/api/orders/${id}`)).body

interface Answer {
  readonly status: number
  readonly text: string
}
async function send(method: string, path: string, token: string | undefined, body?: object): Promise<Answer> {
  const response = await fetch(cluster.origin(0) + path, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, text: await response.text() }
}

describe("somebody else's", () => {
  /** Bodies that would be good if the order were the caller's. */
  const bodies = (order: Order): Readonly<Record<string, object>> => ({
    'POST /api/orders/{id}/payments': { method: 'wallet' },
    'POST /api/orders/{id}/cancel': {},
    'POST /api/orders/{id}/seats': { release: [order.seats[0]?.seat], take: [400] },
    'POST /api/orders/{id}/tickets/reissue': {},
  })

  test('[O9, T5] every route of an order is 404 for everybody else, as for an order that does not exist', async () => {
    const docs = JSON.parse((await send('GET', '/docs/json', undefined)).text) as {
      paths: Record<string, Record<string, object>>
    }
    const routes = Object.entries(docs.paths)
      .filter(([path]) => path.startsWith('/api/orders/{id}'))
      .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
    expect(routes).toEqual(
      expect.arrayContaining([...Object.keys(bodies(paid)), 'GET /api/orders/{id}', 'GET /api/orders/{id}/tickets']),
    )
    const others = {
      guest: bob.token,
      account: await tokens.issueToken({ userId: randomUUID(), role: 'user', seconds: 60 }),
      staff: await tokens.issueToken({ userId: randomUUID(), role: 'staff', seconds: 60 }),
      organiser: await tokens.issueToken({ userId: randomUUID(), role: 'organiser', seconds: 60 }),
    }
    const before = [await read(ann, paid.id), await read(ann, waiting.id)]
    const hers = [paid, waiting].flatMap(({ id, key }) => [id, key ?? '', ann.userId])
    for (const route of routes) {
      const [method = '', template = ''] = route.split(' ')
      for (const order of [paid, waiting]) {
        for (const [who, token] of Object.entries(others)) {
          const ask = async (id: string, query = '') =>
            await send(method, template.replace('{id}', id) + query, token, bodies(order)[route])
          const nobodys = await ask(randomUUID())
          const answers = [await ask(order.id), await ask(order.id, `?key=${'x'.repeat(32)}`)]
          for (const answer of answers) {
            expect(answer.status, `${who}: ${route}`).toBe(404)
            expect(answer.text, `${who}: ${route}`).toBe(nobodys.text)
            for (const secret of hers) expect(answer.text).not.toContain(secret)
          }
        }
        const anonymous = await send(method, template.replace('{id}', order.id), undefined, bodies(order)[route])
        expect(anonymous.status, route).toBe(401)
      }
    }
    const timeless = (order: Order) => ({ ...order, expiresInMs: 0 })
    expect([await read(ann, paid.id), await read(ann, waiting.id)].map(timeless)).toEqual(before.map(timeless))
  })

  test("[O9, T5] a secret opens its own order only, and says nothing about another's", async () => {
    const his = await anOrder(bob)
    for (const key of [his.key ?? '', paid.key?.slice(1) ?? '', '', paid.id, ann.token]) {
      const query = `?key=${encodeURIComponent(key)}`
      for (const path of [`/api/orders/${paid.id}`, `/api/orders/${paid.id}/tickets`]) {
        const { status, text } = await send('GET', path + query, undefined)
        expect([400, 401, 404], `${path} with ${key}`).toContain(status)
        expect(text).not.toContain('seats')
      }
      const page = await send('GET', `/orders/${paid.id}/tickets${query}`, undefined)
      expect([400, 404]).toContain(page.status)
    }
    // Whoever has the link may look; doing anything needs the owner's token.
    const link = `?key=${paid.key}`
    expect((await send('GET', `/api/orders/${paid.id}${link}`, undefined)).status).toBe(200)
    expect((await send('POST', `/api/orders/${paid.id}/cancel${link}`, undefined, {})).status).toBe(401)
    expect((await send('POST', `/api/orders/${paid.id}/cancel${link}`, bob.token, {})).status).toBe(404)
    const pass = (await send('GET', `/api/orders/${paid.id}/tickets${link}`, undefined)).text
    const { pageUrl } = JSON.parse(pass) as { pageUrl: string }
    expect((await send('GET', pageUrl, undefined)).status).toBe(200)
    expect((await send('GET', pageUrl.replace(paid.id, waiting.id), undefined)).status).toBe(404)
    expect((await read(ann, paid.id)).status).toBe('paid')
  })

  test('[O9] lists, wallets and the live map are the own ones, whatever the request says; doors are for staff', async () => {
    const query = `userId=${ann.userId}&buyer=${ann.userId}`
    const list = await bob.request<{ orders: Order[] }>('GET', `/api/orders?${query}`)
    expect(list.body.orders.map(({ id }) => id)).not.toContain(paid.id)
    const wallet = await bob.request<Wallet>('GET', `/api/wallet?currency=EUR&${query}`)
    expect(wallet.body.balance).toBe(1_000_000)
    const ack = await bob.ask('map:watch', { buyer: ann.userId, userId: ann.userId } as object)
    expect(ack.ok && ack.mine.orders.map(({ orderId }) => orderId)).not.toContain(waiting.id)
    const { tickets } = (await ann.request<{ tickets: { ticket: string }[] }>('GET', `/api/orders/${paid.id}/tickets`))
      .body
    expect(tickets).toHaveLength(2)
    const ticket = tickets[0]?.ticket
    for (const token of [ann.token, bob.token])
      expect((await send('POST', '/api/check-in', token, { performanceId, ticket })).status).toBe(403)
    expect((await send('GET', `/api/admin/audit/${performanceId}`, bob.token)).status).toBe(403)
  })
})

test('[O1, P3] amounts, prices, users, states and ids that a client sends are ignored', async () => {
  const lies = {
    amount: 1,
    price: 1,
    prices: [1, 1],
    currency: 'XXX',
    userId: ann.userId,
    buyer: ann.userId,
    user_id: ann.userId,
    id: waiting.id,
    orderId: waiting.id,
    status: 'paid',
    deadline: '2099-01-01T00:00:00Z',
    expiresInMs: 86_400_000,
    key: 'known',
    refunded: 0,
    zoneId: 'free',
  }
  const before = await read(ann, waiting.id)
  const order = await anOrder(bob, lies)
  expect(order).toMatchObject({ status: 'pending', amount: 2 * PRICE, currency: 'EUR' })
  expect(order.seats.map(({ price }) => price)).toEqual([PRICE, PRICE])
  expect(order.expiresInMs).toBeLessThanOrEqual(60_000)
  expect([order.id, order.key]).not.toContain(lies.id)
  expect(order.key).not.toBe(lies.key)
  const [first] = order.seats.map(({ seat }) => seat)
  const moved = await bob.request<{ order: Order }>('POST', `/api/orders/${order.id}/seats`, {
    ...lies,
    release: [first],
    take: [480],
  })
  expect(moved.body.order).toMatchObject({ id: order.id, status: 'pending', amount: 2 * PRICE })
  const payment = await bob.pay(order.id, { method: 'wallet', ...lies })
  expect(payment.body.order).toMatchObject({ status: 'paid', payments: [{ amount: 2 * PRICE, refunded: 0 }] })
  const wallet = () => bob.request<Wallet>('GET', '/api/wallet?currency=EUR')
  expect((await wallet()).body.balance).toBe(1_000_000 - 2 * PRICE)
  const cancelled = await bob.request<{ order: Order }>('POST', `/api/orders/${order.id}/cancel`, {
    ...lies,
    amount: 999_999,
  })
  expect(cancelled.body.order).toMatchObject({ id: order.id, status: 'refunded' })
  expect((await wallet()).body.balance).toBe(1_000_000)
  expect({ ...(await read(ann, waiting.id)), expiresInMs: 0 }).toEqual({ ...before, expiresInMs: 0 })
})

describe('[P12] webhooks', () => {
  const event = (id: string, paymentId: string, amount = 2 * PRICE) =>
    JSON.stringify({
      id,
      type: 'payment.captured',
      payment: {
        id: `sp_${paymentId}`,
        paymentId,
        status: 'captured',
        amount,
        currency: 'EUR',
        refunded: 0,
        failure: null,
      },
    })
  async function tell(body: string, signature?: string, provider = 'sandbox-card'): Promise<Answer> {
    const response = await fetch(`${cluster.origin(0)}/api/webhooks/${provider}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(signature !== undefined && { [SIGNATURE_HEADER]: signature }),
      },
      body,
    })
    return { status: response.status, text: await response.text() }
  }
  const sign = (body: string, atMs = Date.now(), secret = config.sandboxPaymentsSecret) =>
    signWebhook(secret, body, atMs)
  const code = ({ status, text }: Answer) => [status, (JSON.parse(text) as { code?: string }).code]

  test('forged and stale ones are refused and change nothing; a true one counts once; replayed it is refused', async () => {
    const paymentId = (await read(ann, waiting.id)).payments[0]?.id ?? ''
    const body = event('evt_true', paymentId)
    const now = Date.now()
    const forged = [
      await tell(body),
      await tell(body, ''),
      await tell(body, sign(body, now, 'a guess')),
      await tell(body, sign(event('evt_true', paymentId, 1), now)),
      await tell(body, sign(body, now).replace('t=', 't=1')),
      await tell(` ${body}`, sign(body, now)),
      await tell(body, sign(body, now).replace(/v1=.*/, `v1=${'0'.repeat(64)}`)),
      // Signed with what the browser's tokens are signed with, and with what we show the service.
      await tell(body, sign(body, now, config.tokenSecret)),
    ]
    for (const answer of forged) expect(code(answer)).toEqual([401, 'WEBHOOK_FORGED'])
    for (const atMs of [now - WEBHOOK_TOLERANCE_MS - 1_000, now + WEBHOOK_TOLERANCE_MS + 60_000])
      expect(code(await tell(body, sign(body, atMs)))).toEqual([400, 'WEBHOOK_STALE'])
    for (const provider of ['wallet', 'stripe', '..%2Fsandbox-card'])
      expect((await tell(body, sign(body, now), provider)).status).toBeGreaterThanOrEqual(400)
    expect(await read(ann, waiting.id)).toMatchObject({ status: 'pending' })

    const signature = sign(body, now)
    expect(await tell(body, signature)).toMatchObject({ status: 200 })
    expect(await read(ann, waiting.id)).toMatchObject({ status: 'paid', payments: [{ status: 'captured' }] })
    expect(code(await tell(body, signature))).toEqual([409, 'WEBHOOK_REPLAYED'])
    // Told again in good faith: signed anew.
    const again = await tell(body, sign(body, now + 1))
    expect(JSON.parse(again.text)).toEqual({ received: true, duplicate: true })
    expect((await read(ann, waiting.id)).payments).toMatchObject([{ amount: 2 * PRICE, refunded: 0 }])
  })

  test('a true message about a payment that is not that provider’s, or nobody’s, changes nothing', async () => {
    const wallet = (await read(ann, paid.id)).payments[0]?.id ?? ''
    for (const paymentId of [wallet, randomUUID(), 'nonsense']) {
      const body = event(`evt_${paymentId}`, paymentId, 999_999)
      expect((await tell(body, sign(body))).status).toBe(200)
    }
    expect((await read(ann, paid.id)).payments).toMatchObject([{ amount: 2 * PRICE, refunded: 0, status: 'captured' }])
  })

  test('after all this the books are right', async () => {
    const books = await readBooks(cluster.databaseUrl, performanceId)
    expect(books).toMatchObject({ ordered: 4 * PRICE, taken: 4 * PRICE, debited: 2 * PRICE, ledger: 0 })
    expect(await auditFindings(cluster.origin(0), performanceId)).toEqual([])
  })
})
