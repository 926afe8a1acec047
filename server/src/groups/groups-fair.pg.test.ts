import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { meIn } from '../../test/support/friend.ts'
import { groupWorld, type Person } from '../../test/support/group-world.ts'
import { accessTokens } from '../http/authentication.ts'
import { claimOrders } from '../accounts/claim-orders.ts'
import { testRedis } from '../../test/support/redis.ts'
import { storeOrder } from '../../test/support/stored-order.ts'

const redis = await testRedis()
let world: Awaited<ReturnType<typeof groupWorld>>
beforeAll(async () => {
  world = await groupWorld(redis.url)
})
afterEach(() => {
  vi.restoreAllMocks()
  delete world.faults.meanwhile
})
afterAll(() => world?.close())

test('[G7] who may have no more seats does not come in, and stops nobody', async () => {
  const map = await world.sale({ maxSeatsPerBuyer: 2 })
  const { performanceId, groupId, code, people } = await world.group(map, ['Host', 'Ben'])
  const rich = world.person()
  await storeOrder(world.db, { performanceId, seats: [38, 39], userId: rich.userId })
  expect(await rich.ask('group:join', { code })).toEqual({ ok: false, code: 'LIMIT_EXCEEDED' })
  expect(await rich.ask('group:watch', { performanceId })).toEqual({ ok: true, group: null })
  const [host] = people as [Person]
  expect((await host.does('group:hold', { groupId })).hold?.seats).toHaveLength(2)
})

test('[G8] a member who was removed does not come back as somebody else', async () => {
  const map = await world.sale()
  const { performanceId, groupId, code, people } = await world.group(map, ['Host', 'Ben'])
  const [host, ben] = people as [Person, Person]
  const { memberId } = meIn(await ben.does('group:watch', { performanceId }))
  const after = await host.does('group:remove', { groupId, memberId })
  expect(after.invitation?.code).not.toBe(code)
  for (const one of [ben, world.person()])
    expect(await one.ask('group:join', { code })).toEqual({ ok: false, code: 'NOT_FOUND' })
  const cleo = world.person()
  const joined = await cleo.does('group:join', { code: after.invitation?.code ?? '' })
  // A door that is shut stays shut.
  await host.does('group:renew', { groupId, open: false })
  expect(await host.does('group:remove', { groupId, memberId: meIn(joined).memberId })).toMatchObject({
    invitation: null,
  })
})

test('[H9] leaving that is repeated is done, for who did it alone', async () => {
  const map = await world.sale()
  const { groupId, people } = await world.group(map, ['Host', 'Ben'])
  const [host, ben] = people as [Person, Person]
  for (let time = 0; time < 2; time += 1)
    expect(await ben.ask('group:leave', { groupId, requestId: 'away' })).toEqual({ ok: true, group: null })
  expect(await ben.ask('group:leave', { groupId, requestId: 'other' })).toEqual({ ok: false, code: 'NOT_FOUND' })
  expect(await ben.ask('group:extend', { groupId, requestId: 'away' })).toEqual({ ok: false, code: 'NOT_FOUND' })
  const stranger = world.person()
  expect(await stranger.ask('group:leave', { groupId, requestId: 'away' })).toEqual({ ok: false, code: 'NOT_FOUND' })
  for (let time = 0; time < 2; time += 1)
    expect(await host.ask('group:leave', { groupId, requestId: 'end' })).toEqual({ ok: true, group: null })
})

test('once the performance has begun nobody makes a group for it or takes seats', async () => {
  const map = await world.sale()
  const { performanceId, groupId, people } = await world.group(map, ['Host', 'Ben'])
  vi.spyOn(Date, 'now').mockReturnValue(map.performance.startsAt.getTime())
  const notOnSale = { ok: false, code: 'NOT_ON_SALE' }
  const wish = { performanceId, size: 2, rule: 'one_pays', name: 'Late' } as const
  expect(await world.person().ask('group:create', wish)).toEqual(notOnSale)
  expect(await people[0]?.ask('group:hold', { groupId })).toEqual(notOnSale)
  // A stranger does not learn of it.
  expect(await world.person().ask('group:hold', { groupId })).toEqual({ ok: false, code: 'NOT_FOUND' })
})

test('[U8] who signs in to their account stays in their group, with their seat; as its host, too', async () => {
  const map = await world.sale()
  const { performanceId, groupId, people } = await world.group(map, ['Host', 'Ben'])
  const [host, ben] = people as [Person, Person]
  await host.does('group:hold', { groupId, seats: [1, 2] })
  const tokens = accessTokens('a-secret-for-tests-0123456789-abcdef')
  const signIn = async (guest: Person): Promise<Person> => {
    const account = world.person()
    const guestToken = await tokens.issueToken({ userId: guest.userId, role: 'guest', seconds: 60 })
    await claimOrders(world.db, tokens, { userId: account.userId, guestToken })
    return account
  }
  const before = await ben.does('group:watch', { performanceId })
  const account = await signIn(ben)
  const after = await account.does('group:watch', { performanceId })
  expect([after.groupId, meIn(after).seats, meIn(after).name]).toEqual([groupId, meIn(before).seats, 'Ben'])
  expect(await ben.ask('group:watch', { performanceId })).toEqual({ ok: true, group: null })
  const hosts = await signIn(host)
  expect(meIn(await hosts.does('group:watch', { performanceId }))).toMatchObject({ isHost: true, seats: [1] })
  expect(await world.groups.read(map.target, groupId)).toMatchObject({
    host: hosts.userId,
    hold: { seats: [1, 2], shares: { [account.userId]: 1, [hosts.userId]: 1 } },
  })
  // Who is in another group of the performance is in one still.
  const other = await world.group(map, ['Other'])
  const second = world.person()
  await second.does('group:join', { code: other.code })
  const guestToken = await tokens.issueToken({ userId: second.userId, role: 'guest', seconds: 60 })
  await claimOrders(world.db, tokens, { userId: account.userId, guestToken })
  expect((await account.does('group:watch', { performanceId })).groupId).toBe(groupId)
  expect((await second.does('group:watch', { performanceId })).groupId).toBe(other.groupId)
  expect(await world.violations(map)).toEqual([])
})

test('[G4, G6] who joins in a rush gets a seat when the one beside was just taken', async () => {
  const map = await world.sale({ rows: 1, seatsPerRow: 4 })
  const { groupId, code, people } = await world.group(map, ['Host', 'Ben'])
  await people[0]?.does('group:hold', { groupId, seats: [1, 2] })
  const [here, there] = [randomUUID(), randomUUID()]
  await world.commands.hold(map.target, { buyer: there, seats: [3] })
  // The one candidate, seat 0, is gone when it is asked for; seat 3 is free by then.
  world.faults.meanwhile = async () => {
    await world.commands.hold(map.target, { buyer: here, seats: [0] })
    await world.commands.release(map.target, { buyer: there })
  }
  const joined = await world.person().does('group:join', { code })
  expect([joined.notice, joined.hold?.seats, meIn(joined).seats]).toEqual([null, [1, 2, 3], [3]])
  expect(await world.violations(map)).toEqual([])
})

test('nobody in a group is called as somebody else is, whether they join or are called anew', async () => {
  const map = await world.sale()
  const { performanceId, groupId, code, people } = await world.group(map, ['Host', 'Ben', 'Ben'])
  const [host, , other] = people as [Person, Person, Person]
  const namesNow = async () => (await host.does('group:watch', { performanceId })).members.map(({ name }) => name)
  await world.person().does('group:join', { code, name: 'HOST' })
  expect(await namesNow()).toEqual(['Host', 'Ben', 'Ben 2', 'HOST 2'])
  await other.does('group:update', { groupId, name: 'Host' })
  expect(await namesNow()).toEqual(['Host', 'Ben', 'Host 3', 'HOST 2'])
  // One's own name may be said again.
  await host.does('group:update', { groupId, name: 'host' })
  expect((await namesNow())[0]).toBe('host')
})
