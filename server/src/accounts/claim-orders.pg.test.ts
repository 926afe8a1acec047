import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../../test/support/eventually.ts'
import { GroupActs, somePeople } from '../../test/support/group-acts.ts'
import type { GroupMove } from '../../test/support/group-sequence.ts'
import { type OrderWorld, orderWorld, someBuyer } from '../../test/support/order-world.ts'
import { PaymentWorld } from '../../test/support/payment-world.ts'
import { testDatabase, type TestDatabase } from '../../test/support/postgres.ts'
import { testRedis } from '../../test/support/redis.ts'
import { storeOrder } from '../../test/support/stored-order.ts'
import { mendAndTell } from '../groups/ended-holds.ts'
import { findGroup } from '../groups/group-repository.ts'
import { membersOf } from '../groups/member-repository.ts'
import { giveUp } from '../groups/payment/give-up.ts'
import { groupMoney } from '../groups/payment/group-money.ts'
import { accessTokens } from '../http/authentication.ts'
import { walletBalances } from '../payments/ledger.ts'
import { deliverOrder } from '../orders/order-outbox.ts'
import type { OrderableMap } from '../orders/place-order.ts'
import { connectRedis, untilReady } from '../redis/client.ts'
import { mapKeys } from '../redis/keys.ts'
import { decodeEntry } from '../redis/map-stream.ts'
import { claimOrders } from './claim-orders.ts'

const server = await testRedis()
const redis = connectRedis(server.url, 'commands', () => undefined)
await untilReady(redis, 5_000)
const tokens = accessTokens('a-secret-for-tests-0123456789-abcdef')
let database: TestDatabase
let world: OrderWorld

beforeAll(async () => {
  database = await testDatabase()
  world = orderWorld(database.url, redis)
})
afterAll(async () => {
  await world.close()
  redis.disconnect()
  await database.drop()
})

/** A paid order as PostgreSQL and Redis know it. */
async function bought(map: OrderableMap, userId: string, seats: readonly number[]): Promise<string> {
  const { id } = await storeOrder(world.db, { performanceId: map.performance.id, seats, userId })
  await deliver(id)
  return id
}
const deliver = (id: string) => deliverOrder(world, id)
async function claim(account: string, guest: string): Promise<string[]> {
  const guestToken = await tokens.issueToken({ userId: guest, role: 'guest', seconds: 60 })
  return await claimOrders(world.db, tokens, { userId: account, guestToken })
}
const buyerRecord = async (map: OrderableMap, buyer: string) =>
  JSON.parse((await redis.hget(mapKeys(map.target).buyers, buyer)) ?? 'null') as unknown

test('[U8] the live map counts a claimed order for the account, and tells both of their orders', async () => {
  const map = await world.open({ maxSeatsPerBuyer: 4 })
  const [guest, account] = [someBuyer(), someBuyer()]
  const order = await bought(map, guest, [1, 2])
  await world.commands.hold(map.target, { buyer: account, seats: [9] })
  expect(await claim(account, guest)).toEqual([order])
  await deliver(order)
  await deliver(order)
  expect(await buyerRecord(map, guest)).toBeNull()
  expect(await buyerRecord(map, account)).toMatchObject({ held: 1, ordered: 2 })
  expect(await world.violations(map)).toEqual([])
  const entries = await redis.xrange(mapKeys(map.target).log, '-', '+')
  const last = entries
    .flatMap(([id, fields]) => [...decodeEntry(id, fields).operations])
    .filter(({ k }) => k === 'order')
  expect(last.slice(-2)).toMatchObject([
    { b: guest, s: [] },
    { b: account, s: [1, 2], st: 'paid' },
  ])
})

test('[U8] an order above the limit of the performance stays with the guest; one of another performance moves', async () => {
  const [map, other] = [await world.open({ maxSeatsPerBuyer: 4 }), await world.open({ maxSeatsPerBuyer: 4 })]
  const [guest, account] = [someBuyer(), someBuyer()]
  await bought(map, account, [0, 1])
  const tooMany = await bought(map, guest, [2, 3, 4])
  const fits = await bought(map, guest, [5, 6])
  const elsewhere = await bought(other, guest, [2, 3, 4])
  expect(await claim(account, guest)).toEqual([fits, elsewhere])
  for (const id of [tooMany, fits, elsewhere]) await deliver(id)
  expect(await buyerRecord(map, account)).toMatchObject({ ordered: 4 })
  expect(await buyerRecord(map, guest)).toMatchObject({ ordered: 3 })
  expect([...(await world.violations(map)), ...(await world.violations(other))]).toEqual([])
})

test('[U8, H8] two guests whose orders are too many together, claimed at the same moment: one order moves', async () => {
  const map = await world.open({ maxSeatsPerBuyer: 4 })
  const [one, other, account] = [someBuyer(), someBuyer(), someBuyer()]
  const money = new PaymentWorld(world.db, map.performance.id)
  const first = await money.place([1, 2, 3], one)
  await money.pay(first.id, one, 'wallet')
  const second = await bought(map, other, [5, 6, 7])
  const waiting = async () => {
    const { rows } = await sql<{ count: number }>`
      select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
      world.db,
    )
    return rows[0]?.count
  }
  const claims = await world.db.transaction().execute(async (trx) => {
    // The first claim gets stuck after it has counted.
    await sql`select from payments where order_id = ${first.id} for update`.execute(trx)
    const stuck = claim(account, one)
    await eventually('a claim waits', 10_000, waiting, (count) => count === 1)
    const next = claim(account, other)
    await eventually('the next waits for it', 10_000, waiting, (count) => count === 2)
    return [stuck, next]
  })
  expect(await Promise.all(claims)).toEqual([[first.id], []])
  for (const id of [first.id, second]) await deliver(id)
  expect(await buyerRecord(map, account)).toMatchObject({ ordered: 3 })
  expect(await world.violations(map)).toEqual([])
})

test("[U8] a hold of the account's that is too much beside what it claimed ends, and is told as lost", async () => {
  const map = await world.open({ maxSeatsPerBuyer: 4 })
  const [guest, account] = [someBuyer(), someBuyer()]
  const order = await bought(map, guest, [1, 2])
  await world.commands.hold(map.target, { buyer: account, seats: [7, 8, 9] })
  await claim(account, guest)
  await deliver(order)
  expect(await buyerRecord(map, account)).toMatchObject({ held: 0, ordered: 2 })
  expect(await world.violations(map)).toEqual([])
  expect(await world.commands.hold(map.target, { buyer: account, seats: [7, 8] })).toMatchObject({ ok: true })
})

test.for(['before', 'after'] as const)(
  '[U8, P1, P9] points of a claimed order go to the account, given back %s it',
  async (when) => {
    const map = await world.open({ startsAt: new Date(Date.now() + 30 * 86_400_000) })
    const [guest, account] = [someBuyer(), someBuyer()]
    const money = new PaymentWorld(world.db, map.performance.id)
    const { id } = await money.place([1, 2], guest)
    await money.pay(id, guest, 'wallet')
    if (when === 'before') await money.cancel(id, guest, [1])
    expect(await claim(account, guest)).toEqual([id])
    await money.cancel(id, account)
    const balanceOf = async (userId: string) =>
      (await walletBalances(world.db, userId)).find(({ currency }) => currency === 'EUR')?.balance
    const back = when === 'before' ? 1_000 : 2_000
    // Both opened with the demo's points.
    expect(await balanceOf(guest)).toBe(10_000 - back)
    expect(await balanceOf(account)).toBe(10_000 + back)
    expect(await money.violations()).toEqual([])
  },
)

test('[U8, G14, G16] a host’s account gets back what the guest paid for a friend, who cancels after the claim', async () => {
  const map = await world.open({ rows: 1, seatsPerRow: 8, startsAt: new Date(Date.now() + 30 * 86_400_000) })
  const acts = new GroupActs(world, map)
  const [guest = '', friend = '', absent = ''] = acts.people
  const account = someBuyer()
  await acts.form('host_covers')
  const moves: GroupMove[] = [
    { do: 'begin', person: 0, crash: null },
    { do: 'pay', person: 0, method: 'wallet', crash: null },
    { do: 'pay', person: 1, method: 'wallet', crash: null },
    { do: 'wait', until: 'cover' },
    { do: 'cover', person: 0, method: 'wallet', crash: null },
  ]
  for (const move of moves) await acts.perform(move)
  const payers = async () =>
    await world.db
      .selectFrom('payments')
      .innerJoin('orders', 'orders.id', 'payments.order_id')
      .select(['orders.user_id as whose', 'payments.user_id as paidBy'])
      .where('orders.group_id', '=', acts.groupId)
      .execute()
  expect(await payers()).toContainEqual({ whose: absent, paidBy: guest })

  expect(await claim(account, guest)).toHaveLength(1)
  expect((await payers()).toSorted((a, b) => a.whose.localeCompare(b.whose))).toEqual(
    [
      { whose: account, paidBy: account },
      { whose: friend, paidBy: friend },
      { whose: absent, paidBy: account },
    ].toSorted((a, b) => a.whose.localeCompare(b.whose)),
  )
  const balanceOf = async (userId: string) =>
    (await walletBalances(world.db, userId)).find(({ currency }) => currency === 'EUR')?.balance
  const spent = await balanceOf(guest)
  await acts.perform({ do: 'cancel', person: 2 })
  expect(await balanceOf(guest)).toBe(spent)
  // Its wallet opens with the points of any.
  expect(await balanceOf(account)).toBe(acts.money.demoBalance + 1_000)
  expect(await acts.money.violations()).toEqual([])
})

test('[U8, G13] while a group pays its members’ accounts take their places: the host’s can give up', async () => {
  const map = await world.open({ rows: 1, seatsPerRow: 8, maxSeatsPerBuyer: 4 })
  const acts = new GroupActs(world, map)
  const [host = '', friend = '', absent = ''] = acts.people
  const [hosts, friends] = [someBuyer(), someBuyer()]
  await acts.form('host_covers')
  await acts.perform({ do: 'begin', person: 0, crash: null })
  expect(await claim(hosts, host)).toHaveLength(1)
  expect(await claim(friends, friend)).toHaveLength(1)
  const inNow = [hosts, friends, absent].toSorted()
  expect((await membersOf(world.db, acts.groupId)).map(({ userId }) => userId).toSorted()).toEqual(inNow)
  const group = await findGroup(world.db, acts.groupId)
  expect(group).toMatchObject({ hostId: hosts, status: 'paying' })
  const money = group && (await groupMoney.look(world.db, group))
  expect([...(money?.orders.keys() ?? [])].toSorted()).toEqual(inNow)

  const { id: groupId } = group ?? { id: '' }
  await world.db.transaction().execute((trx) => giveUp(trx, { groupId, userId: hosts }))
  await acts.deliver()
  // Choosing again, Redis follows.
  const { db } = world
  const mending = { db, groups: acts.groups, tell: () => Promise.resolve(), open: () => Promise.resolve(map) }
  await mendAndTell(mending, groupId, map.performance.id)
  const known = await acts.groups.read(map.target, groupId)
  expect([known?.host, known?.members.toSorted()]).toEqual([hosts, inNow])
  expect(await world.violations(map)).toEqual([])
  expect(await acts.money.violations()).toEqual([])
})

test('[U8, H8] an account that may not have the share, or is in another group, claims nothing until the round is over', async () => {
  const map = await world.open({ rows: 1, seatsPerRow: 16, maxSeatsPerBuyer: 2 })
  const other = await world.open()
  const [acts, others] = [new GroupActs(world, map), new GroupActs(world, map, somePeople(), 8)]
  const [guest = '', , absent = ''] = acts.people
  const account = someBuyer()
  await acts.form('each_pays')
  await others.form('each_pays')
  await bought(map, account, [14])
  const elsewhere = await bought(other, guest, [1])
  await acts.perform({ do: 'begin', person: 0, crash: null })
  // The host has two: theirs and nobody's.
  await expect(claim(account, guest)).rejects.toMatchObject({ code: 'GROUP_BUSY' })
  await expect(claim(others.people[1] ?? '', absent)).rejects.toMatchObject({ code: 'GROUP_BUSY' })
  expect((await findGroup(world.db, acts.groupId))?.hostId).toBe(guest)
  await acts.perform({ do: 'give up', person: 0, crash: null })
  expect(await claim(account, guest)).toContain(elsewhere)
  expect((await findGroup(world.db, acts.groupId))?.hostId).toBe(account)
})
