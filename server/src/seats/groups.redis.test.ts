import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testRedis } from '../../test/support/redis.ts'
import { createSeatWorld, HOLD_MS, type SeatWorld } from '../../test/support/seat-world.ts'
import { auditMap } from '../audit/audit-map.ts'
import { readMapDump } from '../audit/map-dump.ts'
import { connectRedis, untilReady } from '../redis/client.ts'
import type { SeatAssignment } from './group-answer.ts'
import { holderOf } from './group-commands.ts'

const GROUP_HOLD_MS = 40_000
const groupId = 'band'

const server = await testRedis()
const redis = connectRedis(server.url, 'commands', () => undefined)
beforeAll(() => untilReady(redis, 5_000))
afterAll(() => redis.disconnect())

/** A map of ten seats on which ann, bob and cem are a group. */
async function groupWorld(facts: Parameters<typeof createSeatWorld>[1] = {}) {
  const world = await createSeatWorld(redis, facts)
  const { groups, target } = world
  const people = (...members: string[]) => ({ groupId, host: 'ann', members, holdMs: GROUP_HOLD_MS })
  await groups.setMembers(target, { ...people('ann', 'bob', 'cem'), version: 1 })
  return {
    ...world,
    members: (version: number, ...members: string[]) => groups.setMembers(target, { ...people(...members), version }),
    hold: (blocks: readonly (readonly [number[], SeatAssignment?])[], more: object = {}) =>
      groups.holdBlock(target, {
        groupId,
        candidates: blocks.map(([seats, assigned = {}]) => ({ seats, assigned })),
        holdMs: GROUP_HOLD_MS,
        buyer: 'ann',
        ...more,
      }),
    buyer: async (name: string) => (await world.contents()).buyers[name],
  }
}

/** Nothing that the audit looks at is wrong. */
async function expectSound({ target }: Pick<SeatWorld, 'target'>): Promise<void> {
  const dump = await readMapDump(redis, target)
  if (dump === undefined) throw new Error('there is no map')
  const wrong = auditMap({ ...dump, nowMs: 0 }).filter(({ count }) => count > 0)
  expect(wrong).toEqual([])
}

describe('who is in', () => {
  test('[G2] a member neither holds nor orders alone; who left does', async () => {
    const world = await groupWorld()
    const { commands, orders, target } = world
    const inGroup = { ok: false, code: 'IN_GROUP', groupId }
    expect(await commands.hold(target, { buyer: 'bob', seats: [1] })).toEqual(inGroup)
    expect(await commands.holdFirstFree(target, { buyer: 'bob', candidates: [[1]], replace: false })).toEqual(inGroup)
    expect(await commands.swap(target, { buyer: 'bob', release: [1], hold: [2] })).toEqual(inGroup)
    expect(await commands.release(target, { buyer: 'bob' })).toEqual(inGroup)
    expect(await orders.order(target, { buyer: 'bob', orderId: 'o1', paymentMs: 1 })).toEqual(inGroup)
    await world.members(2, 'ann', 'cem')
    expect(await commands.hold(target, { buyer: 'bob', seats: [1] })).toMatchObject({ ok: true })
    await expectSound(world)
  })

  test('[G2] the own holds of those who enter become the group’s, theirs, on one clock from the earliest start', async () => {
    const world = await createSeatWorld(redis)
    const { commands, groups, target, wait } = world
    await commands.hold(target, { buyer: 'bob', seats: [3], address: 'home', addressMax: 5 })
    await wait(50_000)
    await commands.hold(target, { buyer: 'ann', seats: [1, 2] })
    const group = { groupId, host: 'ann', holdMs: GROUP_HOLD_MS }
    const alone = await groups.setMembers(target, { ...group, version: 1, members: ['ann'] })
    expect(alone).toMatchObject({ seats: [1, 2], expiresInMs: HOLD_MS, assigned: { 1: 'ann', 2: 'ann' } })
    const both = await groups.setMembers(target, { ...group, version: 2, members: ['ann', 'bob'] })
    expect(both).toMatchObject({ seats: [1, 2, 3], expiresInMs: HOLD_MS, assigned: { 3: 'bob' } })
    expect((await groups.read(target, groupId))?.hold).toMatchObject({ shares: { ann: 2, bob: 1 } })
    expect((await world.contents()).addresses).toEqual({})
    await expectSound(world)
  })

  test('[G2] an older truth that comes late changes nothing; nobody in: everything is as before the group', async () => {
    const world = await groupWorld()
    await world.hold([[[1, 2, 3], { 2: 'bob' }]])
    await world.members(7, 'ann', 'bob')
    await world.members(6, 'ann', 'bob', 'cem')
    expect(await world.commands.hold(world.target, { buyer: 'cem', seats: [9] })).toMatchObject({ ok: true })
    await world.members(8)
    expect(await world.seats()).toBe('0000000001')
    expect(Object.keys((await world.contents()).buyers)).toEqual(['cem'])
    expect(await world.groups.read(world.target, groupId)).toBeUndefined()
    await expectSound(world)
  })

  test('[G2] a share that somebody leaves behind is the host’s', async () => {
    const world = await groupWorld()
    await world.hold([[[1, 2, 3], { 2: 'bob', 3: 'cem' }]])
    await world.members(2, 'ann', 'cem')
    expect((await world.groups.read(world.target, groupId))?.hold?.shares).toEqual({ ann: 2, cem: 1 })
    expect(await world.buyer('bob')).toBeUndefined()
    await expectSound(world)
  })
})

describe('the block', () => {
  test('[G3] a hold that is named and over does not begin anew; unnamed, one begins', async () => {
    const world = await groupWorld()
    const first = await world.hold([[[1, 2]]])
    const holdId = first.ok ? (first.holdId ?? '') : ''
    expect(await world.hold([[[1, 2], { 2: 'bob' }]], { holdId })).toMatchObject({ ok: true, holdId })
    await world.wait(GROUP_HOLD_MS)
    expect(await world.hold([[[1, 2]]], { holdId })).toEqual({ ok: false, code: 'NO_HOLD' })
    expect(await world.seats()).toBe('0000000000')
    expect(await world.hold([[[1, 2]]])).toMatchObject({ ok: true })
    expect(await world.hold([[[1, 2, 3]]], { holdId })).toEqual({ ok: false, code: 'NO_HOLD' })
    await expectSound(world)
  })

  test('[G4] the first candidate that is wholly free is taken; the group’s own seats are', async () => {
    const world = await groupWorld()
    await world.commands.hold(world.target, { buyer: 'dan', seats: [4] })
    expect(await world.hold([[[3, 4, 5]], [[1, 2, 3], { 1: 'bob' }]])).toMatchObject({
      seats: [1, 2, 3],
      assigned: { 1: 'bob' },
    })
    expect(await world.hold([[[2, 3, 4]], [[0, 1, 2, 3]]])).toMatchObject({ seats: [1, 2, 3, 0] })
    expect(await world.hold([[[5, 6, 7, 8]]])).toMatchObject({ seats: [5, 6, 7, 8] })
    expect(await world.seats()).toBe('0000111110')
    await expectSound(world)
  })

  test('[G4] no candidate is free: nothing changed, and the refusal names the state', async () => {
    const world = await groupWorld()
    await world.hold([[[1, 2]]])
    const other = await world.commands.hold(world.target, { buyer: 'dan', seats: [4, 5] })
    const refused = await world.hold([[[3, 4, 5]], [[5, 6]]])
    expect(refused).toEqual({
      ok: false,
      code: 'NO_BLOCK',
      seats: [4, 5],
      epoch: 1,
      revision: other.ok && other.revision,
    })
    expect(await world.seats()).toBe('0110110000')
  })

  test('[G7] a seat counts against the member whose it is, nobody’s against the host', async () => {
    const world = await groupWorld({ maxSeatsPerBuyer: 2 })
    const refused = { ok: false, code: 'LIMIT_EXCEEDED' }
    expect(await world.hold([[[1, 2, 3]]])).toEqual(refused)
    expect(await world.hold([[[1, 2, 3, 4, 5], { 1: 'bob', 2: 'bob', 3: 'bob' }]])).toEqual(refused)
    expect(await world.hold([[[1, 2, 3], { 3: 'dan' }]])).toEqual({ ok: false, code: 'BAD_REQUEST' })
    expect(await world.hold([[[1, 2, 3, 4], { 1: 'bob', 2: 'bob' }]])).toMatchObject({ ok: true })
    expect(await world.buyer('bob')).toEqual({ holdId: '', held: 2, ordered: 0, group: groupId })
    expect(await world.hold([[[1, 2, 3, 4], { 1: 'bob', 2: 'bob', 3: 'bob' }]])).toEqual(refused)
    expect(await world.hold([[[1, 2, 3, 4], { 1: 'bob', 4: 'cem' }]])).toMatchObject({ ok: true })
    await expectSound(world)
  })

  test('[G7] a paused sale lets go and assigns, and gives no new seat', async () => {
    const world = await groupWorld()
    await world.hold([[[1, 2, 3]]])
    await world.commands.setSale(world.target, { status: 'paused' })
    expect(await world.hold([[[2, 3, 4]]])).toEqual({ ok: false, code: 'NOT_ON_SALE' })
    expect(await world.hold([[[1, 2, 3, 4]], [[1, 2, 3], { 1: 'bob' }]])).toMatchObject({ seats: [1, 2, 3] })
    expect(await world.hold([[[2, 3]]])).toMatchObject({ seats: [2, 3] })
    await expectSound(world)
  })

  test('[G3] one clock, extended once; [G1] it ends as a whole and frees everybody', async () => {
    const world = await groupWorld()
    const { groups, target, wait } = world
    const first = await world.hold([[[1, 2], { 2: 'bob' }]])
    const holdId = (first.ok && first.holdId) || ''
    await wait(10_000)
    expect(await world.hold([[[1, 2, 3]]])).toMatchObject({ holdId, expiresInMs: GROUP_HOLD_MS - 10_000 })
    expect(await groups.extend(target, { groupId, holdId: 'other', byMs: 5_000 })).toEqual({
      ok: false,
      code: 'NO_HOLD',
    })
    expect(await groups.extend(target, { groupId, holdId, byMs: 5_000 })).toMatchObject({ expiresInMs: 35_000 })
    expect(await groups.extend(target, { groupId, holdId, byMs: 5_000 })).toEqual({ ok: false, code: 'LIMIT_EXCEEDED' })
    await wait(34_999)
    expect((await groups.read(target, groupId))?.hold).toMatchObject({ holdId, expiresInMs: 1, isExtended: true })
    await wait(1)
    expect((await groups.read(target, groupId))?.hold).toBeNull()
    await world.commands.expireDue(target)
    expect(await world.buyer('bob')).toEqual({ holdId: '', held: 0, ordered: 0, group: groupId })
    expect(await world.buyer(holderOf(groupId))).toMatchObject({ holdId: '', held: 0, members: ['ann', 'bob', 'cem'] })
    expect(await world.seats()).toBe('0000000000')
  })

  test('[G1] released as one; a hold that is named and not there any more is left alone', async () => {
    const world = await groupWorld()
    const { groups, target } = world
    await world.hold([[[1, 2]]])
    expect(await groups.release(target, { groupId, holdId: 'other' })).toMatchObject({ seats: [1, 2] })
    expect(await groups.release(target, { groupId })).toMatchObject({ holdId: null, seats: [] })
    expect(await groups.release(target, { groupId })).toMatchObject({ ok: true, holdId: null })
    expect(await world.seats()).toBe('0000000000')
  })

  test('[H12] a hold that begins is within the host’s budget, whoever asks', async () => {
    const world = await groupWorld()
    const budget = { budgetMs: 1_000, buyer: 'bob' }
    await world.hold([[[1, 2]]], budget)
    await world.wait(2_000)
    await world.groups.release(world.target, { groupId })
    expect(await world.hold([[[1, 2]]], budget)).toMatchObject({ code: 'COOL_DOWN' })
    expect((await world.contents()).budgets).toMatchObject({ ann: { usedMs: 2_000 } })
  })

  test('[H9] a request that is repeated has one effect and one answer; a group that Redis does not know is none', async () => {
    const world = await groupWorld()
    const request = { requestId: 'r1' }
    const first = await world.hold([[[1, 2], { 1: 'bob' }]], request)
    expect(await world.hold([[[5, 6]]], request)).toEqual(first)
    await world.members(2)
    expect(await world.hold([[[5, 6]]], { requestId: 'r2' })).toEqual({ ok: false, code: 'NO_GROUP' })
    await world.members(3, 'ann')
    expect(await world.hold([[[5, 6]]], { requestId: 'r2' })).toMatchObject({ ok: true })
  })
})

test.for([
  { maxSeatsPerBuyer: 4, outcome: 'held', shares: { ann: 4, bob: 2 } },
  { maxSeatsPerBuyer: 3, outcome: 'freed', shares: undefined },
])(
  '[O2, H8] an order that was never written down comes back with who left: limit $maxSeatsPerBuyer, $outcome',
  async ({ maxSeatsPerBuyer, outcome, shares }) => {
    const world = await groupWorld({ maxSeatsPerBuyer })
    const { groups, orders, target } = world
    const held = await world.hold([[[1, 2, 3, 4, 5, 6], { 3: 'bob', 4: 'bob', 5: 'cem', 6: 'cem' }]])
    const holdId = held.ok ? (held.holdId ?? '') : ''
    const parts = Object.entries({ ann: [1, 2], bob: [3, 4], cem: [5, 6] })
    const placed = parts.map(([buyer, seats]) => ({ orderId: `o-${buyer}`, buyer, seats }))
    expect(await groups.order(target, { groupId, holdId, orders: placed, paymentMs: 60_000 })).toMatchObject({
      ok: true,
    })
    await world.members(2, 'ann', 'bob')
    expect(await orders.returnOrder(target, 'o-bob')).toMatchObject({ ok: true, outcome })
    expect((await groups.read(target, groupId))?.hold?.shares).toEqual(shares)
    expect(await world.seats()).toBe(outcome === 'held' ? '0111111000' : '0000000000')
    await expectSound(world)
  },
)
