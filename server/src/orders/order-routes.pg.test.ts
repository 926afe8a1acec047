import { randomUUID } from 'node:crypto'
import type { Order } from '@seatcast/shared/protocol/order.ts'
import { afterAll, describe, expect, test } from 'vitest'
import { orderApp } from '../../test/support/order-app.ts'
import { testRedis } from '../../test/support/redis.ts'
import { mapKeys } from '../redis/keys.ts'

const server = await testRedis()
const tested = await orderApp(server.url)
const { app, aBuyer, aMap, deliver, map, ordersPath, redis, stateOf, world } = tested
afterAll(() => tested.close())

describe('placing', () => {
  test('[O1] a hold becomes an order with frozen prices, and the map shows it', async () => {
    const ann = await aBuyer()
    await ann.hold([0, 1, 2])
    const { status, body } = await ann.post(ordersPath(), { seats: [2, 0] })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      epoch: map.target.epoch,
      order: { status: 'pending', amount: 2_000, currency: 'EUR', cancellable: true, payments: [] },
    })
    expect(body.order.seats).toEqual([
      expect.objectContaining({ seat: 0, price: 1_000, released: false }),
      expect.objectContaining({ seat: 2, price: 1_000, released: false }),
    ])
    expect(body.order.expiresInMs).toBeGreaterThan(55_000)
    expect([await stateOf(0), await stateOf(1), await stateOf(2)]).toEqual([2, 1, 2])
    await deliver()
    expect(await world.violations(map)).toEqual([])
    expect((await ann.get(`/api/orders/${body.order.id}`)).body).toMatchObject({ id: body.order.id, amount: 2_000 })
  })

  test('[O1] no hold, or of other seats: NO_HOLD; an unknown performance: 404; without a token: 401', async () => {
    const ann = await aBuyer()
    const bob = await aBuyer()
    await bob.hold([5])
    expect(await ann.post(ordersPath(), {})).toMatchObject({ status: 409, body: { code: 'NO_HOLD' } })
    expect(await ann.post(ordersPath(), { seats: [5] })).toMatchObject({ status: 409, body: { code: 'NO_HOLD' } })
    expect(await bob.post(ordersPath(), { seats: [5, 6] })).toMatchObject({ status: 409, body: { code: 'NO_HOLD' } })
    expect(await bob.post(ordersPath(), { seats: [5_000] })).toMatchObject({ status: 400 })
    expect(await ann.post(`/api/performances/${randomUUID()}/orders`, {})).toMatchObject({ status: 404 })
    const anonymous = await app.inject({ method: 'POST', url: ordersPath(), payload: {} })
    expect(anonymous.statusCode).toBe(401)
    await world.commands.release(map.target, { buyer: bob.id })
  })

  test('[O14] a live hold is ordered while the sale is paused, not when it is closed, nor after the start', async () => {
    const own = await aMap()
    const ann = await aBuyer()
    await ann.hold([0, 1, 2], own)
    await world.commands.setSale(own.target, { status: 'paused' })
    const paused = await ann.post(ordersPath(own), { seats: [0] })
    expect(paused.status).toBe(201)
    const starts = (inMs: number) =>
      world.db
        .updateTable('performances')
        .set({ starts_at: new Date(Date.now() + inMs) })
        .where('id', '=', own.performance.id)
        .execute()
    await starts(-1_000)
    expect(await ann.post(ordersPath(own), { seats: [1] })).toMatchObject({ body: { code: 'NOT_ON_SALE' } })
    await starts(3_600_000)
    await world.commands.setSale(own.target, { status: 'closed' })
    expect(await ann.post(ordersPath(own), { seats: [1] })).toMatchObject({
      status: 409,
      body: { code: 'NOT_ON_SALE' },
    })
    // The refused seats are in the hold as before; what is ordered can be paid.
    expect([await stateOf(0, own), await stateOf(1, own), await stateOf(2, own)]).toEqual([2, 1, 1])
    expect(await tested.pay(paused.body.order.id)).toBe('done')
    await deliver()
    expect(await world.violations(own)).toEqual([])
  })

  test('[O12] the same key and body: one order, the same answer; another body is refused', async () => {
    const ann = await aBuyer()
    await ann.hold([10, 11])
    const key = randomUUID()
    const first = await ann.post(ordersPath(), { seats: [10] }, key)
    const [again, concurrent] = await Promise.all([
      ann.post(ordersPath(), { seats: [10] }, key),
      ann.post(ordersPath(), { seats: [10], amount: 1 }, key),
    ])
    expect(first.status).toBe(201)
    expect(again).toEqual(first)
    expect(concurrent).toEqual(first)
    // The secret of its link is told again, and stored nowhere.
    expect(first.body.order.key).toMatch(/^[\w-]{32}$/)
    const stored = await world.db.selectFrom('idempotency_keys').select('answer').where('key', '=', key).execute()
    expect(stored).toHaveLength(1)
    expect(stored[0]?.answer).not.toContain(first.body.order.key)
    const other = await ann.post(ordersPath(), { seats: [11] }, key)
    expect(other).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } })
    expect((await ann.get('/api/orders')).body.orders).toHaveLength(1)
  })

  test('[O12] a refusal changed nothing and is not kept: the same request is tried anew, then has one answer', async () => {
    const ann = await aBuyer()
    const key = randomUUID()
    const tryIt = () => ann.post(ordersPath(), { seats: [15] }, key)
    for (const _ of [1, 2]) expect(await tryIt()).toMatchObject({ status: 409, body: { code: 'NO_HOLD' } })
    await ann.hold([15])
    const placed = await tryIt()
    expect(placed.status).toBe(201)
    expect(await tryIt()).toEqual(placed)
    await ann.post(`/api/orders/${placed.body.order.id}/cancel`, {})
    // Also when its effect is long undone: nothing happens twice.
    await ann.hold([15])
    expect(await tryIt()).toEqual(placed)
    expect((await ann.get('/api/orders')).body.orders).toMatchObject([{ status: 'cancelled' }])
    await world.commands.release(map.target, { buyer: ann.id })
  })

  test('[O12] a button pressed ten times at once makes one order', async () => {
    const ann = await aBuyer()
    await ann.hold([12, 13])
    const key = randomUUID()
    const answers = await Promise.all(Array.from({ length: 10 }, () => ann.post(ordersPath(), {}, key)))
    expect(new Set(answers.map(({ body }) => body.order?.id))).toHaveLength(1)
    const keyless = await Promise.all(Array.from({ length: 5 }, () => ann.post(ordersPath(), {})))
    expect(keyless.map(({ status }) => status)).toEqual([409, 409, 409, 409, 409])
  })

  test.for(['seats locked', 'order written'] as const)(
    '[O2] a fault after "%s": the hold is as it was, with its deadline',
    async (name) => {
      const ann = await aBuyer()
      await ann.hold([20, 21])
      const before = (await world.commands.readMap(map.target))?.holds.find(({ buyer }) => buyer === ann.id)
      tested.step = (at) => {
        if (at === name) throw new Error('PostgreSQL refused')
      }
      expect(await ann.post(ordersPath(), {})).toMatchObject({ status: 500 })
      tested.step = undefined
      const after = (await world.commands.readMap(map.target))?.holds.find(({ buyer }) => buyer === ann.id)
      expect(after).toEqual(before)
      expect((await ann.get('/api/orders')).body.orders).toEqual([])
      await world.commands.release(map.target, { buyer: ann.id })
    },
  )

  test('[O3] a seat that PostgreSQL has sold is never sold again, whatever Redis says', async () => {
    const own = await aMap()
    const ann = await aBuyer()
    await ann.order([1], own)
    await deliver()
    await redis.del(...Object.values(mapKeys(own.target)))
    const keys = await world.commands.loadMap(own.target, {
      facts: { status: 'on_sale', opensAtMs: 0, holdMs: 60_000, maxSeatsPerBuyer: 8 },
      seatCount: own.performance.seatCount,
      blockedSeats: [],
      holds: [],
    })
    expect(keys).toMatchObject({ ok: true })
    const bob = await aBuyer()
    await bob.hold([1, 2], own)
    expect(await bob.post(ordersPath(own), {})).toMatchObject({ status: 409, body: { code: 'SEAT_TAKEN' } })
  })
})

describe('whose it is', () => {
  test("[O9] somebody else's order is 404 on every route; the secret link opens it", async () => {
    const own = await aMap()
    const ann = await aBuyer()
    const bob = await aBuyer()
    const order = await ann.order([30, 31], own)
    const path = `/api/orders/${order.id}`
    const answers = await Promise.all([
      bob.get(path),
      bob.post(`${path}/cancel`, {}),
      bob.post(`${path}/seats`, { release: [30], take: [40] }),
      bob.get(`/api/orders/${randomUUID()}`),
      bob.get('/api/orders/nonsense'),
    ])
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404])
    expect(answers[0]?.body).toEqual(answers[3]?.body)
    expect((await bob.get('/api/orders')).body.orders).toEqual([])
    const open = (key: string) => app.inject({ method: 'GET', url: `${path}?key=${key}` })
    expect((await open(order.key ?? '')).json<Order>()).toMatchObject({ id: order.id, amount: 2_000 })
    expect((await open(order.key ?? '')).json<Order>().key).toBeUndefined()
    expect((await open('x'.repeat(32))).statusCode).toBe(404)
    expect((await app.inject({ method: 'GET', url: path })).statusCode).toBe(401)
  })

  test('my orders come page by page, newest first', async () => {
    const own = await aMap()
    const ann = await aBuyer()
    const ids: string[] = []
    for (const seat of [1, 2, 3]) ids.unshift((await ann.order([seat], own)).id)
    const first = (await ann.get('/api/orders?limit=2')).body
    const second = (await ann.get(`/api/orders?limit=2&cursor=${first.nextCursor}`)).body
    expect([...first.orders, ...second.orders].map(({ id }) => id)).toEqual(ids)
    expect(second.nextCursor).toBeNull()
  })
})
