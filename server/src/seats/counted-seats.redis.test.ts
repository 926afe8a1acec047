import { afterAll, beforeAll, expect, test } from 'vitest'
import { testRedis } from '../../test/support/redis.ts'
import { createSeatWorld, HOLD_MS } from '../../test/support/seat-world.ts'
import { auditMap } from '../audit/audit-map.ts'
import { readMapDump } from '../audit/map-dump.ts'
import { connectRedis, untilReady } from '../redis/client.ts'
import type { OrderFacts } from './order-commands.ts'

const groupId = 'band'
const paymentMs = 1_000

const server = await testRedis()
const redis = connectRedis(server.url, 'commands', () => undefined)
beforeAll(() => untilReady(redis, 5_000))
afterAll(() => redis.disconnect())

/** Three friends, at most two seats each; seats 0 to 4 are theirs: two of ann's, the host, two of bob's, one of cem's. */
const friendsAt = { 2: 'bob', 3: 'bob', 4: 'cem' }

async function friendsWorld() {
  const world = await createSeatWorld(redis, { maxSeatsPerBuyer: 2 })
  const { commands, groups, orders, target } = world
  const group = { groupId, host: 'ann', holdMs: HOLD_MS }
  const members = (version: number, ...people: string[]) =>
    groups.setMembers(target, { ...group, version, members: people })
  await members(1, 'ann', 'bob', 'cem')
  const facts = (of: Partial<OrderFacts> = {}): OrderFacts => ({
    orderId: 'all',
    buyer: 'ann',
    status: 'paid',
    live: [0, 1, 2, 3, 4],
    gone: [],
    countsFor: friendsAt,
    remainingMs: 0,
    ...of,
  })
  return {
    ...world,
    members,
    /** The group's block becomes one order of ann's, as PostgreSQL would have it. */
    async orderAll(seats = [0, 1, 2, 3, 4], countsFor: Record<number, string> = friendsAt, orderId = 'all') {
      await groups.holdBlock(target, {
        groupId,
        candidates: [{ seats, assigned: countsFor }],
        holdMs: HOLD_MS,
        buyer: 'ann',
      })
      const holdId = (await groups.read(target, groupId))?.hold?.holdId ?? ''
      return await groups.order(target, {
        groupId,
        holdId,
        orders: [{ orderId, buyer: 'ann', seats, countsFor }],
        paymentMs,
      })
    },
    /** Sold, and nobody is in the group any more. */
    async sell() {
      await orders.settleOrder(target, facts())
      await members(2)
    },
    settle: (of: Partial<OrderFacts> = {}) => orders.settleOrder(target, facts(of)),
    holdAlone: (buyer: string, ...seats: number[]) => commands.hold(target, { buyer, seats }),
    counts: async () => {
      const { buyers } = await world.contents()
      const people = Object.entries(buyers as Record<string, { ordered: number }>).filter(
        ([name]) => !name.startsWith('g_'),
      )
      return Object.fromEntries(
        people.map(([name, { ordered }]) => [name, ordered]).filter(([, ordered]) => ordered !== 0),
      )
    },
    async expectSound() {
      const dump = await readMapDump(redis, target)
      if (dump === undefined) throw new Error('there is no map')
      expect(auditMap({ ...dump, nowMs: 0 }).filter(({ count }) => count > 0)).toEqual([])
    },
  }
}

const LIMIT_EXCEEDED = { ok: false, code: 'LIMIT_EXCEEDED' }

test('[H8, G10] in one order for all each seat goes on counting against the member whose it was', async () => {
  const world = await friendsWorld()
  expect(await world.orderAll()).toMatchObject({ ok: true })
  expect(await world.counts()).toEqual({ ann: 2, bob: 2, cem: 1 })
  await world.sell()
  expect(await world.counts()).toEqual({ ann: 2, bob: 2, cem: 1 })
  expect(await world.holdAlone('ann', 9)).toEqual(LIMIT_EXCEEDED)
  expect(await world.holdAlone('bob', 9)).toEqual(LIMIT_EXCEEDED)
  expect(await world.holdAlone('cem', 8, 9)).toEqual(LIMIT_EXCEEDED)
  expect(await world.holdAlone('cem', 9)).toMatchObject({ ok: true })
  await world.expectSound()
})

test('[H8, G10] whom an order would take above the limit, it is not placed for; others may pay for new friends', async () => {
  const world = await friendsWorld()
  await world.orderAll()
  expect(await world.orderAll([7, 8], { 7: 'bob', 8: 'cem' }, 'more')).toEqual({ ok: false, code: 'NO_HOLD' })
  await world.members(2, 'ann', 'bob', 'cem', 'dan')
  expect(await world.orderAll([7, 8], { 7: 'dan', 8: 'dan' }, 'more')).toMatchObject({ ok: true })
  expect(await world.counts()).toEqual({ ann: 2, bob: 2, cem: 1, dan: 2 })
  await world.expectSound()
})

test('[H8, O11] seats that are given back, one or all, free whom they counted against', async () => {
  const world = await friendsWorld()
  await world.orderAll()
  await world.sell()
  await world.settle({ live: [0, 1, 3], gone: [2, 4], countsFor: { 3: 'bob' } })
  expect(await world.counts()).toEqual({ ann: 2, bob: 1 })
  expect(await world.holdAlone('bob', 9)).toMatchObject({ ok: true })
  await world.settle({ status: 'refund_due', live: [], gone: [0, 1, 2, 3, 4], countsFor: {} })
  expect(await world.counts()).toEqual({})
  expect(await world.holdAlone('ann', 0, 1)).toMatchObject({ ok: true })
  await world.expectSound()
})

test('[O2] PostgreSQL does not have the order: the seats are the group’s again, each its member’s', async () => {
  const world = await friendsWorld()
  await world.orderAll()
  expect(await world.orders.returnOrder(world.target, 'all')).toMatchObject({ ok: true, outcome: 'held' })
  expect(await world.counts()).toEqual({})
  expect((await world.groups.read(world.target, groupId))?.hold).toMatchObject({ shares: { ann: 2, bob: 2, cem: 1 } })
  await world.expectSound()
})

test('[O8] seats taken in a change count as the change says, at once; those that do not come are nobody’s', async () => {
  const world = await friendsWorld()
  await world.orderAll()
  await world.sell()
  const live = [0, 1, 2, 3, 4]
  const change = { buyer: 'ann', orderId: 'all', status: 'paid', live, had: live, remainingMs: 0 } as const
  await world.orders.takeSeats(world.target, { ...change, take: [7, 8], countsFor: { 7: 'bob' } })
  expect(await world.counts()).toEqual({ ann: 3, bob: 3, cem: 1 })
  await world.settle()
  expect(await world.counts()).toEqual({ ann: 2, bob: 2, cem: 1 })
  await world.orders.takeSeats(world.target, { ...change, take: [8, 7], countsFor: { 8: 'bob' } })
  await world.settle({ live: [0, 2, 4, 7, 8], gone: [1, 3], countsFor: { 2: 'bob', 4: 'cem', 8: 'bob' } })
  expect(await world.counts()).toEqual({ ann: 2, bob: 2, cem: 1 })
  await world.expectSound()
})

test('[O8] a seat of the payer’s own hold may become a friend’s, and is the hold’s again when nothing comes of it', async () => {
  const world = await friendsWorld()
  await world.orderAll([0, 2, 3], { 2: 'bob', 3: 'bob' })
  const sold = { live: [0, 2, 3], countsFor: { 2: 'bob', 3: 'bob' } }
  await world.settle(sold)
  await world.members(2)
  await world.holdAlone('ann', 9)
  const change = { buyer: 'ann', orderId: 'all', status: 'paid', had: [0, 2, 3], remainingMs: 0 } as const
  await world.orders.takeSeats(world.target, { ...change, live: sold.live, take: [9], countsFor: { 9: 'bob' } })
  expect(await world.counts()).toEqual({ ann: 1, bob: 3 })
  await world.settle(sold)
  expect(await world.counts()).toEqual({ ann: 1, bob: 2 })
  expect((await world.contents()).buyers['ann']).toMatchObject({ held: 1, ordered: 1 })
  await world.expectSound()
})

test('[U8] an account that claims a guest counts their seats, also in a friend’s order; a hold that is too much is lost', async () => {
  const world = await friendsWorld()
  await world.orderAll()
  await world.sell()
  await world.holdAlone('dan', 8, 9)
  await world.settle({ countsFor: { ...friendsAt, 2: 'dan', 3: 'dan' } })
  expect(await world.counts()).toEqual({ ann: 2, cem: 1, dan: 2 })
  expect(await world.seats()).toBe('3333300000')
  // Ann's are eve's now, and the friends' stay the friends'.
  await world.settle({ buyer: 'eve', countsFor: { ...friendsAt, 2: 'dan', 3: 'dan' } })
  expect(await world.counts()).toEqual({ cem: 1, dan: 2, eve: 2 })
  await world.expectSound()
})

test('[R7] a new epoch counts as PostgreSQL does, and as the orders do that are being written down', async () => {
  const world = await friendsWorld()
  await world.orderAll([0, 1, 2], { 2: 'bob' })
  const target = { ...world.target, epoch: 2 }
  const sold = {
    id: 'sold',
    buyer: 'dan',
    status: 'paid',
    seats: [5, 6],
    remainingMs: 0,
    countsFor: { 6: 'bob' },
  } as const
  const facts = { status: 'on_sale', opensAtMs: 0, holdMs: HOLD_MS, maxSeatsPerBuyer: 2 } as const
  await world.commands.loadMap(target, { facts, seatCount: 10, blockedSeats: [], holds: [], orders: [sold] })
  expect(await world.counts()).toEqual({ ann: 2, bob: 2, dan: 1 })
  expect(await world.commands.hold(target, { buyer: 'bob', seats: [9] })).toEqual(LIMIT_EXCEEDED)
  const map = await world.commands.readMap(target)
  expect(map?.orders.find(({ orderId }) => orderId === 'sold')).toMatchObject({ countsFor: { 6: 'bob' } })
})

test('[O7] a count that is wrong is what the orders have of everybody; a seat that another order has counts for it alone', async () => {
  const world = await friendsWorld()
  await world.orderAll()
  await redis.hset(world.keys.buyers, 'bob', '{"holdId":"","held":0,"ordered":7}')
  await redis.hdel(world.keys.buyers, 'cem')
  expect(await world.orders.recountOrdered(world.target, ['ann', 'bob', 'cem'])).toBe(2)
  expect(await world.counts()).toEqual({ ann: 2, bob: 2, cem: 1 })
  await world.settle({ orderId: 'other', buyer: 'eve', live: [3], countsFor: {} })
  expect(await world.counts()).toEqual({ ann: 2, bob: 1, cem: 1, eve: 1 })
})

test('[H8] whoever has too many seats of others’ orders is found by the audit', async () => {
  const world = await friendsWorld()
  await world.orderAll()
  await world.sell()
  await world.settle({ orderId: 'other', buyer: 'eve', live: [9], countsFor: { 9: 'bob' } })
  const dump = await readMapDump(redis, world.target)
  const found = dump === undefined ? [] : auditMap(dump).flatMap(({ found: each }) => each)
  expect(found).toEqual(['buyer bob has 0 held and 3 ordered seats, allowed are 2'])
})
