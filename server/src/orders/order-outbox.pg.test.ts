import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Crash, dyingAt } from '../../test/support/crash.ts'
import { orderTests } from '../../test/support/order-tests.ts'
import { someBuyer, TEST_KEYS } from '../../test/support/order-world.ts'
import { mapKeys } from '../redis/keys.ts'
import { compareOrders } from './compare-orders.ts'
import { type DeliveredOrder, deliverOutbox } from './order-outbox.ts'
import { type StoredOrder } from './order-repository.ts'
import { resolveLock, resolveLocks } from './orphan-locks.ts'
import { placing } from './place-order.ts'

const one = await orderTests()
const { world } = one
const { db, orders, commands, redis } = world
const { become, compare, deliver, hold, place, states } = one.actions

describe('the outbox', () => {
  test.for(['outbox read', 'map settled', 'outbox entry deleted'] as const)(
    '[O4] a crash after "%s" is made good by the next delivery, which changes nothing twice',
    async (crash) => {
      const order = await place(one.ann, [1, 2])
      await become(order.id, 'paid')
      await expect(deliverOutbox({ db, orders, step: dyingAt(crash) })).rejects.toBeInstanceOf(Crash)
      expect(await deliver()).toBe(1)
      expect((await states()).slice(0, 4)).toBe('0330')
      const before = await commands.readMap(one.map.target)
      expect(await deliver()).toBe(0)
      await become(order.id, 'refund_due')
      await become(order.id, 'refunded')
      await deliver()
      expect(await states()).toBe('0'.repeat(20))
      expect((await commands.readMap(one.map.target))?.revision).toBe((before?.revision ?? 0) + 1)
      expect(await world.violations(one.map)).toEqual([])
    },
  )

  test('[O4] many deliverers at once never tell an older state after a newer one', async () => {
    const told: DeliveredOrder[] = []
    const placed = await Promise.all([0, 1, 2, 3, 4, 5].map((seat) => place(someBuyer(), [seat])))
    const change = async ({ id }: StoredOrder) => {
      await become(id, 'paid')
      await become(id, 'refund_due')
      await become(id, 'refunded')
    }
    const under = { way: true }
    const deliverers = [1, 2, 3].map(async () => {
      while (under.way) await deliverOutbox({ db, orders, delivered: (order) => told.push(order) })
    })
    await Promise.all(placed.map(change))
    under.way = false
    await Promise.all(deliverers)
    await deliver()
    expect(await states()).toBe('0'.repeat(20))
    expect(await world.violations(one.map)).toEqual([])
    expect(await compare()).toBe(0)
  })

  test('[O5] a late delivery of an ended order never frees the next one', async () => {
    const first = await place(one.ann, [1])
    await deliver()
    await become(first.id, 'cancelled')
    await deliver()
    const bob = someBuyer()
    await place(bob, [1])
    const facts = {
      orderId: first.id,
      buyer: one.ann,
      status: 'cancelled',
      live: [],
      gone: [1],
      remainingMs: 0,
    } as const
    expect(await orders.settleOrder(one.map.target, facts)).toMatchObject({ ok: true, changed: 0 })
    await deliver()
    expect(await world.violations(one.map)).toEqual([])
  })
})

describe('when Redis is lost', () => {
  test('[R7] a new epoch has all orders, pending and paid, and the counts of their buyers', async () => {
    const pending = await place(one.ann, [1, 2])
    const paid = await place(one.ann, [5])
    await become(paid.id, 'paid')
    const gone = await place(someBuyer(), [8])
    await become(gone.id, 'cancelled')
    await redis.flushall()
    one.map = await world.reload(one.map)
    expect(one.map.target.epoch).toBe(2)
    expect((await states()).slice(0, 10)).toBe('0220030000')
    const read = await commands.readMap(one.map.target)
    expect(read?.orders.map(({ orderId, status, seats }) => ({ orderId, status, seats }))).toEqual(
      expect.arrayContaining([
        { orderId: pending.id, status: 'pending', seats: [1, 2] },
        { orderId: paid.id, status: 'paid', seats: [5] },
      ]),
    )
    expect(await commands.hold(one.map.target, { buyer: one.ann, seats: [10, 11, 12, 13, 14, 15] })).toMatchObject({
      code: 'LIMIT_EXCEEDED',
    })
    await deliver()
    expect(await world.violations(one.map)).toEqual([])
    expect(await compare()).toBe(0)
  })

  test('[R7] an order committed while the new epoch was being loaded reaches it', async () => {
    await hold(one.ann, [1])
    const attempt = placing(
      {
        db,
        orders,
        keys: TEST_KEYS,
        step: async (name) => {
          if (name !== 'order written') return
          await redis.flushall()
          await world.reload(one.map)
        },
      },
      one.map,
      { buyer: one.ann },
    )
    await db.transaction().execute((trx) => attempt.place(trx))
    one.map = await world.reload(one.map)
    expect((await states())[1]).toBe('0')
    const bob = someBuyer()
    await hold(bob, [1, 2])
    await deliver()
    expect((await states()).slice(0, 3)).toBe('020') // a hold ends as a whole; the order is never lost
    expect(await world.violations(one.map)).toEqual([])
  })

  test('[O4, R7] an entry waits while its epoch has no one.map, and asks for it', async () => {
    const order = await place(one.ann, [1])
    await deliver()
    await become(order.id, 'cancelled')
    const { id } = one.map.performance
    await db.updateTable('performances').set({ epoch: 2 }).where('id', '=', id).execute() // begun, and its loader died
    const asked: string[] = []
    const mapMissing = (missing: string) => Promise.resolve(void asked.push(missing))
    expect(await deliverOutbox({ db, orders, mapMissing })).toBe(0)
    expect(asked).toEqual([id])
    expect(await db.selectFrom('outbox').select('order_id').execute()).toEqual([{ order_id: order.id }])
    one.map = await world.reload(one.map)
    expect(await deliver()).toBe(1)
    expect(await world.violations(one.map)).toEqual([])
  })

  test.for([
    ['cut off', '{"buyer":'],
    ['of another shape', '{"buyer":7,"seats":"none"}'],
  ] as const)(
    '[O7, H8] a record of an order that is %s is written anew from PostgreSQL, its buyer counted truly',
    async ([, damaged]) => {
      const bob = someBuyer()
      const [paid, cancelled] = [await place(one.ann, [1, 2]), await place(bob, [5])]
      await place(one.ann, [3])
      await become(paid.id, 'paid')
      await deliver()
      const keys = mapKeys(one.map.target)
      await become(cancelled.id, 'cancelled')
      await db.deleteFrom('outbox').execute() // never told
      await redis.hset(keys.orders, paid.id, damaged, cancelled.id, damaged, 'nobody', damaged)
      await redis.setrange(keys.seats, 7, '2')
      await redis.hset(keys.owners, '7', 'o:nobody')
      await db
        .updateTable('orders')
        .set({ changed_at: new Date(Date.now() - 60_000) })
        .execute()
      // Nothing that meets a damaged record fails; the audit names it.
      expect(await world.violations(one.map)).toContain(`order_seats: the record of order ${paid.id} cannot be read`)
      expect(await resolveLock({ db, orders }, one.map.target, { orderId: randomUUID(), buyer: one.ann })).toBe(
        'returned',
      )
      expect(await compare()).toBe(4)
      expect(await states()).toBe('03320000000000000000')
      expect(await compare()).toBe(0)
      expect(await redis.hkeys(keys.orders)).not.toContain('nobody')
      expect(JSON.parse((await redis.hget(keys.buyers, one.ann)) ?? '{}')).toMatchObject({ ordered: 3 })
      expect(await world.violations(one.map)).toEqual([])
    },
  )

  test('[O7] an order that was placed and confirmed while the two were being compared is no difference', async () => {
    let looks = 0
    const readMap = async () => {
      const map = await commands.readMap(one.map.target)
      looks += 1
      if (looks > 1) return map
      const { id } = await place(one.ann, [1, 2])
      await deliver()
      // Long ago: a transaction may take its time.
      await db
        .updateTable('orders')
        .set({ changed_at: new Date(Date.now() - 60_000) })
        .where('id', '=', id)
        .execute()
      return map
    }
    expect(await compareOrders({ db, orders, readMap }, one.map.target)).toBe(0)
    expect(looks).toBe(2)
    expect(await world.violations(one.map)).toEqual([])
  })

  test.for([
    ['cut off', '{"holdId":"'],
    ['of another shape', '{"holdId":7,"held":"none","ordered":null}'],
  ] as const)(
    '[O7, H8] a record of a buyer that is %s stops none of their orders, and is written anew with their hold',
    async ([, damaged]) => {
      const { buyers } = mapKeys(one.map.target)
      const recorded = async () => JSON.parse((await redis.hget(buyers, one.ann)) ?? '{}') as object
      const order = await place(one.ann, [1, 2])
      await deliver()
      const held = await hold(one.ann, [5, 6])
      const holdId = (held.ok && held.holdId) || ''
      await redis.hset(buyers, one.ann, damaged)
      expect(await compare()).toBe(1)
      expect(await recorded()).toEqual({ holdId, held: 2, ordered: 2 })
      expect(await compare()).toBe(0)

      await redis.hset(buyers, one.ann, damaged)
      await become(order.id, 'paid')
      expect(await deliver()).toBe(1)
      await place(one.ann, [5])
      await deliver()
      await compare()
      expect((await states()).slice(0, 8)).toBe('03300210')
      expect(await recorded()).toEqual({ holdId, held: 1, ordered: 3 })
      expect(await world.violations(one.map)).toEqual([])
    },
  )

  test('[O7, O2] a damaged hold is no hold: nothing can be ordered from it, and what was comes back all the same', async () => {
    const held = await hold(one.ann, [1, 2, 3])
    await expect(place(one.ann, [1], 'seats locked')).rejects.toBeInstanceOf(Crash)
    await redis.hset(mapKeys(one.map.target).holds, (held.ok && held.holdId) || '', '{"buyer":')
    const attempt = placing({ db, orders, keys: TEST_KEYS }, one.map, { buyer: one.ann, seats: [2] })
    await expect(db.transaction().execute((trx) => attempt.place(trx))).rejects.toThrow('NO_HOLD')
    expect(await resolveLocks({ db, orders }, one.map.target, 0)).toBe(1)
    expect((await states()).slice(0, 5)).toBe('01110')
    expect(await orders.overdueLocks(one.map.target, -60_000)).toEqual([])
  })

  test('[O7, H8] a count of ordered seats that is wrong alone is put right, and is drift', async () => {
    await place(one.ann, [1, 2])
    await deliver()
    await redis.hset(mapKeys(one.map.target).buyers, one.ann, '{"holdId":"","held":0,"ordered":7}')
    expect(await compare()).toBe(1)
    expect(await compare()).toBe(0)
    expect(await world.violations(one.map)).toEqual([])
  })

  test('[O7] the comparison finds and repairs what no command would do', async () => {
    const order = await place(one.ann, [1, 2])
    const other = await place(someBuyer(), [6])
    await deliver()
    await db
      .updateTable('orders')
      .set({ changed_at: new Date(Date.now() - 60_000) })
      .execute()
    expect(await compare()).toBe(0)
    const keys = mapKeys(one.map.target)
    await redis.setrange(keys.seats, 1, '0')
    await redis.hdel(keys.owners, '1')
    await redis.setrange(keys.seats, 9, '3')
    await redis.hset(keys.owners, '9', `o:${other.id}`)
    await redis.hset(keys.owners, '8', 'o:nobody')
    await redis.setrange(keys.seats, 8, '2')
    expect(await compare()).toBe(3)
    expect((await states()).slice(0, 10)).toBe('0220002000')
    expect(await compare()).toBe(0)
    expect(await resolveLock({ db, orders }, one.map.target, { orderId: order.id, buyer: one.ann })).toBe('exists')
  })
})
