import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { accessTokens } from '../src/http/authentication.ts'
import { becomeGuest, fetchSnapshot } from './support/buyer.ts'
import { type Cluster, startCluster, TEST_PARTITIONS } from './support/cluster.ts'
import { codesOf, type Friend, friendOn, meIn, named } from './support/friend.ts'
import { createTestSale, type TestSale } from './support/test-sale.ts'

/** What development starts with. */
const TOKEN_SECRET = 'development-only-token-secret-0123456789'

let cluster: Cluster
const friends: Friend[] = []

beforeAll(async () => {
  cluster = await startCluster({ nodes: 2, workers: 1, schedulers: 1 })
})
afterEach(() => {
  for (const friend of friends.splice(0)) friend.close()
})
afterAll(async () => {
  await cluster?.stop()
})

const onNode = async (node: number, guest?: Parameters<typeof friendOn>[1]): Promise<Friend> => {
  const friend = await friendOn(cluster.origin(node), guest)
  friends.push(friend)
  return friend
}
const aSale = (sale: TestSale = {}) =>
  createTestSale(cluster.databaseUrl, TEST_PARTITIONS, { rows: 6, seatsPerRow: 12, ...sale })
const create = (host: Friend, performanceId: string, size = 3) =>
  host.does('group:create', { performanceId, size, rule: 'each_pays', name: 'Host' })
const heldSeats = async (performanceId: string) => {
  const { seats } = await fetchSnapshot(cluster.origin(0), performanceId)
  return seats.split('').flatMap((status, seat) => (status === '1' ? [seat] : []))
}
const isFree = (performanceId: string) =>
  expect.poll(() => heldSeats(performanceId), { timeout: 10_000, interval: 100 }).toEqual([])

test('[G2] formed before the opening, joined by link and code on another node, on two devices, held at the opening', async () => {
  const performanceId = await aSale({ status: 'scheduled', onSaleAt: new Date(Date.now() + 86_400_000) })
  const host = await onNode(0)
  const formed = await create(host, performanceId)
  expect(formed).toMatchObject({
    status: 'forming',
    size: 3,
    rule: 'each_pays',
    hold: null,
    payment: null,
    notice: null,
  })
  expect(formed.members).toMatchObject([
    { name: 'Host', isHost: true, isMe: true, online: true, seats: [], share: 'none' },
  ])
  const { link, code } = codesOf(formed)
  expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/)
  expect(Buffer.from(link, 'base64url').length).toBeGreaterThanOrEqual(16)

  const ben = await onNode(1)
  await ben.does('group:join', { code: link, name: 'Ben' })
  const cleo = await onNode(1)
  // Typed on a phone: any case, no hyphen, no name.
  const joined = await cleo.does('group:join', { code: ` ${code.replace('-', '').toLowerCase()}` })
  expect(joined.members.map(({ name }) => name)).toEqual(['Host', 'Ben', '#3'])
  expect(await cleo.does('group:update', { groupId: formed.groupId, name: 'Cleo' })).toBeTruthy()
  const cleosPhone = await onNode(0, cleo)
  expect((await cleosPhone.does('group:join', { code: link, name: 'Other' })).members).toHaveLength(3)
  await host.sees('all three', performanceId, (group) => group.members.some(({ name }) => name === 'Cleo'))
  expect(await host.ask('group:create', { performanceId, size: 2, rule: 'one_pays', name: 'Host' })).toMatchObject({
    ok: false,
    code: 'IN_GROUP',
    groupId: formed.groupId,
  })
  expect(await ben.ask('seats:hold', { performanceId, seats: [1] })).toMatchObject({ ok: false, code: 'IN_GROUP' })
  const { groupId } = formed
  expect(await ben.ask('group:hold', { groupId })).toMatchObject({ ok: false, code: 'NOT_ON_SALE' })

  await openSale(performanceId)
  const held = await host.does('group:hold', { groupId, requestId: 'once' })
  expect(held).toMatchObject({ status: 'held', hold: { shape: 'row', mayExtend: true } })
  expect(held.hold?.seats).toHaveLength(3)
  expect(held.hold?.expiresInMs).toBeGreaterThan(460_000)
  expect(held.members.map(({ seats, share, amount }) => [seats.length, share, amount])).toEqual(
    held.members.map(() => [1, 'open', 1_000]),
  )
  // [H9] A repeat of the request takes no other block.
  expect((await host.does('group:hold', { groupId, requestId: 'once' })).hold?.seats).toEqual(held.hold?.seats)
  for (const friend of [ben, cleo, cleosPhone])
    await friend.sees('the block', performanceId, (group) => group.hold?.holdId === held.hold?.holdId)
  expect(await heldSeats(performanceId)).toEqual(held.hold?.seats)
}, 60_000)

test('[G6, G7] own seats become the group’s; sit, swap, assign; who joins gets a seat beside, who leaves gives it up', async () => {
  const performanceId = await aSale()
  const host = await onNode(0)
  expect(await host.ask('seats:hold', { performanceId, seats: [26, 27, 28] })).toMatchObject({ ok: true })
  const formed = await create(host, performanceId, 2)
  const { groupId } = formed
  expect(formed).toMatchObject({ status: 'held', size: 3, hold: { seats: [26, 27, 28] } })
  expect(meIn(formed).seats).toEqual([26])

  const { link } = codesOf(formed)
  const ben = await onNode(1)
  const withBen = await ben.does('group:join', { code: link, name: 'Ben' })
  expect(meIn(withBen).seats).toEqual([27])
  const sat = await ben.does('group:sit', { groupId, seat: 28 })
  expect(meIn(sat).seats).toEqual([28])

  // Ben asks for the host's seat; the host says yes.
  const asked = await ben.does('group:sit', { groupId, seat: 26 })
  expect(meIn(asked).seats).toEqual([28])
  const asking = await host.sees('the question', performanceId, (group) => named(group, 'Ben').asksForMySeat)
  const swapped = await host.does('group:swap', { groupId, memberId: named(asking, 'Ben').memberId, accept: true })
  expect([meIn(swapped).seats, named(swapped, 'Ben').seats]).toEqual([[28], [26]])
  expect(named(swapped, 'Ben').asksForMySeat).toBe(false)
  expect(
    await host.ask('group:swap', { groupId, memberId: named(asking, 'Ben').memberId, accept: true }),
  ).toMatchObject({ code: 'NOT_FOUND' })

  expect(await ben.ask('group:assign', { groupId, memberId: null, seat: 26 })).toMatchObject({ code: 'FORBIDDEN' })
  const assigned = await host.does('group:assign', { groupId, memberId: meIn(swapped).memberId, seat: 26 })
  expect([meIn(assigned).seats, named(assigned, 'Ben').seats]).toEqual([[26], [28]])

  const cleo = await onNode(1)
  expect(meIn(await cleo.does('group:join', { code: link, name: 'Cleo' })).seats).toEqual([27])
  const dan = await onNode(0)
  const grown = await dan.does('group:join', { code: link, name: 'Dan' })
  expect(grown).toMatchObject({ size: 4, notice: null, hold: { shape: 'row' } })
  expect([[25], [29]]).toContainEqual(meIn(grown).seats)

  // Cleo sits in the middle: the block stays one.
  expect(await cleo.ask('group:leave', { groupId })).toMatchObject({ ok: true, group: null })
  expect(await cleo.look(performanceId)).toBeNull()
  const smaller = await host.sees('Cleo has left', performanceId, (group) => group.members.length === 3)
  expect(smaller.hold).toMatchObject({ shape: 'row' })
  expect(smaller.hold?.seats).toHaveLength(3)
  expect(smaller.members.map(({ seats }) => seats.length)).toEqual([1, 1, 1])

  // Removed: out at once, and the same code does not lead back.
  const { memberId } = named(smaller, 'Ben')
  await host.does('group:remove', { groupId, memberId })
  await ben.isGone(groupId)
  expect(await ben.look(performanceId)).toBeNull()
  expect(await ben.ask('group:sit', { groupId, seat: 26 })).toMatchObject({ code: 'NOT_FOUND' })
  expect(await ben.ask('group:join', { code: link, name: 'Ben' })).toMatchObject({ code: 'NOT_FOUND' })
  const renewed = await host.does('group:renew', { groupId })
  expect(await dan.ask('group:join', { code: link })).toMatchObject({ code: 'NOT_FOUND' })
  expect(meIn(await ben.does('group:join', { code: codesOf(renewed).code })).seats).toHaveLength(1)
  expect((await host.does('group:renew', { groupId, open: false })).invitation).toBeNull()
  expect(await cleo.ask('group:join', { code: codesOf(renewed).link })).toMatchObject({ code: 'NOT_FOUND' })
  // Who is in still finds the group by its link.
  await ben.does('group:join', { code: codesOf(renewed).link })

  // The host's leaving ends it.
  expect(await host.ask('group:leave', { groupId })).toMatchObject({ ok: true, group: null })
  await ben.sees('the end', performanceId, (group) => group.status === 'ended')
  await isFree(performanceId)
  expect(await ben.ask('seats:hold', { performanceId, seats: [26] })).toMatchObject({ ok: true })
}, 60_000)

test('[G3] one clock, one extension; at its end all seats are free and everybody is told, and the group may hold again', async () => {
  const performanceId = await aSale({ groupHoldSeconds: 4 })
  const host = await onNode(0)
  const { groupId, ...formed } = await create(host, performanceId, 2)
  const ben = await onNode(1)
  await ben.does('group:join', { code: codesOf({ groupId, ...formed }).code, name: 'Ben' })
  expect(await ben.ask('group:extend', { groupId })).toMatchObject({ code: 'NO_HOLD' })
  const held = await ben.does('group:hold', { groupId })
  const another = await host.does('group:hold', { groupId })
  expect(another.hold?.seats).not.toEqual(held.hold?.seats)
  expect(another.hold?.expiresInMs).toBeLessThanOrEqual(held.hold?.expiresInMs ?? 0)
  const extended = await ben.does('group:extend', { groupId })
  expect(extended.hold?.expiresInMs).toBeGreaterThan(4_000)
  expect(extended.hold?.mayExtend).toBe(false)
  expect(await host.ask('group:extend', { groupId })).toMatchObject({ code: 'LIMIT_EXCEEDED' })

  for (const friend of [host, ben]) {
    const ended = await friend.sees('the end', performanceId, (group) => group.notice === 'hold_expired')
    expect(ended).toMatchObject({ status: 'forming', hold: null })
    expect(ended.members.map(({ seats }) => seats)).toEqual([[], []])
  }
  await isFree(performanceId)
  const again = await ben.does('group:hold', { groupId, seats: [40, 41] })
  expect(again).toMatchObject({ status: 'held', notice: null, hold: { seats: [40, 41], mayExtend: true } })
  expect((await host.does('group:release', { groupId })).hold).toBeNull()
  await isFree(performanceId)
}, 60_000)

test('a node dies: everything is there again on the other; who leaves is away, whatever device they came with', async () => {
  const performanceId = await aSale()
  const host = await onNode(0)
  const formed = await create(host, performanceId, 2)
  const { groupId } = formed
  const guest = await becomeGuest(cluster.origin(1))
  const ben = await onNode(1, guest)
  await ben.does('group:join', { code: codesOf(formed).link, name: 'Ben' })
  const held = await ben.does('group:hold', { groupId })
  await cluster.nodes[1]?.kill()
  const bensPhone = await onNode(0, guest)
  const there = await bensPhone.look(performanceId)
  expect(there).toMatchObject({ groupId, status: 'held', hold: { holdId: held.hold?.holdId, seats: held.hold?.seats } })
  expect(there?.members.map(({ name, seats, online }) => [name, seats.length, online])).toEqual([
    ['Host', 1, true],
    ['Ben', 1, true],
  ])
  bensPhone.close()
  await host.sees('Ben is away', performanceId, (group) => !named(group, 'Ben').online)
}, 60_000)

/** As an organiser would: the sale opens now. */
async function openSale(performanceId: string): Promise<void> {
  const token = await accessTokens(TOKEN_SECRET).issueToken({ userId: randomUUID(), role: 'organiser', seconds: 60 })
  const response = await fetch(`${cluster.origin(1)}/api/performances/${performanceId}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ status: 'on_sale' }),
  })
  expect(response.status, await response.text()).toBe(200)
}
