import { randomUUID } from 'node:crypto'
import type { Order } from '@seatcast/shared/protocol/order.ts'
import { expect } from 'vitest'
import { accessTokens, guards } from '../../src/http/authentication.ts'
import { noMoney, type OrderMoney } from '../../src/orders/order-money.ts'
import { deliverOutbox } from '../../src/orders/order-outbox.ts'
import { orderRoutes } from '../../src/orders/order-routes.ts'
import { transition } from '../../src/orders/order-transitions.ts'
import type { OrderableMap } from '../../src/orders/place-order.ts'
import type { Step } from '../../src/orders/step.ts'
import { connectRedis, untilReady } from '../../src/redis/client.ts'
import { orderWorld, TEST_KEYS } from './order-world.ts'
import { testApp } from './test-app.ts'

const SECRET = 'development-only-token-secret-0123456789'

export interface OrderBuyer {
  readonly id: string
  /** Undefined: no body. */
  post(path: string, body: object | undefined, key?: string): Promise<{ status: number; body: Answer }>
  get(path: string): Promise<{ status: number; body: Answer }>
  /** On the first map unless another is named. */
  hold(seats: number[], on?: OrderableMap): Promise<void>
  order(seats: number[], on?: OrderableMap): Promise<Order>
}
type Answer = Order & {
  order: Order
  orders: Order[]
  nextCursor: string | null
  epoch: number
  revision: number
  code: string
  retryInMs: number
}

/** The order routes on a real PostgreSQL and Redis, with money that only notes what it is asked for. */
export async function orderApp(redisUrl: string) {
  const redis = connectRedis(redisUrl, 'commands', () => undefined)
  await untilReady(redis, 5_000)
  const tokens = accessTokens(SECRET)
  const maps = new Map<string, OrderableMap>()
  const charges: object[] = []
  const settled: string[] = []
  const used: number[] = []
  const tested: { mayCharge: boolean; step: Step | undefined } = { mayCharge: true, step: undefined }
  const money: OrderMoney = {
    ...noMoney,
    charge(_, difference) {
      charges.push(difference)
      return Promise.resolve(tested.mayCharge)
    },
    settle(_, orderId, reason) {
      settled.push(`${orderId} ${reason}`)
      return Promise.resolve()
    },
  }
  // The routes ask for what begins only after them.
  const lazy = <T extends object>(of: () => T): T =>
    new Proxy({} as T, {
      get(_, name) {
        const value: unknown = Reflect.get(of(), name)
        return typeof value === 'function' ? (value.bind(of()) as unknown) : value
      },
    })
  const app = await testApp({
    env: { TOKEN_SECRET: SECRET },
    plugins: [
      orderRoutes({
        db: lazy(() => begun().db),
        guards: guards(tokens),
        orders: lazy(() => begun().orders),
        keys: TEST_KEYS,
        money,
        usedSeats: () => Promise.resolve(used),
        openMap: (id) => Promise.resolve(maps.get(id)),
        wake: () => undefined,
        step: (name) => tested.step?.(name),
      }),
    ],
  })
  const world = orderWorld(app.databaseUrl, redis)
  function begun() {
    return world
  }

  const aMap = async (zones = [{ price: 1_000 }]): Promise<OrderableMap> => {
    const opened = await world.open({
      rows: 4,
      startsAt: new Date(Date.now() + 48 * 3_600_000),
      zones: zones.map(({ price }, place) => ({
        id: `z${place}`,
        name: 'Zone',
        color: '#336699',
        price,
        currency: 'EUR',
        categories: place === 0 ? [0] : [],
      })),
    })
    // Odd seats are in the second zone, where there is one.
    if (zones.length > 1) opened.zoneOfSeat.forEach((_, seat) => (opened.zoneOfSeat[seat] = seat % 2))
    maps.set(opened.performance.id, opened)
    return opened
  }
  const map = await aMap()

  const aBuyer = async (): Promise<OrderBuyer> => {
    const id = randomUUID()
    const authorization = `Bearer ${await tokens.issueToken({ userId: id, role: 'guest', seconds: 600 })}`
    const ask = async (method: 'GET' | 'POST', url: string, payload?: object, key?: string) => {
      const headers = { authorization, ...(key !== undefined && { 'idempotency-key': key }) }
      const reply = await app.app.inject({ method, url, headers, ...(payload && { payload }) })
      return { status: reply.statusCode, body: reply.json<Answer>() }
    }
    const buyer: OrderBuyer = {
      id,
      post: (path, body, key) => ask('POST', path, body, key),
      get: (path) => ask('GET', path),
      async hold(seats, on = map) {
        expect(await world.commands.hold(on.target, { buyer: id, seats })).toMatchObject({ ok: true })
      },
      async order(seats, on = map) {
        await buyer.hold(seats, on)
        const { status, body } = await buyer.post(`/api/performances/${on.performance.id}/orders`, {})
        expect(status).toBe(201)
        return body.order
      },
    }
    return buyer
  }

  return Object.assign(tested, {
    app: app.app,
    db: world.db,
    redis,
    world,
    map,
    charges,
    settled,
    used,
    aMap,
    aBuyer,
    pay: (orderId: string) => world.db.transaction().execute((trx) => transition(trx, orderId, 'paid')),
    deliver: () => deliverOutbox({ db: world.db, orders: world.orders }),
    stateOf: async (seat: number, on = map) => (await world.commands.readMap(on.target))?.seats[seat],
    ordersPath: (on = map) => `/api/performances/${on.performance.id}/orders`,
    async close() {
      await world.close()
      await app.close()
      redis.disconnect()
    },
  })
}
