import { isClaimable, mayBecome, ORDER_STATUSES, type OrderStatus } from '@seatcast/shared/domain/order-state.ts'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { orderTests } from '../../test/support/order-tests.ts'
import { someBuyer } from '../../test/support/order-world.ts'
import { mapKeys } from '../redis/keys.ts'
import { breaks, transition } from './order-transitions.ts'
import { lateClaims } from './late-claim.ts'
import { listOrders } from './order-repository.ts'
import { endOverdueOrders } from './overdue-orders.ts'

const one = await orderTests()
const { world } = one
const { db, commands, redis } = world
const { become, deliver, hold, overdue, place, states } = one.actions

describe('deadlines', () => {
  test('[O6] an overdue order ends once, whoever looks; one with a payment in flight later', async () => {
    const [early, paying, waiting] = [
      await place(one.ann, [1]),
      await place(someBuyer(), [2]),
      await place(someBuyer(), [3]),
    ]
    await overdue(early.id)
    await overdue(paying.id)
    const inFlight = (until: number) =>
      db
        .updateTable('orders')
        .set({ paying_until: new Date(Date.now() + until) })
        .where('id', '=', paying.id)
        .execute()
    await inFlight(29_000)
    const ended = await Promise.all(Array.from({ length: 5 }, () => endOverdueOrders(db)))
    expect(ended.reduce((sum, count) => sum + count)).toBe(1)
    await deliver()
    expect((await states()).slice(0, 4)).toBe('0022')
    await inFlight(-1)
    expect(await endOverdueOrders(db)).toBe(1)
    await deliver()
    expect((await states()).slice(0, 4)).toBe('0002')
    expect(await become(early.id, 'paid')).toBe('not so')
    expect(await become(waiting.id, 'paid')).toBe('done')
  })

  test.for(['expired', 'cancelled'] as const)(
    '[O10, P10] money after the end of an order that is %s: seats that are free are claimed again',
    async (ended) => {
      const order = await place(one.ann, [1, 2])
      if (ended === 'expired') {
        await overdue(order.id)
        await endOverdueOrders(db)
      } else await become(order.id, 'cancelled')
      await deliver()
      expect((await states()).slice(0, 4)).toBe('0000')
      expect(await become(order.id, 'paid', [ended])).toBe('done')
      await deliver()
      expect((await states()).slice(0, 4)).toBe('0330')
      expect(await world.violations(one.map)).toEqual([])
      const [shown] = await listOrders(db, one.ann, { limit: 1, before: undefined })
      expect(shown).toMatchObject({ id: order.id, claimedFrom: ended })
    },
  )

  test('[O10] also when their buyer has as many seats as the limit allows: paid is paid', async () => {
    const limit = one.map.performance.maxSeatsPerBuyer
    const order = await place(one.ann, [1, 2])
    await overdue(order.id)
    await endOverdueOrders(db)
    await deliver()
    await hold(
      one.ann,
      Array.from({ length: limit }, (_, nth) => 10 + nth),
    )
    expect(await become(order.id, 'paid', ['expired'])).toBe('done')
    await deliver()
    expect((await states()).slice(0, 4)).toBe('0330')
    expect(await world.violations(one.map)).toEqual([])
    expect(await hold(one.ann, [5])).toMatchObject({ ok: false, code: 'LIMIT_EXCEEDED' })
    // Nor does a new epoch forget it.
    await redis.del(...Object.values(mapKeys(one.map.target)))
    one.map = await world.reload(one.map)
    await commands.hold(one.map.target, { buyer: one.ann, seats: [5] })
    expect(await world.violations(one.map)).toEqual([])
  })

  test.for(['cut off', 'without it'] as const)(
    '[O10, O7] a record that is %s is written anew as one that was paid late',
    async (damage) => {
      const limit = one.map.performance.maxSeatsPerBuyer
      const order = await place(one.ann, [1, 2])
      await become(order.id, 'expired')
      await deliver()
      const others = Array.from({ length: limit }, (_, nth) => 10 + nth)
      await place(one.ann, others)
      expect(await become(order.id, 'paid', ['expired'])).toBe('done')
      await deliver()
      await db
        .updateTable('orders')
        .set({ changed_at: new Date(Date.now() - 60_000) })
        .execute()
      expect(await one.actions.compare()).toBe(0)
      const { orders } = mapKeys(one.map.target)
      const record = (await redis.hget(orders, order.id)) ?? ''
      await redis.hset(
        orders,
        order.id,
        damage === 'cut off' ? record.slice(0, 10) : record.replace(',"late":true', ''),
      )
      expect(await one.actions.compare()).toBeGreaterThan(0)
      expect(await one.actions.compare()).toBe(0)
      expect(JSON.parse((await redis.hget(orders, order.id)) ?? '{}')).toMatchObject({ seats: [1, 2], late: true })
      expect(await world.violations(one.map)).toEqual([])
    },
  )

  test('[O10, P10] a sale that is closed, whose map Redis has lost: the claim asks for the map, and succeeds when it is there', async () => {
    const order = await place(one.ann, [1, 2])
    await become(order.id, 'expired')
    await deliver()
    const { id } = one.map.performance
    await db.updateTable('performances').set({ status: 'closed' }).where('id', '=', id).execute()
    await redis.del(...Object.values(mapKeys(one.map.target)))
    const asked: string[] = []
    const claim = () => {
      const secure = lateClaims({ orders: world.orders, mapMissing: (missing) => void asked.push(missing) })
      return db.transaction().execute((trx) => transition(trx, order.id, 'paid', ['expired'], secure))
    }
    await expect(claim()).rejects.toMatchObject({ code: 'MAP_RELOADING' })
    expect(asked).toEqual([id])
    one.map = await world.reload(one.map)
    expect(await claim()).toBe('done')
    await deliver()
    expect((await states()).slice(0, 4)).toBe('0330')
    expect(await world.violations(one.map)).toEqual([])
  })

  test.for(['held', 'ordered', 'blocked'] as const)(
    '[O10] a seat that is %s meanwhile: seats gone, nothing changed',
    async (how) => {
      const order = await place(one.ann, [1, 2])
      await overdue(order.id)
      await endOverdueOrders(db)
      await deliver()
      const bob = someBuyer()
      if (how === 'held') await hold(bob, [2])
      if (how === 'ordered') await place(bob, [2])
      if (how === 'blocked') {
        await commands.setBlocked(one.map.target, { block: [2] })
        await db.insertInto('blocked_seats').values({ performance_id: one.map.performance.id, seat: 2 }).execute()
      }
      expect(await become(order.id, 'paid', ['expired'])).toBe('seats gone')
      await deliver()
      expect((await states()).slice(0, 4)).toBe(`00${{ held: 1, ordered: 2, blocked: 4 }[how]}0`)
      expect(await world.violations(one.map)).toEqual([])
    },
  )

  test('[O3, O10] PostgreSQL alone refuses a late claim of a seat that is in another order', async () => {
    const order = await place(one.ann, [1])
    await become(order.id, 'expired')
    await deliver()
    const next = await place(someBuyer(), [1])
    const outcome = await db.transaction().execute(async (trx) => {
      const claimed = await transition(trx, order.id, 'paid', ['expired'])
      // The transaction goes on: the refund is written in it.
      return { claimed, paid: await transition(trx, next.id, 'paid') }
    })
    expect(outcome).toEqual({ claimed: 'seats gone', paid: 'done' })
  })

  test('[O10, P10] PostgreSQL knows the same transitions; from an end only a late claim, which says so', async () => {
    const { id } = await place(one.ann, [1])
    const isTaken = async (from: OrderStatus, to: OrderStatus, isLate: boolean) => {
      const { rows } = await sql<{ id: string }>`
        insert into orders (id, performance_id, user_id, status, currency, deadline_at, key_sha256, hold_id)
        select gen_random_uuid(), performance_id, user_id, ${from}, currency, deadline_at, key_sha256, ''
        from orders where id = ${id} returning id`.execute(db)
      const changed = sql`update orders set status = ${to}, claimed_late = ${isLate} where id = ${rows[0]?.id}`.execute(
        db,
      )
      return await changed.then(
        () => true,
        (fault: unknown) => {
          if (!breaks(fault, 'legal_order_transition')) throw fault
          return false
        },
      )
    }
    for (const from of ORDER_STATUSES)
      for (const to of ORDER_STATUSES.filter((status) => status !== from)) {
        expect(await isTaken(from, to, true), `${from} to ${to}, late`).toBe(mayBecome(from, to))
        const isOrdinary = mayBecome(from, to) && !isClaimable(from)
        expect(await isTaken(from, to, false), `${from} to ${to}`).toBe(isOrdinary)
      }
  })
})
