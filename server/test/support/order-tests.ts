import { afterAll, beforeEach } from 'vitest'
import { connectRedis, untilReady } from '../../src/redis/client.ts'
import type { OrderableMap } from '../../src/orders/place-order.ts'
import { orderActions } from './order-actions.ts'
import { type OrderWorld, orderWorld, someBuyer } from './order-world.ts'
import { testDatabase } from './postgres.ts'
import { testRedis } from './redis.ts'

/** What a test of orders begins with: two rows of ten seats on sale, and a buyer; anew before each test. */
export interface OrderTest {
  readonly databaseUrl: string
  readonly world: OrderWorld
  readonly actions: ReturnType<typeof orderActions>
  map: OrderableMap
  ann: string
}

/** For the top of a file: a database and a Redis of its own, ended after its tests. */
export async function orderTests(): Promise<OrderTest> {
  const server = await testRedis()
  const store = await testDatabase()
  const redis = connectRedis(server.url, 'commands', () => undefined)
  await untilReady(redis, 5_000)
  const world = orderWorld(store.url, redis)
  afterAll(async () => {
    await world.close()
    await store.drop()
    redis.disconnect()
  })
  const open = () => world.open({ rows: 2, seatsPerRow: 10, paymentSeconds: 60 })
  const one: OrderTest = {
    databaseUrl: store.url,
    world,
    actions: orderActions(world, () => one.map),
    map: await open(),
    ann: someBuyer(),
  }
  beforeEach(async () => {
    await world.db.deleteFrom('outbox').execute() // of performances whose map a test before has lost
    one.map = await open()
    one.ann = someBuyer()
  })
  return one
}
