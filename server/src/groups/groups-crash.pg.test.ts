import type { GroupView } from '@seatcast/shared/protocol/group.ts'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { groupWorld, type Person } from '../../test/support/group-world.ts'
import { testRedis } from '../../test/support/redis.ts'
import { GroupComparison } from './compare-groups.ts'

const redis = await testRedis()
let world: Awaited<ReturnType<typeof groupWorld>>
beforeAll(async () => {
  world = await groupWorld(redis.url)
})
afterEach(() => {
  delete world.faults.after
  world.pushed.length = 0
})
afterAll(() => world?.close())

/** A group with a seat for each from seat 1 on. */
async function seated(names: readonly string[], sale = {}) {
  const map = await world.sale(sale)
  const { groupId, performanceId, people } = await world.group(map, names)
  const [host, ben] = people as [Person, Person]
  await host.does('group:hold', { groupId, seats: names.map((_, place) => place + 1) })
  world.pushed.length = 0
  return { map, groupId, performanceId, people, host, ben }
}

/** The process dies after Redis took the block and before PostgreSQL has it. */
async function dying(command: Promise<unknown>): Promise<void> {
  await expect(command).rejects.toThrow('died')
  delete world.faults.after
}

const seats = (group: GroupView) => group.members.map((member) => member.seats)

test('[G1, G7] another block of which PostgreSQL was not told: everybody sits in it, is told, and it counts against each', async () => {
  const { map, groupId, performanceId, people, host, ben } = await seated(['Host', 'Ben', 'Cleo'])
  world.faults.after = new Error('died')
  await dying(host.ask('group:hold', { groupId, seats: [11, 12, 13] }))
  expect(new Set((await world.violations(map)).map((one) => one.split(':')[0]))).toEqual(new Set(['group_seats']))
  const seen = await ben.does('group:watch', { performanceId })
  expect([seats(seen), seen.hold?.seats, seen.notice]).toEqual([[[11], [12], [13]], [11, 12, 13], 'moved'])
  const toldOf = world.pushed.filter(({ change }) => change.groupId === groupId)
  expect(toldOf.map(({ change }) => change.version)).toEqual([seen.version])
  expect((await world.groups.read(map.target, groupId))?.hold?.shares).toEqual(
    Object.fromEntries(people.map(({ userId }) => [userId, 1])),
  )
  expect(await world.violations(map)).toEqual([])
})

test('[G7] the comparison finds it too, at its second look, though nobody looks at the group', async () => {
  const { map, groupId, performanceId, host } = await seated(['Host', 'Ben', 'Cleo'])
  const needs = { db: world.db, groups: world.groups, tell: world.news.tell, open: () => Promise.resolve(map) }
  const comparison = new GroupComparison(needs)
  expect(await comparison.look([performanceId])).toBe(0)
  world.faults.after = new Error('died')
  await dying(host.ask('group:hold', { groupId, seats: [11, 12, 13] }))
  expect(await comparison.look([performanceId])).toBe(0)
  expect(await comparison.look([performanceId])).toBe(1)
  expect(world.pushed.filter(({ change }) => change.groupId === groupId)).toHaveLength(1)
  expect(await world.violations(map)).toEqual([])
  expect(await comparison.look([performanceId])).toBe(0)
})

test('[G6] who left in a process that died is out when they ask again; nobody else lost a seat', async () => {
  const { map, groupId, performanceId, host, ben } = await seated(['Host', 'Ben', 'Cleo', 'Dee'])
  const leave = { groupId, requestId: 'leave-once' }
  world.faults.after = new Error('died')
  await dying(ben.ask('group:leave', leave))
  expect(await ben.ask('group:leave', leave)).toEqual({ ok: true, group: null })
  const seen = await host.does('group:watch', { performanceId })
  expect([seats(seen), seen.hold?.seats, seen.size]).toEqual([[[1], [3], [2]], [1, 2, 3], 3])
  expect(await world.violations(map)).toEqual([])
})

test('[G6] who never asks again is in without a seat, and the group is told that it has too few', async () => {
  const { map, groupId, performanceId, host, ben } = await seated(['Host', 'Ben', 'Cleo', 'Dee'])
  world.faults.after = new Error('died')
  await dying(ben.ask('group:leave', { groupId }))
  const seen = await host.does('group:watch', { performanceId })
  expect([seats(seen), seen.notice]).toEqual([[[1], [], [3], [2]], 'kept'])
  // Who joins or chooses a block makes up for it.
  const again = await host.does('group:hold', { groupId, seats: [11, 12, 13, 14] })
  expect([seats(again).flat().length, again.notice]).toEqual([4, null])
  expect(await world.violations(map)).toEqual([])
})

test('[G6] who joins after it sits beside friends who have their seats', async () => {
  const { map, groupId, performanceId, host } = await seated(['Host', 'Ben'])
  const { invitation } = await host.does('group:watch', { performanceId })
  world.faults.after = new Error('died')
  await dying(host.ask('group:hold', { groupId, seats: [11, 12] }))
  const joined = await world.person().does('group:join', { code: invitation?.code ?? '' })
  expect(seats(joined).slice(0, 2)).toEqual([[11], [12]])
  expect(seats(joined)[2]).toHaveLength(1)
  expect(await world.violations(map)).toEqual([])
})

test('[G7] a seat that changed hands in Redis alone is whose it was', async () => {
  const { map, groupId, performanceId, host, ben } = await seated(['Host', 'Ben'])
  world.faults.after = new Error('died')
  await dying(ben.ask('group:sit', { groupId, seat: null }))
  const seen = await host.does('group:watch', { performanceId })
  expect([seats(seen), seen.notice]).toEqual([[[1], [2]], null])
  expect(await world.violations(map)).toEqual([])
})
