import { randomUUID } from 'node:crypto'
import { ACTIVE_ORDER_STATUSES } from '@seatcast/shared/domain/order-state.ts'
import { sql } from 'kysely'
import { RefusalError } from '../../src/http/refusal.ts'
import { cancelOrder } from '../../src/orders/cancel-order.ts'
import { changing } from '../../src/orders/change-seats.ts'
import { compareOrders } from '../../src/orders/compare-orders.ts'
import { lateClaims } from '../../src/orders/late-claim.ts'
import { noMoney } from '../../src/orders/order-money.ts'
import { deliverOutbox } from '../../src/orders/order-outbox.ts'
import { findAnyOrder } from '../../src/orders/order-repository.ts'
import { transition } from '../../src/orders/order-transitions.ts'
import { resolveLocks } from '../../src/orders/orphan-locks.ts'
import { endOverdueOrders } from '../../src/orders/overdue-orders.ts'
import { type OrderableMap, placing } from '../../src/orders/place-order.ts'
import type { Step, StepName } from '../../src/orders/step.ts'
import { mapKeys } from '../../src/redis/keys.ts'
import { eventually } from './eventually.ts'
import type { MapTarget } from '../../src/seats/map-commands.ts'
import type { OrderWorld } from './order-world.ts'
import { BUYERS, type OrderStep } from './order-sequence.ts'

/** The process died at a step: nobody undoes anything. */
export class Crash extends Error {
  override readonly name = 'Crash'
}

/** A step that dies at the named point. */
export const dyingAt =
  (crash: StepName | null): Step =>
  (name) => {
    if (name === crash) throw new Crash(name)
  }

/** Runs sequences of buyers, money, time and crashes on one performance of its own; after each, recovers and checks what must hold. */
export class OrderRun {
  readonly #world: OrderWorld
  #map: OrderableMap
  readonly #buyers = Array.from({ length: BUYERS }, () => randomUUID())
  #placed: string[] = []

  constructor(world: OrderWorld, map: OrderableMap) {
    this.#world = world
    this.#map = map
  }

  async run(steps: readonly OrderStep[]): Promise<void> {
    await this.#clear()
    for (const [place, step] of steps.entries()) {
      await this.#take(step)
      const empty = step.do === 'change' ? await this.#ordersWithoutSeats() : []
      if (empty.length > 0) throw new Error(`step ${place} ${JSON.stringify(step)}: no seats in ${empty.join()}`)
    }
    await this.#recover()
    const violations = await this.#world.violations(this.#map)
    const drift = await compareOrders(this.#compare, this.#map.target)
    if (violations.length > 0 || drift !== 0)
      throw new Error(`after ${JSON.stringify(steps)}: drift ${drift}; ${violations.join('; ')}`)
  }

  get #compare() {
    const { db, orders, commands } = this.#world
    return { db, orders, readMap: (of: MapTarget) => commands.readMap(of) }
  }

  /** What the scheduler does after a restart: no step of it may fail, and the map then equals PostgreSQL. */
  async #recover(): Promise<void> {
    const { db, orders, commands } = this.#world
    this.#map = await this.#world.reload(this.#map)
    await commands.expireDue(this.#map.target)
    await resolveLocks({ db, orders }, this.#map.target, 0)
    // Other lanes end and deliver too: what they have locked they finish.
    await eventually('nothing is overdue and the outbox is empty', 10_000, async () => {
      await endOverdueOrders(db)
      await deliverOutbox({ db, orders, mapMissing: () => this.#loadMap() })
      const left = await db.selectFrom('outbox').select('id').where('performance_id', '=', this.#id).execute()
      const overdue = await sql<{ id: string }>`select id from orders where performance_id = ${this.#id}
        and status in ('pending', 'authorized') and greatest(deadline_at, paying_until) < now()`.execute(db)
      return left.length + overdue.rows.length === 0
    })
    const locks = await orders.overdueLocks(this.#map.target, -60_000)
    if (locks.length > 0) throw new Error(`locks are left: ${JSON.stringify(locks)}`)
  }

  get #id(): string {
    return this.#map.performance.id
  }

  async #loadMap(): Promise<void> {
    this.#map = await this.#world.reload(this.#map)
  }

  async #take(step: OrderStep): Promise<void> {
    try {
      await this.#perform(step)
    } catch (fault) {
      if (!(fault instanceof RefusalError) && !(fault instanceof Crash)) throw fault
    }
  }

  async #perform(step: OrderStep): Promise<void> {
    const { db, orders, commands, redis } = this.#world
    const { target } = this.#map
    switch (step.do) {
      case 'hold':
        return void (await commands.hold(target, { buyer: this.#buyer(step.buyer), seats: step.seats }))
      case 'release':
        return void (await commands.release(target, { buyer: this.#buyer(step.buyer), seats: step.seats }))
      case 'place':
        return await this.#place(step)
      case 'buy':
        await commands.hold(target, { buyer: this.#buyer(step.buyer), seats: step.seats })
        return await this.#place({ ...step, do: 'place', seats: undefined })
      case 'cancel':
        return await this.#withOrder(step.order, async (id, userId) => {
          await db.transaction().execute((trx) => cancelOrder(trx, MONEY, { id, userId }, step.seats))
        })
      case 'change':
        return await this.#withOrder(step.order, async (id, userId) => {
          const attempt = changing({ ...MONEY, db, orders, step: dyingAt(step.crash) }, this.#map, { id, userId }, step)
          try {
            await db.transaction().execute((trx) => attempt.change(trx))
          } catch (fault) {
            if (!(fault instanceof Crash)) await attempt.undo(fault)
            throw fault
          }
        })
      case 'authorize':
        return await this.#become(step.order, 'authorized')
      case 'pay':
        return await this.#become(step.order, 'paid')
      case 'refund':
        return await this.#become(step.order, 'refunded')
      case 'late':
        return await this.#withOrder(step.order, async (id) => {
          const secure = lateClaims(orders)
          await db.transaction().execute((trx) => transition(trx, id, 'paid', ['expired', 'cancelled'], secure))
        })
      case 'overdue':
        return await this.#touch(step.order, sql`deadline_at = now() - interval '1 hour'`)
      case 'paying':
        return await this.#touch(step.order, sql`paying_until = deadline_at + interval '30 seconds'`)
      case 'deliver':
        return void (await deliverOutbox({ db, orders, step: dyingAt(step.crash), mapMissing: () => this.#loadMap() }))
      case 'lapse':
        return await this.#lapse()
      case 'expire':
        return void (await commands.expireDue(target))
      case 'end overdue':
        return void (await endOverdueOrders(db))
      case 'resolve':
        return void (await resolveLocks({ db, orders }, target, 0))
      case 'compare':
        return void (await compareOrders(this.#compare, target))
      case 'lose redis':
        await redis.del(...Object.values(mapKeys(target)))
        return await this.#loadMap()
      case 'restart redis':
        await db.updateTable('performances').set({ redis_run_id: 'another' }).where('id', '=', this.#id).execute()
        return await this.#loadMap()
    }
  }

  #buyer(place: number): string {
    return this.#buyers[place] ?? ''
  }

  async #place({ buyer, seats, crash }: Extract<OrderStep, { do: 'place' }>): Promise<void> {
    const { db, orders } = this.#world
    const step = dyingAt(crash)
    const attempt = placing({ db, orders, step }, this.#map, { buyer: this.#buyer(buyer), seats })
    try {
      const { order } = await db.transaction().execute((trx) => attempt.place(trx))
      this.#placed.unshift(order.id)
      await step('order committed')
    } catch (fault) {
      if (!(fault instanceof Crash)) await attempt.undo(fault)
      throw fault
    }
  }

  async #withOrder(place: number, act: (id: string, userId: string) => Promise<void>): Promise<void> {
    const id = this.#placed[place]
    const order = id === undefined ? undefined : await findAnyOrder(this.#world.db, id)
    if (order !== undefined) await act(order.id, order.userId)
  }

  #become(place: number, to: 'authorized' | 'paid' | 'refunded'): Promise<void> {
    return this.#withOrder(place, async (id) => {
      await this.#world.db.transaction().execute((trx) => transition(trx, id, to))
    })
  }

  #touch(place: number, change: ReturnType<typeof sql>): Promise<void> {
    return this.#withOrder(place, async (id) => {
      await sql`update orders set ${change} where id = ${id}`.execute(this.#world.db)
    })
  }

  /** Every hold's deadline passes, also those that orders came from. */
  async #lapse(): Promise<void> {
    const { redis } = this.#world
    const keys = mapKeys(this.#map.target)
    for (const [id, json] of Object.entries(await redis.hgetall(keys.holds))) {
      await redis.hset(keys.holds, id, json.replace(/"deadlineMs":\d+/, `"deadlineMs":${Date.now()}`))
      await redis.zadd(keys.deadlines, Date.now(), id)
    }
    for (const [id, json] of Object.entries(await redis.hgetall(keys.orders)))
      await redis.hset(keys.orders, id, json.replace(/"holdDeadlineMs":\d+/, `"holdDeadlineMs":${Date.now()}`))
  }

  /** Active orders that have no seats: there is never one (O8). */
  async #ordersWithoutSeats(): Promise<string[]> {
    const rows = await this.#world.db
      .selectFrom('orders')
      .select('id')
      .where('performance_id', '=', this.#id)
      .where('status', 'in', [...ACTIVE_ORDER_STATUSES])
      .where((row) =>
        row.not(
          row.exists(
            row
              .selectFrom('order_seats')
              .select('seat')
              .whereRef('order_id', '=', 'orders.id')
              .where('released_at', 'is', null),
          ),
        ),
      )
      .execute()
    return rows.map(({ id }) => id)
  }

  async #clear(): Promise<void> {
    const { db, redis } = this.#world
    await db.transaction().execute(async (trx) => {
      // Locked first: other lanes end overdue orders of this one too.
      await trx.selectFrom('orders').select('id').where('performance_id', '=', this.#id).forUpdate().execute()
      for (const table of ['outbox', 'order_seats', 'orders'] as const)
        await trx.deleteFrom(table).where('performance_id', '=', this.#id).execute()
    })
    await redis.del(...Object.values(mapKeys(this.#map.target)))
    this.#placed = []
    await this.#loadMap()
  }
}

const MONEY = { money: noMoney, usedSeats: () => Promise.resolve([]) }
