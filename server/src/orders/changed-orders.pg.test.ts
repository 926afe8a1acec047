import { afterAll, describe, expect, test } from 'vitest'
import { orderApp } from '../../test/support/order-app.ts'
import { testRedis } from '../../test/support/redis.ts'

const server = await testRedis()
const tested = await orderApp(server.url)
const { aBuyer, aMap, charges, db, deliver, map, pay, settled, stateOf, used, world } = tested
afterAll(() => tested.close())

describe('cancelling', () => {
  test('[O11] an unpaid order ends at once and its seats are free when the answer comes', async () => {
    const ann = await aBuyer()
    const order = await ann.order([40, 41])
    const { body } = await ann.post(`/api/orders/${order.id}/cancel`, {})
    expect(body).toMatchObject({ order: { status: 'cancelled', expiresInMs: 0 }, epoch: map.target.epoch })
    expect(await stateOf(40)).toBe(0)
    const again = await ann.post(`/api/orders/${order.id}/cancel`, {})
    expect(again).toMatchObject({ status: 200, body: { order: { status: 'cancelled' } } })
    expect(await world.violations(map)).toEqual([])
  })

  test('[O1, O11] what may leave out its seats may leave out its body', async () => {
    const ann = await aBuyer()
    await ann.hold([30, 31])
    const placed = await ann.post(`/api/performances/${map.performance.id}/orders`, undefined)
    expect(placed).toMatchObject({ status: 201, body: { order: { amount: 2_000 } } })
    const cancelled = await ann.post(`/api/orders/${placed.body.order.id}/cancel`, undefined)
    expect(cancelled).toMatchObject({ status: 200, body: { order: { status: 'cancelled' } } })
  })

  test('[O11] single seats: the order keeps the others; the last one ends it', async () => {
    const ann = await aBuyer()
    const order = await ann.order([44, 45])
    const path = `/api/orders/${order.id}/cancel`
    expect((await ann.post(path, { seats: [44] })).body.order).toMatchObject({ status: 'pending', amount: 1_000 })
    expect([await stateOf(44), await stateOf(45)]).toEqual([0, 2])
    expect((await ann.post(path, { seats: [44] })).body.order).toMatchObject({ status: 'pending', amount: 1_000 })
    expect(await ann.post(path, { seats: [46] })).toMatchObject({ status: 400 })
    expect((await ann.post(path, { seats: [45, 44] })).body.order).toMatchObject({ status: 'cancelled' })
    expect(await world.violations(map)).toEqual([])
  })

  test('[O11] a paid order by the rule, its money with it; too late or used: NOT_REFUNDABLE', async () => {
    const ann = await aBuyer()
    const order = await ann.order([48, 49])
    await pay(order.id)
    const path = `/api/orders/${order.id}/cancel`
    const rule = (hours: number | null) =>
      db.updateTable('performances').set({ refundable_hours: hours }).where('id', '=', map.performance.id).execute()
    for (const hours of [49, null]) {
      await rule(hours)
      expect(await ann.post(path, {})).toMatchObject({ status: 409, body: { code: 'NOT_REFUNDABLE' } })
    }
    await rule(47)
    used.push(48)
    expect(await ann.post(path, {})).toMatchObject({ status: 409, body: { code: 'NOT_REFUNDABLE', seats: [48] } })
    expect((await ann.post(path, { seats: [49] })).body.order).toMatchObject({ status: 'paid', amount: 1_000 })
    used.length = 0
    expect(settled).toEqual([`${order.id} cancelled`])
    const whole = await Promise.all(Array.from({ length: 4 }, () => ann.post(path, {})))
    expect(whole.map(({ body }) => body.order.status)).toEqual(Array.from({ length: 4 }, () => 'refund_due'))
    expect(settled).toEqual([`${order.id} cancelled`, `${order.id} cancelled`])
    await deliver()
    expect([await stateOf(48), await stateOf(49)]).toEqual([0, 0])
    expect(await world.violations(map)).toEqual([])
  })
})

describe('changing seats', () => {
  test('[O8] a pending order moves, in one step on the map, at its new price', async () => {
    const own = await aMap([{ price: 1_000 }, { price: 3_000 }])
    const ann = await aBuyer()
    const order = await ann.order([0, 2], own)
    const { status, body } = await ann.post(`/api/orders/${order.id}/seats`, { release: [0], take: [1] })
    expect({ status, body }).toMatchObject({ status: 200, body: { order: { status: 'pending', amount: 4_000 } } })
    expect(body.order.seats.map(({ seat }) => seat)).toEqual([1, 2])
    expect([await stateOf(0, own), await stateOf(1, own), await stateOf(2, own)]).toEqual([0, 2, 2])
    const back = await ann.post(`/api/orders/${order.id}/seats`, { release: [1], take: [0] })
    expect(back.body.order).toMatchObject({ amount: 2_000 })
    expect(await world.violations(own)).toEqual([])
  })

  test('[O8] a paid order pays the difference or gets it back; when it cannot pay, nothing changed', async () => {
    const own = await aMap([{ price: 1_000 }, { price: 3_000 }])
    const ann = await aBuyer()
    const order = await ann.order([0], own)
    await pay(order.id)
    await deliver()
    const path = `/api/orders/${order.id}/seats`
    tested.mayCharge = false
    expect(await ann.post(path, { release: [0], take: [1] })).toMatchObject({
      status: 409,
      body: { code: 'INSUFFICIENT_FUNDS' },
    })
    expect([await stateOf(0, own), await stateOf(1, own)]).toEqual([3, 0])
    tested.mayCharge = true
    expect((await ann.post(path, { release: [0], take: [1] })).body.order).toMatchObject({
      status: 'paid',
      amount: 3_000,
    })
    expect(charges.at(-1)).toMatchObject({ orderId: order.id, userId: ann.id, amount: 2_000, currency: 'EUR' })
    expect([await stateOf(0, own), await stateOf(1, own)]).toEqual([0, 3])
    expect((await ann.post(path, { release: [1], take: [2] })).body.order).toMatchObject({ amount: 1_000 })
    expect(settled.at(-1)).toBe(`${order.id} changed`)
    await deliver()
    expect(await world.violations(own)).toEqual([])
  })

  test.for([
    ['one of them', [11]],
    ['all of them', [11, 13]],
  ] as const)(
    '[O8, O2] a change that is refused gives the seats that its buyer held back to the hold, with its deadline: %s',
    async ([, take]) => {
      const own = await aMap([{ price: 1_000 }, { price: 3_000 }])
      const ann = await aBuyer()
      const order = await ann.order([10, 12, 14], own)
      await pay(order.id)
      await deliver()
      const path = `/api/orders/${order.id}/seats`
      const release = [10, 12].slice(0, take.length)
      const held = async () =>
        (await world.commands.readMap(own.target))?.holds.map((one) => ({
          ...one,
          seats: one.seats.toSorted((a, b) => a - b),
        }))
      const isRefused = async () => {
        await ann.hold([11, 13], own)
        const before = await held()
        expect(before).toMatchObject([{ buyer: ann.id, seats: [11, 13] }])
        tested.mayCharge = false
        expect(await ann.post(path, { release, take })).toMatchObject({ body: { code: 'INSUFFICIENT_FUNDS' } })
        tested.mayCharge = true
        expect(await held()).toEqual(before)
        expect(await world.violations(own)).toEqual([])
      }
      await isRefused()
      // Also seats that the order had before; those that it got and gave up again are free.
      expect((await ann.post(path, { release, take })).status).toBe(200)
      expect((await ann.post(path, { release: take, take: release })).status).toBe(200)
      expect(await stateOf(11, own)).toBe(0)
      await isRefused()
    },
  )

  test('[H10, O8] while the sale is paused or closed nobody takes other seats, nor ever more than they let go', async () => {
    const own = await aMap([{ price: 1_000 }, { price: 3_000 }])
    const ann = await aBuyer()
    const order = await ann.order([0], own)
    const path = `/api/orders/${order.id}/seats`
    expect(await ann.post(path, { release: [0], take: [1, 2] })).toMatchObject({ status: 400 })
    for (const saleStatus of ['paused', 'closed'] as const) {
      Object.assign(own, { saleStatus })
      expect(await ann.post(path, { release: [0], take: [1] })).toMatchObject({ body: { code: 'NOT_ON_SALE' } })
    }
    Object.assign(own, { saleStatus: 'on_sale' })
    // Redis says it, whatever this process has seen.
    await world.commands.setSale(own.target, { status: 'closed' })
    expect(await ann.post(path, { release: [0], take: [1] })).toMatchObject({ body: { code: 'NOT_ON_SALE' } })
    await world.commands.setSale(own.target, { status: 'on_sale' })
    expect((await ann.post(path, { release: [0], take: [1] })).status).toBe(200)
    await db
      .updateTable('performances')
      .set({ starts_at: new Date(Date.now() - 1_000) })
      .where('id', '=', own.performance.id)
      .execute()
    expect(await ann.post(path, { release: [1], take: [0] })).toMatchObject({ body: { code: 'NOT_ON_SALE' } })
    await deliver()
    expect(await world.violations(own)).toEqual([])
  })

  test('[O8] an authorized order whose payment failed moves as any unpaid one; a seat that is not for sale is taken', async () => {
    const own = await aMap()
    const ann = await aBuyer()
    const order = await ann.order([0], own)
    await db.updateTable('orders').set({ status: 'authorized' }).where('id', '=', order.id).execute()
    const path = `/api/orders/${order.id}/seats`
    own.zoneOfSeat[2] = 255
    expect(await ann.post(path, { release: [0], take: [2] })).toMatchObject({
      status: 409,
      body: { code: 'SEAT_TAKEN', seats: [2] },
    })
    const moved = await ann.post(path, { release: [0], take: [1] })
    expect(moved).toMatchObject({ status: 200, body: { order: { status: 'authorized', amount: 1_000 } } })
    expect([await stateOf(0, own), await stateOf(1, own)]).toEqual([0, 2])
    expect(await world.violations(own)).toEqual([])
  })

  test('[O8] what cannot be done is refused and changes nothing', async () => {
    const own = await aMap()
    const ann = await aBuyer()
    const bob = await aBuyer()
    await bob.hold([9], own)
    const order = await ann.order([0, 1, 2, 3, 4, 5, 6, 7], own)
    const change = (release: number[], take: number[]) => ann.post(`/api/orders/${order.id}/seats`, { release, take })
    expect(await change([0, 1], [8, 9])).toMatchObject({ status: 409, body: { code: 'SEAT_TAKEN', seats: [9] } })
    expect(await change([0], [8, 10])).toMatchObject({ status: 400 })
    expect(await change([8], [10])).toMatchObject({ status: 400 })
    expect(await change([0], [1])).toMatchObject({ status: 400 })
    expect(await change([0], [100])).toMatchObject({ status: 400 })
    await db
      .updateTable('orders')
      .set({ paying_until: new Date(Date.now() + 60_000) })
      .where('id', '=', order.id)
      .execute()
    const busy = await change([0], [10])
    expect(busy).toMatchObject({ status: 409, body: { code: 'ORDER_BUSY' } })
    expect(busy.body.retryInMs).toBeGreaterThan(50_000)
    expect(busy.body.retryInMs).toBeLessThanOrEqual(60_000)
    expect(await ann.post(`/api/orders/${order.id}/cancel`, { seats: [0] })).toMatchObject({
      body: { code: 'ORDER_BUSY' },
    })
    expect(await ann.post(`/api/orders/${order.id}/cancel`, {})).toMatchObject({ status: 200 })
    expect(await change([0], [10])).toMatchObject({ status: 409, body: { code: 'ORDER_ENDED' } })
    await deliver()
    expect(await world.violations(own)).toEqual([])
  })

  test.for(['seats secured', 'seats exchanged'] as const)(
    '[O8] a fault after "%s" lets the new seats go',
    async (name) => {
      const own = await aMap()
      const ann = await aBuyer()
      const order = await ann.order([0], own)
      tested.step = (at) => {
        if (at === name) throw new Error('PostgreSQL refused')
      }
      expect(await ann.post(`/api/orders/${order.id}/seats`, { release: [0], take: [1] })).toMatchObject({
        status: 500,
      })
      tested.step = undefined
      expect([await stateOf(0, own), await stateOf(1, own)]).toEqual([2, 0])
      await deliver()
      expect(await world.violations(own)).toEqual([])
    },
  )
})
