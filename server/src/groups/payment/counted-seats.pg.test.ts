import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { GroupActs } from '../../../test/support/group-acts.ts'
import type { GroupMove } from '../../../test/support/group-sequence.ts'
import { orderWorld, someBuyer } from '../../../test/support/order-world.ts'
import { testDatabase } from '../../../test/support/postgres.ts'
import { testRedis } from '../../../test/support/redis.ts'
import { storeOrder } from '../../../test/support/stored-order.ts'
import { claimOrders } from '../../accounts/claim-orders.ts'
import { MIGRATIONS_DIRECTORY } from '../../database/migrate.ts'
import { accessTokens } from '../../http/authentication.ts'
import { RefusalError } from '../../http/refusal.ts'
import { compareOrders } from '../../orders/compare-orders.ts'
import { deliverOrder } from '../../orders/order-outbox.ts'
import type { OrderableMap } from '../../orders/place-order.ts'
import { connectRedis, untilReady } from '../../redis/client.ts'
import { mapKeys } from '../../redis/keys.ts'
import type { MapTarget } from '../../seats/map-commands.ts'

const server = await testRedis()
const redis = connectRedis(server.url, 'commands', () => undefined)
await untilReady(redis, 5_000)
const store = await testDatabase()
const world = orderWorld(store.url, redis)
const { db } = world
const first = await world.open({
  rows: 1,
  seatsPerRow: 12,
  maxSeatsPerBuyer: 2,
  startsAt: new Date(Date.now() + 30 * 86_400_000),
  zones: [{ id: 'all', name: 'All', color: '#336699', price: 300, currency: 'EUR', categories: [0] }],
})
const tokens = accessTokens('a-secret-for-tests-0123456789-abcdef')
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

const [HOST, PAYER, FRIEND] = [0, 1, 2]
const person = (place: number): string => acts.people[place] ?? ''
const happen = async (...moves: GroupMove[]): Promise<void> => {
  for (const move of moves) await acts.perform(move)
  await acts.deliver()
}
const begin: GroupMove = { do: 'begin', person: PAYER, crash: null }
const pay: GroupMove = { do: 'pay', person: PAYER, method: 'wallet', crash: null }
/** Seats 0 and 3 are the host's, 1 is the payer's, 2 the friend's: all in one order of the payer's. Nobody may have three. */
const sold = async (): Promise<void> => {
  await acts.form('one_pays')
  await happen(begin, pay)
}
const hold = async (buyer: string, ...seats: number[]): Promise<string> => {
  const answer = await world.commands.hold(map.target, { buyer, seats })
  if (answer.ok) await world.commands.release(map.target, { buyer })
  return answer.ok ? 'ok' : answer.code
}
/** How many seats the map counts as ordered. */
const counts = async (...buyers: string[]): Promise<number[]> => {
  const ordered = await world.orders.orderedCounts(map.target)
  return buyers.map((buyer) => ordered.get(buyer) ?? 0)
}
const countsNow = () => counts(...acts.people.slice(0, 3))
const claim = async (account: string, guest: string): Promise<string[]> => {
  const guestToken = await tokens.issueToken({ userId: guest, role: 'guest', seconds: 60 })
  const moved = await claimOrders(db, tokens, { userId: account, guestToken })
  await acts.deliver()
  return moved
}
/** By seat of the block; null: the buyer's. */
const friendsInOrder = async (): Promise<(string | null)[]> => {
  const seats = db.selectFrom('order_seats').select('counts_for').where('performance_id', '=', map.performance.id)
  return (await seats.where('seat', '<', 4).orderBy('seat').execute()).map(({ counts_for }) => counts_for)
}
const sound = async () => expect(await world.violations(map)).toEqual([])

test('[H8, G10] hoarding: once one has paid for all, neither they nor the friends get more than without a group', async () => {
  await sold()
  expect(await countsNow()).toEqual([2, 1, 1])
  expect(await hold(person(HOST), 6)).toBe('LIMIT_EXCEEDED')
  for (const place of [PAYER, FRIEND]) {
    expect(await hold(person(place), 6, 7)).toBe('LIMIT_EXCEEDED')
    expect(await hold(person(place), 6)).toBe('ok')
  }
  await sound()
  // A seat that is given back frees whose it was, and nobody else.
  await happen({ do: 'cancel', person: PAYER, seat: 3 })
  expect(await countsNow()).toEqual([1, 1, 1])
  expect(await hold(person(HOST), 6)).toBe('ok')
  expect(await hold(person(FRIEND), 6, 7)).toBe('LIMIT_EXCEEDED')
  await happen({ do: 'cancel', person: PAYER })
  expect(await countsNow()).toEqual([0, 0, 0])
  for (const buyer of acts.people.slice(0, 3)) expect(await hold(buyer, 6, 7)).toBe('ok')
  await sound()
})

test('[H8, G10] the same friends again: a second order for them all is not placed, whoever pays', async () => {
  await sold()
  const again = new GroupActs(world, map, acts.people, 4)
  await again.form('one_pays')
  expect((await again.groups.read(map.target, again.groupId))?.hold).toBeNull()
  await expect(again.perform({ do: 'begin', person: FRIEND, crash: null })).rejects.toThrow(new RefusalError('NO_HOLD'))
  await again.perform({ do: 'leave', person: PAYER })
  const others = new GroupActs(world, map, [someBuyer(), person(PAYER), someBuyer()], 4)
  await others.form('one_pays')
  for (const move of [begin, pay]) await others.perform(move)
  await acts.deliver()
  expect(await counts(...others.people)).toEqual([2, 2, 1])
  expect(await hold(person(PAYER), 9)).toBe('LIMIT_EXCEEDED')
  await sound()
})

test('[G10] nobody may be above the limit by an order that somebody else pays', async () => {
  await acts.form('one_pays')
  const late = await storeOrder(db, { performanceId: map.performance.id, seats: [8, 9], userId: person(FRIEND) })
  await deliverOrder(world, late.id)
  await expect(acts.perform(begin)).rejects.toMatchObject({
    code: 'LIMIT_EXCEEDED',
    facts: { memberId: expect.any(String) as string },
  })
  expect((await acts.groups.read(map.target, acts.groupId))?.hold?.seats).toHaveLength(4)
  expect(await countsNow()).toEqual([0, 0, 2])
})

test('[G13] not paid in time: everybody is as before', async () => {
  await acts.form('one_pays')
  await happen(begin)
  expect(await countsNow()).toEqual([2, 1, 1])
  await acts.wait('grace')
  await happen({ do: 'end overdue', crash: null })
  expect(await countsNow()).toEqual([0, 0, 0])
  await sound()
})

test('[O8, G10] other seats count against whom those did that were let go, one by one; a seat taken again too', async () => {
  await sold()
  await happen({ do: 'change', person: PAYER, release: [1, 2], take: [7, 6] })
  expect(await countsNow()).toEqual([2, 1, 1])
  await happen({ do: 'change', person: PAYER, release: [6], take: [1] })
  await happen({ do: 'cancel', person: PAYER, seat: 7 })
  expect(await countsNow()).toEqual([2, 0, 1])
  await happen({ do: 'cancel', person: PAYER, seat: 1 })
  expect(await countsNow()).toEqual([2, 0, 0])
  // Two for one: the first one's.
  await happen({ do: 'change', person: PAYER, release: [3, 0], take: [8] })
  expect(await countsNow()).toEqual([1, 0, 0])
  await sound()
})

test('[U8, G10] an account that claims a guest has what counted against them, also in the order of a friend', async () => {
  await sold()
  const [account, busy] = [someBuyer(), someBuyer()]
  expect(await claim(account, person(FRIEND))).toEqual([])
  expect(await counts(person(FRIEND), account)).toEqual([0, 1])
  // Above the limit it stays the guest's.
  const own = await storeOrder(db, { performanceId: map.performance.id, seats: [8], userId: busy })
  await deliverOrder(world, own.id)
  expect(await claim(busy, person(HOST))).toEqual([])
  expect(await counts(person(HOST), busy)).toEqual([2, 1])
  // The order itself goes to the friend's account: their own seat is their own order's now.
  expect(await claim(account, person(PAYER))).toHaveLength(1)
  expect(await counts(person(PAYER), account, person(HOST))).toEqual([0, 2, 2])
  expect(await friendsInOrder()).toEqual([person(HOST), null, null, person(HOST)])
  await sound()
})

test('[U8] a hold of the account’s that is too much beside a friend’s seat ends as lost', async () => {
  await sold()
  const account = someBuyer()
  await world.commands.hold(map.target, { buyer: account, seats: [7, 8] })
  await claim(account, person(FRIEND))
  expect(await counts(account)).toEqual([1])
  expect(await world.orders.ownersOf(map.target, [7, 8])).toEqual([null, null])
  await sound()
})

test('[R7, O7] a rebuilt map and the comparison with PostgreSQL count as the orders say', async () => {
  await sold()
  const keys = mapKeys(map.target)
  const compare = { db, orders: world.orders, readMap: (of: MapTarget) => world.commands.readMap(of) }
  await sql`update orders set changed_at = now() - interval '1 minute' where group_id = ${acts.groupId}`.execute(db)
  expect(await compareOrders(compare, map.target)).toBe(0)
  const [[orderId, json] = ['', '']] = Object.entries(await redis.hgetall(keys.orders))
  const { countsFor: _, ...rest } = JSON.parse(json) as { countsFor: unknown }
  await redis.hset(keys.orders, orderId, JSON.stringify(rest))
  expect(await compareOrders(compare, map.target)).toBe(1)
  expect(await countsNow()).toEqual([2, 1, 1])
  expect(await compareOrders(compare, map.target)).toBe(0)
  await sound()
  await redis.del(...Object.values(keys))
  map = await world.reload(map)
  expect(await countsNow()).toEqual([2, 1, 1])
  expect(await compareOrders(compare, map.target)).toBe(0)
  await sound()
})

test('[H8] orders from before the migration: it says whose the seats were', async () => {
  await sold()
  const friends = [person(HOST), null, person(FRIEND), person(HOST)]
  expect(await friendsInOrder()).toEqual(friends)
  await db
    .updateTable('order_seats')
    .set({ counts_for: null })
    .where('performance_id', '=', map.performance.id)
    .execute()
  const text = readFileSync(join(MIGRATIONS_DIRECTORY, '0017_counted_seats.sql'), 'utf8')
  await sql.raw(/^update order_seats[^;]*;/m.exec(text)?.[0] ?? '').execute(db)
  expect(await friendsInOrder()).toEqual(friends)
})
