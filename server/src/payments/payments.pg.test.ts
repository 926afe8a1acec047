import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { Crash } from '../../test/support/crash.ts'
import { PaymentWorld } from '../../test/support/payment-world.ts'
import { testDatabase, type TestDatabase } from '../../test/support/postgres.ts'
import { SCRIPTED } from '../../test/support/scripted-provider.ts'
import { createTestSale } from '../../test/support/test-sale.ts'
import { connectDatabase, type DatabaseClient } from '../database/client.ts'
import { orderMoney } from './order-money.ts'
import { receiveWebhook } from './receive-webhook.ts'
import type { Report } from './payment-provider.ts'
import { paymentViews } from './payment-repository.ts'

let database: TestDatabase
let client: DatabaseClient
let world: PaymentWorld

beforeAll(async () => {
  database = await testDatabase()
  client = connectDatabase({ databaseUrl: database.url })
})
afterAll(async () => {
  await client.close()
  await database.drop()
})
beforeEach(async () => {
  world = new PaymentWorld(
    client.db,
    await createTestSale(database.url, 4, { startsAt: new Date(Date.now() + 30 * 86_400_000) }),
  )
})

const orderOf = async (id: string) =>
  await client.db.selectFrom('orders').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const statusOf = async (id: string) => (await orderOf(id)).status
const paymentsOf = async (orderId: string) => (await paymentViews(client.db, [orderId])).get(orderId) ?? []
const balanceOf = async (userId: string) =>
  (
    await client.db
      .selectFrom('ledger_accounts')
      .select('balance_minor')
      .where('user_id', '=', userId)
      .executeTakeFirst()
  )?.balance_minor
/** The only payment of the order, as its provider has it. */
const reportOf = async (orderId: string): Promise<Report> => {
  const [payment] = await paymentsOf(orderId)
  const report = world.provider.payments.get(payment?.id ?? '')
  if (report === undefined) throw new Error('the provider knows of no payment')
  return report
}
const tell = (event = world.provider.events.at(-1)) => {
  if (event === undefined) throw new Error('no event')
  return receiveWebhook(client.db, world.context, SCRIPTED, { ...event, signature: randomUUID() })
}
const sound = async () => {
  await world.settle()
  expect(await world.violations()).toEqual([])
}

describe('wallet', () => {
  test('[P2] opens with the demo balance once, however many look at the same moment', async () => {
    const orders = await Promise.all([1, 2, 3, 4].map((seat) => world.place([seat], world.performanceId)))
    await Promise.all(orders.map(({ id, userId }) => world.pay(id, userId, 'wallet')))
    expect(await balanceOf(world.performanceId)).toBe(10_000 - 4 * 1_000)
    await sound()
  })

  test('[P3] pays and makes the order paid in one transaction, and the second press takes nothing', async () => {
    const { id, userId } = await world.place([1, 2])
    await Promise.all([world.pay(id, userId, 'wallet'), world.pay(id, userId, 'wallet')])
    expect(await statusOf(id)).toBe('paid')
    expect(await balanceOf(userId)).toBe(8_000)
    expect(await paymentsOf(id)).toMatchObject([{ method: 'wallet', status: 'captured', amount: 2_000, refunded: 0 }])
    await sound()
  })

  test('[P1] without enough points nothing changes', async () => {
    const userId = randomUUID()
    const first = await world.place([1, 2, 3, 4, 5, 6], userId)
    await world.pay(first.id, userId, 'wallet')
    const second = await world.place([11, 12, 13, 14, 15], userId)
    await expect(world.pay(second.id, userId, 'wallet')).rejects.toMatchObject({ code: 'INSUFFICIENT_FUNDS' })
    expect(await statusOf(second.id)).toBe('pending')
    expect(await paymentsOf(second.id)).toEqual([])
    expect(await balanceOf(userId)).toBe(4_000)
  })

  test('[P1] the database refuses a transfer that does not sum to zero, a negative wallet and a changed entry', async () => {
    const { id, userId } = await world.place([1])
    await world.pay(id, userId, 'wallet')
    const wallet = `wallet:${userId}:EUR`
    const transfer = (amounts: readonly (readonly [string, number])[]) =>
      client.db.transaction().execute(async (trx) => {
        const transferId = randomUUID()
        const common = { currency: 'EUR' }
        await trx
          .insertInto('ledger_transfers')
          .values({ id: transferId, key: transferId, kind: 'payment', order_id: null, ...common })
          .execute()
        for (const [account_id, amount_minor] of amounts)
          await trx
            .insertInto('ledger_entries')
            .values({ transfer_id: transferId, account_id, amount_minor, ...common })
            .execute()
      })
    await expect(
      transfer([
        [wallet, 5],
        ['sales:EUR', -4],
      ]),
    ).rejects.toMatchObject({ constraint: 'a_transfer_sums_to_zero' })
    await expect(transfer([[wallet, 5]])).rejects.toMatchObject({ constraint: 'a_transfer_sums_to_zero' })
    await expect(transfer([])).rejects.toMatchObject({ constraint: 'a_transfer_sums_to_zero' })
    await expect(
      transfer([
        [wallet, -9_001],
        ['sales:EUR', 9_001],
      ]),
    ).rejects.toMatchObject({ constraint: 'wallet_never_negative' })
    await expect(client.db.updateTable('ledger_entries').set({ amount_minor: 1 }).execute()).rejects.toMatchObject({
      constraint: 'the_ledger_is_only_added_to',
    })
    expect(await balanceOf(userId)).toBe(9_000)
  })

  test('[P9] sixteen cancellations at once give back the frozen price once; whole or by seat', async () => {
    const { id, userId } = await world.place([1, 2, 3])
    await world.pay(id, userId, 'wallet')
    await client.db
      .updateTable('price_zones')
      .set({ price_minor: 9_999 })
      .where('performance_id', '=', world.performanceId)
      .execute()
    await Promise.all(Array.from({ length: 16 }, () => world.cancel(id, userId, [2])))
    expect(await balanceOf(userId)).toBe(8_000)
    expect(await statusOf(id)).toBe('paid')
    await Promise.all(Array.from({ length: 16 }, () => world.cancel(id, userId)))
    expect(await balanceOf(userId)).toBe(10_000)
    expect(await statusOf(id)).toBe('refunded')
    expect(await paymentsOf(id)).toMatchObject([{ status: 'refunded', refunded: 3_000 }])
    await sound()
  })

  test('[P6] a dearer seat is charged, a cheaper one gives back', async () => {
    const { id, userId } = await world.place([1])
    await world.pay(id, userId, 'wallet')
    const money = orderMoney(world.context)
    const reprice = (price: number) =>
      client.db.updateTable('order_seats').set({ price_minor: price }).where('order_id', '=', id)
    await client.db.transaction().execute(async (trx) => {
      await sql`update order_seats set price_minor = 1500 where order_id = ${id}`.execute(trx)
      const difference = {
        orderId: id,
        userId,
        amount: 500,
        currency: 'EUR',
        choice: { method: 'wallet' },
        requestKey: null,
        requestSha256: null,
      } as const
      expect(await money.charge(trx, difference, undefined)).toBe(true)
    })
    expect(await balanceOf(userId)).toBe(8_500)
    await reprice(700).execute()
    await client.db.transaction().execute((trx) => money.settle(trx, id, 'changed'))
    expect(await balanceOf(userId)).toBe(9_300)
    expect(await statusOf(id)).toBe('paid')
    await sound()
    await world.cancel(id, userId)
    expect(await balanceOf(userId)).toBe(10_000)
    await sound()
  })
})

describe('a difference by card', () => {
  /** A paid order of one seat, which is to become dearer by 500. */
  const dearer = async () => {
    const { id, userId } = await world.place([1])
    await world.pay(id, userId, 'wallet')
    const money = orderMoney(world.context)
    const difference = {
      orderId: id,
      userId,
      amount: 500,
      currency: 'EUR',
      choice: { method: 'card' },
      requestKey: null,
      requestSha256: null,
    } as const
    const change = async (secured: string | undefined, thenFail = false) =>
      await client.db.transaction().execute(async (trx) => {
        await sql`update order_seats set price_minor = 1500 where order_id = ${id}`.execute(trx)
        const isPaid = await money.charge(trx, difference, secured)
        if (!isPaid || thenFail) throw new Error('not changed')
      })
    return { id, money, difference, change }
  }

  test('[O8, P4] is reserved before anything changes, once, and taken with the change', async () => {
    const { id, money, difference, change } = await dearer()
    const [first, again] = await Promise.all([money.secure(client.db, difference), money.secure(client.db, difference)])
    expect(first.isReady).toBe(false)
    expect(again.payment?.id).toBe(first.payment?.id)
    await expect(change(first.payment?.id)).rejects.toThrow('not changed')
    world.provider.decide(first.payment?.id ?? '', 'authorized')
    await world.work() // nobody voids it while its buyer may go on
    const ready = await money.secure(client.db, difference)
    expect(ready).toMatchObject({ isReady: true, payment: { id: first.payment?.id, status: 'authorized' } })
    await change(ready.payment?.id)
    expect(await paymentsOf(id)).toMatchObject([{ amount: 1_000 }, { amount: 500, status: 'captured', refunded: 0 }])
    await sound()
  })

  test('[P6, P8] taken for a change that PostgreSQL did not confirm, it goes back', async () => {
    const { id, money, difference, change } = await dearer()
    const { payment } = await money.secure(client.db, difference)
    world.provider.decide(payment?.id ?? '', 'authorized')
    await money.secure(client.db, difference)
    await expect(change(payment?.id, true)).rejects.toThrow('not changed')
    expect(world.provider.payments.get(payment?.id ?? '')?.status).toBe('captured')
    await sound() // nobody has to give it up: its process may have died
    expect(await paymentsOf(id)).toMatchObject([{ refunded: 0 }, { status: 'refunded', refunded: 500 }])
  })

  test('[O12, O8] asked again with its key it says that it failed; another key is another try', async () => {
    const { money, difference } = await dearer()
    const keyed = (requestKey: string, body = 'a body') =>
      money.secure(client.db, { ...difference, requestKey, requestSha256: Buffer.from(body) })
    const first = await keyed('one')
    await expect(keyed('one', 'another body')).rejects.toThrow('IDEMPOTENCY_KEY_REUSED')
    world.provider.decide(first.payment?.id ?? '', 'failed')
    expect((await keyed('one')).isReady).toBe(false)
    expect((await keyed('one')).payment).toMatchObject({ id: first.payment?.id, status: 'failed' })
    expect((await keyed('two')).payment?.id).not.toBe(first.payment?.id)
    await sound()
  })

  test('[O12, O8] the key of a payment of the order that was never answered is no seat change’s: refused', async () => {
    const { id, userId } = await world.place([1, 2])
    world.crashAt = 'provider began'
    await expect(world.pay(id, userId, 'card', 'key')).rejects.toThrow(Crash)
    world.provider.decide((await reportOf(id)).paymentId, 'captured')
    await world.settle()
    expect(await statusOf(id)).toBe('paid')
    const money = orderMoney(world.context)
    const change = { orderId: id, userId, amount: 500, currency: 'EUR', choice: { method: 'card' } } as const
    const keyed = money.secure(client.db, { ...change, requestKey: 'key', requestSha256: Buffer.from('a change') })
    await expect(keyed).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
    expect(await paymentsOf(id)).toHaveLength(1)
    await sound()
  })

  test('[O8] a reservation is over by the database’s clock, not by this process’s', async () => {
    const { money, difference } = await dearer()
    const first = await money.secure(client.db, difference)
    const again = async () => (await money.secure(client.db, difference)).payment?.id
    vi.useFakeTimers({ now: Date.now() + 3_600_000, toFake: ['Date'] })
    try {
      expect(await again()).toBe(first.payment?.id)
    } finally {
      vi.useRealTimers()
    }
    await sql`update payments set held_until = now() where id = ${first.payment?.id}`.execute(client.db)
    expect(await again()).not.toBe(first.payment?.id)
    await sound()
  })

  test('[O8] one that nobody uses is voided', async () => {
    const { id, money, difference } = await dearer()
    const { payment } = await money.secure(client.db, difference)
    world.provider.decide(payment?.id ?? '', 'authorized')
    expect((await money.secure(client.db, difference)).isReady).toBe(true)
    await sql`update payments set held_until = now() where held_until is not null`.execute(client.db)
    await sound()
    expect(await paymentsOf(id)).toMatchObject([{ amount: 1_000 }, { status: 'voided' }])
  })
})

describe('card', () => {
  test('[P4] is authorized, then captured; each word of the provider counts once', async () => {
    const { id, userId } = await world.place([1])
    await world.pay(id, userId, 'card')
    expect(await paymentsOf(id)).toMatchObject([{ status: 'pending', amount: 1_000 }])
    world.provider.decide((await reportOf(id)).paymentId, 'authorized')
    expect(await tell()).toBe('changed')
    expect(await tell()).toBe('duplicate')
    expect(await statusOf(id)).toBe('authorized')
    await world.work()
    expect(await statusOf(id)).toBe('paid')
    expect(await tell()).toBe('known')
    await sound()
  })

  test('[O12] a request that died before it was answered: its key goes on with its payment, and with nothing else', async () => {
    const { id, userId } = await world.place([1])
    world.crashAt = 'provider began'
    await expect(world.pay(id, userId, 'card', 'key')).rejects.toThrow(Crash)
    await expect(world.pay(id, userId, 'wallet', 'key')).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
    await world.pay(id, userId, 'card', 'key')
    expect(await paymentsOf(id)).toMatchObject([{ method: 'card', status: 'pending' }])
    world.provider.decide((await reportOf(id)).paymentId, 'captured')
    await sound()
    expect(await statusOf(id)).toBe('paid')
  })

  test('[P5] keeps its order waiting until the deadline + 30 s, and no longer', async () => {
    const { id, userId } = await world.place([1])
    await world.pay(id, userId, 'card')
    const { deadline_at: deadline, paying_until: until } = await orderOf(id)
    expect(until?.getTime()).toBe(deadline.getTime() + 30_000)
    world.provider.decide((await reportOf(id)).paymentId, 'failed')
    await tell()
    expect((await orderOf(id)).paying_until).toBeNull()
    expect(await paymentsOf(id)).toMatchObject([{ status: 'failed', failure: 'card_declined' }])
    await world.pay(id, userId, 'wallet')
    expect(await statusOf(id)).toBe('paid')
    await sound()
  })

  test('[P5] does not begin after the deadline', async () => {
    const { id, userId } = await world.place([1])
    await sql`update orders set deadline_at = now() - interval '1 second' where id = ${id}`.execute(client.db)
    for (const method of ['card', 'wallet'] as const)
      await expect(world.pay(id, userId, method)).rejects.toMatchObject({ code: 'ORDER_ENDED' })
    expect(await paymentsOf(id)).toEqual([])
  })

  test('[P7] a report older than what is known changes nothing', async () => {
    const { id, userId } = await world.place([1])
    await world.pay(id, userId, 'card')
    world.provider.decide((await reportOf(id)).paymentId, 'captured')
    const [authorized, captured] = world.provider.events
    expect(await tell(captured)).toBe('changed')
    expect(await statusOf(id)).toBe('paid')
    expect(await tell(authorized)).toBe('known')
    expect(await statusOf(id)).toBe('paid')
    await sound()
  })

  test('[P8] settles without any webhook', async () => {
    const { id, userId } = await world.place([1])
    await world.pay(id, userId, 'card')
    world.provider.decide((await reportOf(id)).paymentId, 'authorized')
    await world.work()
    await world.work()
    expect(await statusOf(id)).toBe('paid')
    await sound()
  })

  test.each([
    'payment written',
    'provider began',
    'provider captured',
    'report applied',
    'event stored',
    'provider refunded',
  ] as const)('[P4, P8] a crash at "%s" loses nothing', async (step) => {
    const { id, userId } = await world.place([1])
    const survive = async (what: () => Promise<unknown>) => {
      world.crashAt = step
      await what().catch((fault: unknown) => expect(fault).toBeInstanceOf(Crash))
    }
    await survive(() => world.pay(id, userId, 'card'))
    await world.work()
    world.provider.decide((await reportOf(id)).paymentId, 'authorized')
    await survive(() => tell())
    await survive(() => world.work())
    await world.work()
    await world.work()
    expect(await statusOf(id)).toBe('paid')
    await world.cancel(id, userId)
    await survive(() => world.work())
    await sound()
    expect(await statusOf(id)).toBe('refunded')
    expect(await paymentsOf(id)).toHaveLength(1)
  })

  test('[P10] late money claims seats that are still free', async () => {
    const { id, userId } = await world.place([1, 2])
    await world.pay(id, userId, 'card')
    await world.expire(id)
    expect(await statusOf(id)).toBe('expired')
    world.provider.decide((await reportOf(id)).paymentId, 'captured')
    await tell()
    expect(await statusOf(id)).toBe('paid')
    await sound()
  })

  test.for([
    ['captured', 'expired'],
    ['authorized', 'expired'],
    ['captured', 'cancelled'],
  ] as const)(
    '[O10, P10] late money claims nothing of a performance that has started: %s, it is given back or voided: %s',
    async ([outcome, ended]) => {
      const { id, userId } = await world.place([0])
      await world.pay(id, userId, 'card')
      await (ended === 'expired' ? world.expire(id) : world.cancel(id, userId))
      await sql`update performances set starts_at = now() where id = ${world.performanceId}`.execute(client.db)
      world.provider.decide((await reportOf(id)).paymentId, outcome)
      await tell()
      await world.settle()
      expect(await statusOf(id)).toBe(ended)
      expect(await paymentsOf(id)).toMatchObject([{ status: outcome === 'captured' ? 'refunded' : 'voided' }])
      await sound()
    },
  )

  test('[P10] money taken after its buyer cancelled claims seats that are still free, once; cancelled again it is given back', async () => {
    const { id, userId } = await world.place([1, 2])
    await world.pay(id, userId, 'card')
    await world.cancel(id, userId)
    world.provider.decide((await reportOf(id)).paymentId, 'captured')
    await Promise.all([tell(), tell(), world.cancel(id, userId)])
    await world.settle()
    const order = await orderOf(id)
    expect(order).toMatchObject({ claimed_late: true, claimed_from: 'cancelled' })
    // The last cancelling was a repeat of the first, or met the paid order.
    if (order.status === 'paid') {
      expect(await paymentsOf(id)).toMatchObject([{ status: 'captured', refunded: 0 }])
      await world.cancel(id, userId)
    }
    await sound()
    expect(await statusOf(id)).toBe('refunded')
    expect(await paymentsOf(id)).toMatchObject([{ status: 'refunded', refunded: 2_000 }])
  })

  test('[P10, O11] so it is until the start, also where a paid order can no longer be given back', async () => {
    await sql`update performances set starts_at = now() + interval '1 hour' where id = ${world.performanceId}`.execute(
      client.db,
    )
    const [ended, bought] = [await world.place([1, 2]), await world.place([3])]
    await world.pay(bought.id, bought.userId, 'wallet')
    await expect(world.cancel(bought.id, bought.userId)).rejects.toMatchObject({ code: 'NOT_REFUNDABLE' })
    await world.pay(ended.id, ended.userId, 'card')
    await world.cancel(ended.id, ended.userId)
    world.provider.decide((await reportOf(ended.id)).paymentId, 'captured')
    await tell()
    expect(await statusOf(ended.id)).toBe('paid')
    await world.cancel(ended.id, ended.userId, [1])
    await sql`update performances set starts_at = now() where id = ${world.performanceId}`.execute(client.db)
    await expect(world.cancel(ended.id, ended.userId)).rejects.toMatchObject({ code: 'NOT_REFUNDABLE' })
    await sql`update performances set starts_at = now() + interval '1 hour' where id = ${world.performanceId}`.execute(
      client.db,
    )
    await world.cancel(ended.id, ended.userId)
    await sound()
    expect(await paymentsOf(ended.id)).toMatchObject([{ status: 'refunded', refunded: 2_000 }])
  })

  test('[P10] what is under way is called off at its provider when its buyer cancels', async () => {
    const { id, userId } = await world.place([1])
    await world.pay(id, userId, 'card')
    await world.cancel(id, userId)
    const due = sql<{ due: boolean }>`select next_attempt_at <= now() as due from payments where order_id = ${id}`
    expect((await due.execute(client.db)).rows).toEqual([{ due: true }])
    await world.work()
    expect((await reportOf(id)).status).toBe('voided')
    expect(await paymentsOf(id)).toMatchObject([{ status: 'voided' }])
    expect(await statusOf(id)).toBe('cancelled')
  })

  test.for(['expired', 'cancelled'] as const)(
    '[P10] late money for an order that was %s, and whose seats another order has, goes back, and the buyer is told',
    async (ended) => {
      const { id, userId } = await world.place([1, 2])
      await world.pay(id, userId, 'card')
      await (ended === 'expired' ? world.expire(id) : world.cancel(id, userId))
      await world.place([2])
      await client.db.deleteFrom('outbox').execute()
      world.provider.decide((await reportOf(id)).paymentId, 'captured')
      await tell()
      await world.work()
      expect(await statusOf(id)).toBe(ended)
      expect(await paymentsOf(id)).toMatchObject([{ status: 'refunded', refunded: 2_000 }])
      const told = await client.db.selectFrom('outbox').selectAll().where('order_id', '=', id).execute()
      expect(told.length).toBeGreaterThanOrEqual(2) // that it is going back, that it is back
      await sound()
    },
  )

  test('[P10] an authorization for an order that its buyer cancelled is voided', async () => {
    const { id, userId } = await world.place([1])
    await world.pay(id, userId, 'card')
    await world.cancel(id, userId)
    world.provider.decide((await reportOf(id)).paymentId, 'authorized')
    await tell()
    await world.work()
    expect(await statusOf(id)).toBe('cancelled')
    expect(await paymentsOf(id)).toMatchObject([{ status: 'voided' }])
    await sound()
  })

  test('[P11] a second payment of an order that is paid goes back', async () => {
    const { id, userId } = await world.place([1])
    await world.pay(id, userId, 'card')
    await world.pay(id, userId, 'wallet')
    expect(await statusOf(id)).toBe('paid')
    world.provider.decide((await reportOf(id)).paymentId, 'captured')
    await tell()
    await world.work()
    expect(await paymentsOf(id)).toMatchObject([
      { method: 'card', status: 'refunded', refunded: 1_000 },
      { method: 'wallet', status: 'captured', refunded: 0 },
    ])
    expect(await statusOf(id)).toBe('paid')
    await sound()
  })

  test('[P8] money that was reserved and is refused when it is to be taken does not stay reserved', async () => {
    const { id, userId } = await world.place([1])
    await world.pay(id, userId, 'card')
    world.provider.decide((await reportOf(id)).paymentId, 'capture refused')
    await tell()
    await world.work() // refused
    expect(await paymentsOf(id)).toMatchObject([{ status: 'failed', failure: 'capture_declined' }])
    world.provider.faults.push('lost before')
    await world.work()
    expect((await reportOf(id)).status).toBe('authorized')
    await world.work()
    expect((await reportOf(id)).status).toBe('voided')
    expect(await paymentsOf(id)).toMatchObject([{ status: 'failed', failure: 'capture_declined' }])
    expect(await world.open()).toBe(0)
    await world.pay(id, userId, 'wallet')
    expect(await statusOf(id)).toBe('paid')
    await sound()
  })

  test('[P8] a payment whose provider lost its memory fails and can be made again', async () => {
    const { id, userId } = await world.place([1])
    await world.pay(id, userId, 'card')
    world.provider.payments.clear()
    await world.work()
    expect(await paymentsOf(id)).toMatchObject([{ status: 'failed', failure: 'unknown_to_provider' }])
    await world.pay(id, userId, 'card')
    expect(await paymentsOf(id)).toMatchObject([{ status: 'failed' }, { status: 'pending' }])
  })
})
