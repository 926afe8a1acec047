import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { orderActions } from '../../test/support/order-actions.ts'
import { orderWorld, someBuyer } from '../../test/support/order-world.ts'
import { PaymentWorld } from '../../test/support/payment-world.ts'
import { testDatabase } from '../../test/support/postgres.ts'
import { testRedis } from '../../test/support/redis.ts'
import { createTestSale } from '../../test/support/test-sale.ts'
import { findPerformance } from '../catalogue/catalogue-repository.ts'
import { createMetrics } from '../observability/metrics.ts'
import { deliverOutbox } from '../orders/order-outbox.ts'
import type { OrderableMap } from '../orders/place-order.ts'
import { connectRedis, untilReady } from '../redis/client.ts'
import { mapKeys, type MapKeys } from '../redis/keys.ts'
import { mapSource } from '../roles/map-source.ts'
import { schedulerJobs } from './jobs.ts'

const server = await testRedis()
const store = await testDatabase()
const redis = connectRedis(server.url, 'commands', () => undefined)
await untilReady(redis, 5_000)
const world = orderWorld(store.url, redis)
const { db, commands, orders } = world
const metrics = createMetrics()
const log = pino({ level: 'silent' })
afterAll(async () => {
  metrics.stop()
  await world.close()
  await store.drop()
  redis.disconnect()
})
beforeEach(async () => {
  await db.deleteFrom('outbox').execute()
  await db.updateTable('performances').set({ status: 'closed' }).execute() // of the tests before
  await redis.flushall()
})

/** A scheduler that has just started, its jobs to be run by name. */
function scheduler() {
  const source = mapSource({ db, redis, commands, metrics, log })
  const jobs = schedulerJobs({ db, commands, orders, source, metrics, log })
  return async (...names: readonly string[]) => {
    for (const name of names) {
      const job = jobs.find((one) => one.name === name)
      if (job === undefined) throw new Error(`no job ${name}`)
      await job.run()
    }
  }
}

const LIST = ['list-performances', 'list-closed-performances'] as const
const close = ({ performance: { id } }: OrderableMap) =>
  db.updateTable('performances').set({ status: 'closed' }).where('id', '=', id).execute()
const seatsOf = async (map: OrderableMap) => (await redis.get(mapKeys(map.target).seats)) ?? ''
const hold = (map: OrderableMap, seats: readonly number[]) =>
  commands.hold(map.target, { buyer: someBuyer(), seats: [...seats] })
/** Such a key answers every command of a map with a fault. */
async function damage(map: Pick<OrderableMap, 'target'>, part: keyof MapKeys) {
  await redis.del(mapKeys(map.target)[part])
  await redis.set(mapKeys(map.target)[part], 'damaged')
}

test('[H5] a hold ends in time when its sale was closed and the scheduler is a new one', async () => {
  const map = await world.open({ holdSeconds: 2 })
  await hold(map, [0, 1])
  await close(map)
  const run = scheduler()
  await run(...LIST, 'expire-holds')
  expect((await seatsOf(map)).slice(0, 3)).toBe('110')
  await delay(2_050)
  await run('expire-holds')
  expect((await seatsOf(map)).slice(0, 3)).toBe('000')
})

test('[O7] seats taken for an order that was not written come back also after the sale was closed', async () => {
  const map = await world.open()
  const buyer = someBuyer()
  await commands.hold(map.target, { buyer, seats: [0] })
  const taken = await orders.order(map.target, { buyer, orderId: 'never-written', paymentMs: 60_000 })
  expect(taken.ok).toBe(true)
  await close(map)
  await delay(3_050)
  await scheduler()(...LIST, 'resolve-locks')
  expect((await seatsOf(map))[0]).toBe('1')
})

test('[O7] orders of a closed sale are compared while they wait for their payment', async () => {
  const map = await world.open()
  const { place, deliver } = orderActions(world, () => map)
  await place(someBuyer(), [3])
  await deliver()
  await db
    .updateTable('orders')
    .set({ changed_at: new Date(Date.now() - 60_000) })
    .execute()
  await close(map)
  await redis.setrange(mapKeys(map.target).seats, 3, '0')
  await redis.hdel(mapKeys(map.target).owners, '3')
  await scheduler()(...LIST, 'reconcile')
  expect((await seatsOf(map))[3]).toBe('2')
})

test('[O7] sold seats of a closed sale are compared, and its map is brought back, until the performance is over', async () => {
  const map = await world.open()
  const { place, become, deliver } = orderActions(world, () => map)
  const order = await place(someBuyer(), [3])
  await become(order.id, 'paid')
  await deliver()
  await db
    .updateTable('orders')
    .set({ changed_at: new Date(Date.now() - 60_000) })
    .execute()
  await close(map)
  const damageSeat = () => redis.setrange(mapKeys(map.target).seats, 3, '0')
  await damageSeat()
  const run = scheduler()
  await run(...LIST, ...LIST, 'reconcile')
  expect((await seatsOf(map))[3]).toBe('3')

  await redis.flushall()
  await run('expire-holds', 'load-maps')
  expect((await seatsOf(map))[3]).toBe('3')

  await db
    .updateTable('performances')
    .set({ starts_at: new Date(Date.now() - 7 * 3_600_000) })
    .where('id', '=', map.performance.id)
    .execute()
  await run(...LIST, ...LIST)
  await damageSeat()
  await run('reconcile')
  expect((await seatsOf(map))[3]).toBe('0')
})

test('[O7, O10] a closed sale is looked after while money may still come for an order that ended', async () => {
  const map = await world.open()
  const money = new PaymentWorld(db, map.performance.id)
  const { id, userId } = await money.place([3])
  await money.pay(id, userId, 'card')
  await money.expire(id)
  await orderActions(world, () => map).deliver()
  await close(map)
  const run = scheduler()
  const strange = async () => {
    await redis.hset(mapKeys(map.target).owners, '5', 'o:nobody')
    await redis.setrange(mapKeys(map.target).seats, 5, '2')
  }
  await strange()
  await run(...LIST, ...LIST, 'reconcile')
  expect((await seatsOf(map))[5]).toBe('0')
  money.provider.decide([...money.provider.payments.keys()].join(), 'failed')
  await money.settle()
  await run(...LIST, ...LIST)
  await strange()
  await run('reconcile')
  expect((await seatsOf(map))[5]).toBe('2')
})

test.for(['deadlines', 'holds', 'owners', 'buyers', 'seats'] as const)(
  '[R5] a live map whose %s are gone is in the next epoch after one comparison, and whole',
  async (part) => {
    const map = await world.open()
    await hold(map, [0, 1])
    await redis.del(mapKeys(map.target)[part])
    await scheduler()(...LIST, 'reconcile', 'load-maps')
    const now = await world.reload(map)
    expect(now.target.epoch).toBe(2)
    expect((await seatsOf(map)).slice(0, 3)).toBe(part === 'holds' ? '000' : '110')
    expect(await world.violations(now)).toEqual([])
  },
)

test('a broken performance keeps no other from having its holds ended and its map compared', async () => {
  const broken = await world.open()
  const map = await world.open({ holdSeconds: 2 })
  await hold(map, [0])
  await damage(broken, 'deadlines')
  const run = scheduler()
  await delay(2_050)
  await run(...LIST, 'expire-holds', 'checkpoint', 'resolve-locks')
  expect((await seatsOf(map))[0]).toBe('0')
  await commands.setBlocked(map.target, { block: [5] })
  await run('reconcile')
  expect((await seatsOf(map))[5]).toBe('0')
})

test('a performance that cannot be loaded keeps no other from being loaded', async () => {
  const [brokenId, id] = [await createTestSale(store.url, 4), await createTestSale(store.url, 4)]
  const found = await findPerformance(db, brokenId)
  if (found === undefined) throw new Error('no performance')
  await damage({ target: found }, 'holds')
  await scheduler()(...LIST, 'load-maps')
  expect(await findPerformance(db, id)).toMatchObject({ epoch: 1 })
})

test('[O4] an order that Redis refuses to take keeps no other from being told', async () => {
  const [broken, map] = [await world.open(), await world.open()]
  for (const one of [broken, map]) {
    const { place, become } = orderActions(world, () => one)
    const order = await place(someBuyer(), [3])
    await become(order.id, 'cancelled')
  }
  await damage(broken, 'owners')
  const failed: string[] = []
  await deliverOutbox({ db, orders, failed: (id) => failed.push(id) })
  expect(failed).toContain(broken.target.id)
  expect((await seatsOf(map))[3]).toBe('0')
  expect(await db.selectFrom('outbox').select('performance_id').execute()).not.toContainEqual({
    performance_id: map.target.id,
  })
})
