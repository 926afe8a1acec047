import { describe, expect, test } from 'vitest'
import { pino } from 'pino'
import { Crash } from '../../test/support/crash.ts'
import { eventually } from '../../test/support/eventually.ts'
import { orderTests } from '../../test/support/order-tests.ts'
import { orderWorld, someBuyer, TEST_KEYS } from '../../test/support/order-world.ts'
import { repeat } from '../lifecycle/repeat.ts'
import { mapKeys } from '../redis/keys.ts'
import { listOrders } from './order-repository.ts'
import { resolveLocks } from './orphan-locks.ts'
import { placing } from './place-order.ts'

const one = await orderTests()
const { world } = one
const { db, orders, commands, redis } = world
const { hold, place, states } = one.actions

describe('a crash while an order is placed', () => {
  test.for(['seats locked', 'order written'] as const)(
    '[O7] after "%s": within 5 s the hold is back, with its deadline',
    async (crash) => {
      await hold(one.ann, [3, 4])
      const before = (await commands.readMap(one.map.target))?.holds
      await expect(place(one.ann, [3, 4], crash)).rejects.toBeInstanceOf(Crash)
      expect((await states()).slice(3, 5)).toBe('22')
      // What the scheduler runs, as it runs it.
      const log = pino({ level: 'silent' })
      const sweep = repeat({ name: 'locks', intervalMs: 1_000, backoffMsMax: 1_000, log }, async () => {
        await resolveLocks({ db, orders }, one.map.target)
      })
      const tookMs = await eventually('the hold is back', 5_000, async () => (await states()).slice(3, 5) === '11')
      await sweep.stop()
      expect(tookMs).toBeGreaterThan(1_000) // not so soon that a slow transaction would be overtaken
      expect((await commands.readMap(one.map.target))?.holds).toEqual(before)
      expect(await listOrders(db, one.ann, { limit: 10, before: undefined })).toEqual([])
      expect(await world.violations(one.map)).toEqual([])
    },
  )

  test('[O7] after "order committed": the order stands', async () => {
    await expect(place(one.ann, [3], 'order committed')).rejects.toBeInstanceOf(Crash)
    await resolveLocks({ db, orders }, one.map.target, 0)
    expect((await states())[3]).toBe('2')
    expect(await listOrders(db, one.ann, { limit: 10, before: undefined })).toHaveLength(1)
    expect(await world.violations(one.map)).toEqual([])
  })

  test('[O7] a slow order whose id the sweep has claimed fails, and its seats went back once', async () => {
    await hold(one.ann, [3])
    const attempt = placing(
      {
        db,
        orders,
        keys: TEST_KEYS,
        step: async (name) => {
          if (name !== 'seats locked') return
          expect(await resolveLocks({ db, orders }, one.map.target, 0)).toBe(1)
        },
      },
      one.map,
      { buyer: one.ann },
    )
    const fault: unknown = await db
      .transaction()
      .execute((trx) => attempt.place(trx))
      .catch((error: unknown) => error)
    expect(fault).toMatchObject({ constraint: 'orders_pkey' })
    await attempt.undo(fault)
    expect((await states())[3]).toBe('1')
    expect(await world.violations(one.map)).toEqual([])
  })

  test("[O2] a hold whose deadline passed meanwhile is not brought back; the buyer's next hold takes the seats in", async () => {
    await expect(place(one.ann, [3], 'seats locked')).rejects.toBeInstanceOf(Crash)
    await hold(one.ann, [7])
    const bob = someBuyer()
    await expect(place(bob, [5], 'seats locked')).rejects.toBeInstanceOf(Crash)
    const keys = mapKeys(one.map.target)
    for (const [id, json] of Object.entries(await redis.hgetall(keys.orders)))
      if (json.includes(bob))
        await redis.hset(keys.orders, id, json.replace(/"holdDeadlineMs":\d+/, '"holdDeadlineMs":1'))
    await resolveLocks({ db, orders }, one.map.target, 0)
    expect((await commands.readMap(one.map.target))?.holds).toEqual([
      expect.objectContaining({ buyer: one.ann, seats: [7, 3] }),
    ])
    expect((await states())[5]).toBe('0')
    expect(await world.violations(one.map)).toEqual([])
  })
})

test(
  '[O3] 64 contenders for overlapping sets of 8: no deadlock, every seat sold once',
  { timeout: 90_000 },
  async () => {
    const hall = await world.open({ rows: 2, seatsPerRow: 20 })
    const wide = orderWorld(one.databaseUrl, redis, 64)
    const deadlocks: unknown[] = []
    let placed = 0
    const contend = async (contender: number) => {
      const seats = Array.from({ length: 8 }, (_, nth) => (contender * 3 + nth * 5) % 40)
      // Straight into PostgreSQL, as if Redis had let everybody through, and in an order of their own.
      const stub = {
        ...orders,
        order: () => Promise.resolve({ ok: true, holdId: 'h', seats, epoch: 1, revision: 1 } as const),
      }
      const attempt = placing({ db: wide.db, orders: stub, keys: TEST_KEYS }, hall, { buyer: someBuyer() })
      try {
        await wide.db.transaction().execute((trx) => attempt.place(trx))
        placed += 1
      } catch (fault) {
        if ((fault as { code?: string }).code === '40P01') deadlocks.push(fault)
        else expect(fault).toMatchObject({ constraint: 'one_live_order_per_seat' })
      }
    }
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(Array.from({ length: 64 }, (_, contender) => contend(contender)))
      const sold = await db
        .selectFrom('order_seats')
        .select('seat')
        .where('performance_id', '=', hall.performance.id)
        .execute()
      expect(new Set(sold.map(({ seat }) => seat)).size).toBe(sold.length)
      expect(sold.length).toBe(placed * 8)
      await db
        .updateTable('orders')
        .set({ status: 'cancelled' })
        .where('performance_id', '=', hall.performance.id)
        .where('status', '=', 'pending')
        .execute()
      await db.deleteFrom('order_seats').where('performance_id', '=', hall.performance.id).execute()
      expect(placed).toBeGreaterThan(0)
      placed = 0
    }
    await wide.close()
    expect(deadlocks).toEqual([])
  },
)
