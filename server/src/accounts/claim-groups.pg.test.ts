import { afterAll, beforeAll, expect, test } from 'vitest'
import { meIn } from '../../test/support/friend.ts'
import { groupWorld, type Person } from '../../test/support/group-world.ts'
import { testRedis } from '../../test/support/redis.ts'
import { TEST_KEYS } from '../../test/support/order-world.ts'
import { storeOrder } from '../../test/support/stored-order.ts'
import type { GroupMap } from '../groups/group-parts.ts'
import { beginning } from '../groups/payment/begin-payment.ts'
import { jointSale } from '../groups/payment/joint-sale.ts'
import { accessTokens } from '../http/authentication.ts'
import { deliverOrder } from '../orders/order-outbox.ts'
import { claimOrders } from './claim-orders.ts'

const redis = await testRedis()
let world: Awaited<ReturnType<typeof groupWorld>>
beforeAll(async () => {
  world = await groupWorld(redis.url)
})
afterAll(() => world?.close())

const tokens = accessTokens('a-secret-for-tests-0123456789-abcdef')
async function claim(account: Person, guest: Person): Promise<string[]> {
  const guestToken = await tokens.issueToken({ userId: guest.userId, role: 'guest', seconds: 60 })
  return await claimOrders(world.db, tokens, { userId: account.userId, guestToken })
}

/** A group of two, and the account that will claim one of them. */
async function party(sale: { maxSeatsPerBuyer: number }, seats?: number[]) {
  const map = await world.sale(sale)
  const { performanceId, groupId, people } = await world.group(map, ['Host', 'Ben'])
  const [host, ben] = people as [Person, Person]
  if (seats !== undefined) await host.does('group:hold', { groupId, seats })
  const sharesNow = async () => (await world.groups.read(map.target, groupId))?.hold?.shares
  return { map, performanceId, groupId, host, ben, account: world.person(), sharesNow }
}

/** As many seats of orders count against the person. */
async function buys(map: GroupMap, { userId }: Person, seats: number[]): Promise<void> {
  const { id } = await storeOrder(world.db, { performanceId: map.performance.id, seats, userId })
  await deliverOrder({ db: world.db, orders: world.orders }, id)
}

test.for(['looks', 'takes a seat'] as const)(
  '[U8, G2] seats that an account holds join the block of the place that it claims, when it first %s',
  async (first) => {
    const { map, performanceId, groupId, host, ben, account, sharesNow } = await party({ maxSeatsPerBuyer: 4 }, [1, 2])
    await world.commands.hold(map.target, { buyer: account.userId, seats: [30, 31] })
    await claim(account, ben)
    if (first === 'takes a seat') await account.does('group:sit', { groupId, seat: 2 })
    const seen = await account.does('group:watch', { performanceId })
    expect([seen.hold?.seats, seen.size, seen.notice]).toEqual([[1, 2, 30, 31], 4, null])
    expect(meIn(seen).seats).toEqual([2, 30, 31])
    expect(await sharesNow()).toEqual({ [host.userId]: 1, [account.userId]: 3 })
    expect(await world.violations(map)).toEqual([])
  },
)

test('[U8, G2] they are the block of a group that has none, and the account’s own', async () => {
  const { map, performanceId, host, ben, account, sharesNow } = await party({ maxSeatsPerBuyer: 4 })
  await world.commands.hold(map.target, { buyer: account.userId, seats: [30, 31] })
  await claim(account, ben)
  const seen = await account.does('group:watch', { performanceId })
  expect([seen.status, seen.hold?.seats, meIn(seen).seats]).toEqual(['held', [30, 31], [30, 31]])
  expect(await sharesNow()).toEqual({ [account.userId]: 2 })
  expect((await host.does('group:watch', { performanceId })).version).toBe(seen.version)
  expect(await world.violations(map)).toEqual([])
})

test('[U8, H8] what is too much for the account is let go, and the group is told', async () => {
  const { map, performanceId, host, ben, account, sharesNow } = await party({ maxSeatsPerBuyer: 2 }, [1, 2])
  await world.commands.hold(map.target, { buyer: account.userId, seats: [30, 31] })
  await claim(account, ben)
  const seen = await host.does('group:watch', { performanceId })
  expect([seen.hold?.seats, seen.notice]).toEqual([[1, 2, 30], 'kept'])
  expect(await sharesNow()).toEqual({ [host.userId]: 1, [account.userId]: 2 })
  const mapNow = await world.commands.readMap(map.target)
  expect([mapNow?.seats[30], mapNow?.seats[31]]).toEqual([1, 0])
  expect(await world.violations(map)).toEqual([])
})

test('[U8, H8] an account that may have no more seats is in, without the guest’s seat; the group can pay', async () => {
  const { map, performanceId, groupId, host, ben, account, sharesNow } = await party({ maxSeatsPerBuyer: 2 }, [1, 2])
  await buys(map, account, [38, 39])
  await claim(account, ben)
  const seen = await account.does('group:watch', { performanceId })
  expect([seen.hold?.seats, meIn(seen).seats, seen.notice]).toEqual([[1, 2], [], 'kept'])
  expect(await sharesNow()).toEqual({ [host.userId]: 2 })
  expect(await account.ask('group:sit', { groupId, seat: 2 })).toMatchObject({ ok: false, code: 'LIMIT_EXCEEDED' })
  expect(await world.violations(map)).toEqual([])
})

test('[U8, H8] where the host may not have it either it is let go; so is a whole block that nobody may have', async () => {
  const { map, performanceId, groupId, host, ben, account } = await party({ maxSeatsPerBuyer: 2 }, [1, 2])
  const busy = world.person()
  await buys(map, account, [38, 39])
  await buys(map, host, [37])
  await claim(account, ben)
  const seen = await account.does('group:watch', { performanceId })
  expect([seen.hold?.seats, seen.notice]).toEqual([[1], 'kept'])
  await buys(map, busy, [35, 36])
  await claim(busy, host)
  expect(await busy.does('group:watch', { performanceId })).toMatchObject({ status: 'forming', hold: null })
  expect(await world.groups.read(map.target, groupId)).toMatchObject({ host: busy.userId, hold: null })
  expect(await world.violations(map)).toEqual([])
})

test('[G7, G10] beginning to pay says who would have too many', async () => {
  const { map, performanceId, groupId, host, ben } = await party({ maxSeatsPerBuyer: 2 }, [1, 2])
  const { memberId } = meIn(await ben.does('group:watch', { performanceId }))
  await buys(map, ben, [36, 37])
  const { db, orders, groups } = world
  const attempt = beginning({ db, orders, keys: TEST_KEYS, groups, jointSale: jointSale() }, map, {
    groupId,
    userId: host.userId,
  })
  const refused = await db
    .transaction()
    .execute((trx) => attempt.begin(trx))
    .catch((fault: unknown) => fault)
  expect(refused).toMatchObject({ code: 'LIMIT_EXCEEDED', facts: { memberId } })
})
