import { sql } from 'kysely'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { Crash } from '../../../test/support/crash.ts'
import { GroupActs, somePeople } from '../../../test/support/group-acts.ts'
import type { GroupMove, RULES } from '../../../test/support/group-sequence.ts'
import { orderWorld } from '../../../test/support/order-world.ts'
import { testDatabase } from '../../../test/support/postgres.ts'
import { testRedis } from '../../../test/support/redis.ts'
import { storeOrder } from '../../../test/support/stored-order.ts'
import { auditGroupOrders } from '../../audit/audit-group-orders.ts'
import { RefusalError } from '../../http/refusal.ts'
import type { OrderableMap } from '../../orders/place-order.ts'
import { resolveLocks } from '../../orders/orphan-locks.ts'
import { connectRedis, untilReady } from '../../redis/client.ts'
import { findGroup } from '../group-repository.ts'
import { groupMoney } from './group-money.ts'

const server = await testRedis()
const redis = connectRedis(server.url, 'commands', () => undefined)
await untilReady(redis, 5_000)
const store = await testDatabase()
const world = orderWorld(store.url, redis, 30)
const { db } = world
const first = await world.open({ rows: 1, seatsPerRow: 8, startsAt: new Date(Date.now() + 30 * 86_400_000) })
afterAll(async () => {
  await world.close()
  await store.drop()
  redis.disconnect()
})

let map: OrderableMap
let acts: GroupActs
beforeEach(async () => {
  map = await world.another(first)
  acts = new GroupActs(world, map)
})

const begin = { do: 'begin', person: 0, crash: null } as const
const pay = (person: number, method: 'wallet' | 'card'): GroupMove => ({ do: 'pay', person, method, crash: null })
const cover = (method: 'wallet' | 'card'): GroupMove => ({ do: 'cover', person: 0, method, crash: null })
const happen = async (...moves: GroupMove[]): Promise<void> => {
  for (const move of moves) await acts.perform(move)
}
const start = async (rule: (typeof RULES)[number], ...moves: GroupMove[]): Promise<void> => {
  await acts.form(rule)
  await happen(begin, ...moves)
}
const group = async () => {
  const found = await findGroup(db, acts.groupId)
  if (found === undefined) throw new Error('the group is gone')
  return found
}
const orders = async () =>
  await db.selectFrom('orders').selectAll().where('group_id', '=', acts.groupId).orderBy('id').execute()
const hold = async () => (await acts.groups.read(map.target, acts.groupId))?.hold
const work = (times: number) => Array.from({ length: times }, (): GroupMove => ({ do: 'work', crash: null }))
/** Nothing waits, nothing is kept, the map is as PostgreSQL says. */
const sound = async () => {
  for (let round = 0; round < 4; round += 1) {
    await acts.money.work()
    await acts.deliver()
  }
  expect(await acts.money.violations()).toEqual([])
  expect((await auditGroupOrders(db, map.performance.id)).found).toEqual([])
  expect(await world.violations(map)).toEqual([])
}

test('[G12] PostgreSQL refuses a half-sold group, whoever asks for it', async () => {
  await start('each_pays')
  const [one] = await orders()
  const id = one?.id ?? ''
  await expect(sql`update orders set status = 'paid' where id = ${id}`.execute(db)).rejects.toThrow(
    'not as its group is',
  )
  for (const status of ['sold', 'open', 'ended'])
    await expect(sql`update groups set status = ${status} where id = ${acts.groupId}`.execute(db)).rejects.toThrow(
      'not as its orders are',
    )
  await expect(sql`update orders set group_id = null where id = ${id}`.execute(db)).rejects.toThrow('keeps its group')
  await sound()
})

test('[O2] PostgreSQL refuses the orders: the block goes back to the group, with its old deadline', async () => {
  await acts.form('each_pays')
  const before = await hold()
  const { id } = await storeOrder(db, { performanceId: map.performance.id, seats: [2], status: 'pending' })
  await expect(acts.perform(begin)).rejects.toThrow(new RefusalError('SEAT_TAKEN'))
  const after = await hold()
  expect(after).toMatchObject({ holdId: before?.holdId, shares: before?.shares })
  expect(after?.seats.toSorted()).toEqual([0, 1, 2, 3])
  expect(after?.expiresInMs).toBeLessThanOrEqual(before?.expiresInMs ?? 0)
  expect(await group()).toMatchObject({ status: 'open', paymentRound: 0 })
  await sql`update orders set status = 'cancelled' where id = ${id}`.execute(db)
  await happen(begin)
  expect(await orders()).toHaveLength(3)
})

test.each(['block ordered', 'group orders written'] as const)(
  '[O2, O7] dead at "%s": the sweep of locks gives the whole block back',
  async (crash) => {
    await acts.form('host_covers')
    await expect(acts.perform({ ...begin, crash })).rejects.toThrow(Crash)
    expect(await hold()).toBeNull()
    await resolveLocks({ db, orders: world.orders }, map.target, 0)
    expect((await hold())?.seats.toSorted()).toEqual([0, 1, 2, 3])
    await happen(begin)
    expect(await group()).toMatchObject({ status: 'paying', paymentRound: 1 })
    await sound()
  },
)

test('[G1, O7] another block was taken before the sweep: it stays the only one, the first is free', async () => {
  await acts.form('each_pays')
  await expect(acts.perform({ ...begin, crash: 'block ordered' })).rejects.toThrow(Crash)
  const another = { groupId: acts.groupId, buyer: acts.people[0] ?? '', holdMs: 60_000 }
  const seats = [4, 5, 6, 7]
  await acts.groups.holdBlock(map.target, { ...another, candidates: [{ seats, assigned: {} }] })
  await resolveLocks({ db, orders: world.orders }, map.target, 0)
  expect(await hold()).toMatchObject({ seats, shares: { [another.buyer]: 4 } })
  expect(await world.orders.ownersOf(map.target, [0, 1, 2, 3])).toEqual([null, null, null, null])
  await sound()
})

test('[G11] nobody’s seats are in the host’s order; whoever has no seat has no order; one deadline', async () => {
  await acts.form('each_pays')
  await happen({ do: 'assign', seat: 1, to: 2 }, begin)
  const all = await orders()
  const [hosts, bens] = [0, 2].map((place) => all.find(({ user_id }) => user_id === acts.people[place]))
  expect(all).toHaveLength(2)
  expect(hosts?.deadline_at).toEqual(bens?.deadline_at)
  expect((await group()).payUntil).toEqual(hosts?.deadline_at)
  const look = await groupMoney.look(db, await group())
  expect(look).toMatchObject({ seats: [0, 1, 2, 3], amount: 4_000, missing: 4_000, hostMayCoverInMs: null })
  expect(look?.orders.get(acts.people[0] ?? '')).toMatchObject({ seats: [0, 3], share: 'open', amount: 2_000 })
  expect(look?.orders.get(acts.people[2] ?? '')).toMatchObject({ seats: [1, 2], share: 'open', amount: 2_000 })
})

test('[O6, G13] a payment in flight keeps the whole group for 30 s after its deadline, and no longer', async () => {
  await start('each_pays', pay(1, 'card'), { do: 'wait', until: 'deadline' })
  await acts.endOverdue(null)
  expect((await group()).status).toBe('paying')
  await expect(acts.perform(pay(0, 'wallet'))).rejects.toThrow(new RefusalError('ORDER_ENDED'))
  await acts.wait('grace')
  await acts.endOverdue(null)
  expect(await group()).toMatchObject({ status: 'open', notice: 'payment_expired', payUntil: null })
  // Late money goes back, though its seats are free (O10 does not apply).
  await happen({ do: 'decide', payment: 0, outcome: 'captured' }, { do: 'tell', event: 0 })
  await sound()
  expect((await orders()).map(({ status }) => status)).toEqual(['expired', 'expired', 'expired'])
})

test('[G14] the host’s wallet covers all that is missing, or nothing', async () => {
  await start('host_covers', { do: 'wait', until: 'cover' })
  await expect(acts.perform(cover('wallet'))).rejects.toThrow(new RefusalError('INSUFFICIENT_FUNDS'))
  expect((await groupMoney.look(db, await group()))?.missing).toBe(4_000)
  await happen(pay(1, 'wallet'), cover('wallet'))
  expect((await group()).status).toBe('sold')
  await sound()
})

test('[P11, G14] a friend and the host pay the same share at the same moment: one of them gets it back', async () => {
  await start('host_covers', pay(0, 'wallet'), pay(1, 'wallet'), { do: 'wait', until: 'cover' })
  await happen(pay(2, 'card'), cover('card'))
  await happen({ do: 'decide', payment: 0, outcome: 'authorized' }, { do: 'decide', payment: 1, outcome: 'authorized' })
  await happen({ do: 'tell', event: 0 }, { do: 'tell', event: 1 }, ...work(2))
  expect((await group()).status).toBe('sold')
  const statuses = [...acts.money.provider.payments.values()].map(({ status }) => status)
  expect(statuses.toSorted()).toEqual(['captured', 'voided'])
  await sound()
})

test('[G15] cards that fail again and again do not keep the friends’ money: the short deadline stays', async () => {
  await start('each_pays', pay(0, 'wallet'), pay(2, 'wallet'), pay(1, 'card'))
  await happen({ do: 'decide', payment: 0, outcome: 'decline' }, { do: 'tell', event: 0 }, ...work(1))
  expect((await group()).status).toBe('capturing')
  await happen(...work(1))
  const { shortUntil, status, notice } = await group()
  expect([status, notice]).toEqual(['short', 'capture_failed'])
  expect(shortUntil?.getTime()).toBeGreaterThan(Date.now() + 50_000)
  await happen(cover('card'), { do: 'decide', payment: 0, outcome: 'decline' }, { do: 'tell', event: 0 }, ...work(2))
  expect(await group()).toMatchObject({ status: 'short', shortUntil })
  // The friend may still pay their own share.
  await happen(pay(1, 'wallet'))
  expect((await group()).status).toBe('sold')
  await sound()
  expect([...acts.money.provider.payments.values()].map(({ status: end }) => end)).toEqual(['voided', 'voided'])
})

test('[G15] while money is being taken nobody gives up and no deadline ends it', async () => {
  await start('each_pays', pay(0, 'wallet'), pay(2, 'wallet'), pay(1, 'card'))
  await happen({ do: 'decide', payment: 0, outcome: 'authorized' }, { do: 'tell', event: 0 })
  await expect(acts.perform({ do: 'give up', person: 0, crash: null })).rejects.toThrow(new RefusalError('GROUP_BUSY'))
  await sql`update groups set pay_until = now() - interval '1 hour' where id = ${acts.groupId}`.execute(db)
  await acts.endOverdue(null)
  expect((await group()).status).toBe('capturing')
  await happen(...work(1))
  expect((await group()).status).toBe('sold')
  await sound()
})

test('[G12] 64 at once pay, cover, cancel, give up and end two groups of the same people: no deadlock, both whole', async () => {
  const people = somePeople()
  const both = await Promise.all(
    (['host_covers', 'each_pays'] as const).map(async (rule) => {
      const one = new GroupActs(world, await world.another(first), people)
      await one.form(rule)
      await one.perform(begin)
      await one.wait('cover')
      return one
    }),
  )
  const kinds = (place: number): GroupMove[] => [
    pay(place % 3, 'wallet'),
    pay(place % 3, 'card'),
    cover('wallet'),
    { do: 'cancel', person: place % 3 },
    { do: 'end overdue', crash: null },
    { do: 'work', crash: null },
    { ...begin, person: place % 3 },
    place % 16 === 15 ? { do: 'give up', person: 0, crash: null } : { do: 'deliver' },
  ]
  const faults: unknown[] = []
  await Promise.all(
    Array.from({ length: 64 }, async (_, place) => {
      const one = both[place % 2]
      const move = kinds(Math.floor(place / 16))[Math.floor(place / 2) % 8]
      if (one === undefined || move === undefined) return
      await one.perform(move).catch((fault: unknown) => {
        if (!(fault instanceof RefusalError)) faults.push(fault)
      })
    }),
  )
  expect(faults).toEqual([])
  for (const one of both) {
    await one.wait('grace')
    await one.endOverdue(null)
    for (let round = 0; round < 4; round += 1) {
      await one.money.work()
      await one.deliver()
    }
    expect([...one.broken, ...one.money.faults, ...(await one.money.violations())]).toEqual([])
    expect(['sold', 'open']).toContain((await findGroup(db, one.groupId))?.status)
  }
})
