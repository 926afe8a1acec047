import { randomUUID } from 'node:crypto'
import type { GroupView } from '@seatcast/shared/protocol/group.ts'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { groupWorld, type Person } from '../../test/support/group-world.ts'
import { meIn, named } from '../../test/support/friend.ts'
import { testRedis } from '../../test/support/redis.ts'

const redis = await testRedis()
let world: Awaited<ReturnType<typeof groupWorld>>
beforeAll(async () => {
  world = await groupWorld(redis.url)
})
afterEach(() => {
  delete world.faults.before
  delete world.faults.after
})
afterAll(() => world?.close())

const seatsOf = (group: GroupView) => group.hold?.seats ?? []
const some = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('nobody there')
  return value
}

test('[G2] ten people at once: nine come in, the eleventh member would be one too many; all are one member each', async () => {
  const map = await world.sale()
  const { groupId, code, performanceId } = await world.group(map, ['Host'])
  const crowd = Array.from({ length: 12 }, () => world.person())
  const answers = await Promise.all(
    crowd.flatMap((one) => [one.ask('group:join', { code }), one.ask('group:join', { code })]),
  )
  const joined = answers.filter(({ ok }) => ok)
  expect(joined).toHaveLength(18)
  expect(answers.filter((answer) => !answer.ok).map((answer) => 'code' in answer && answer.code)).toEqual(
    Array(6).fill('GROUP_FULL'),
  )
  const inside = some(crowd.find((_, place) => answers[2 * place]?.ok === true))
  const group = await inside.does('group:watch', { performanceId })
  expect(group.members).toHaveLength(10)
  expect(group.size).toBe(10)
  expect(new Set(group.members.map(({ name }) => name)).size).toBe(10)
  expect((await world.groups.read(map.target, groupId))?.members).toHaveLength(10)
})

test('[G2] a buyer is in one group of a performance, whatever they do at the same moment', async () => {
  const map = await world.sale()
  const performanceId = map.performance.id
  const buyer = world.person()
  const wish = { performanceId, size: 2, rule: 'one_pays', name: 'Me' } as const
  const answers = await Promise.all(Array.from({ length: 5 }, () => buyer.ask('group:create', wish)))
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
  const { groupId } = await buyer.does('group:watch', { performanceId })
  const inGroup = { ok: false, code: 'IN_GROUP', groupId, performanceId }
  for (const answer of answers) if (!answer.ok) expect(answer).toEqual(inGroup)
  const other = await world.group(map, ['Other'])
  expect(await buyer.ask('group:join', { code: other.code })).toEqual(inGroup)
  // In another performance they may be in another one.
  const elsewhere = await world.group(await world.sale(), ['Elsewhere'])
  await buyer.does('group:join', { code: elsewhere.code })
})

test('[H9] a request that is repeated has one effect; its id is no other command’s', async () => {
  const map = await world.sale()
  const performanceId = map.performance.id
  const host = world.person()
  const wish = { performanceId, size: 2, rule: 'each_pays', name: 'Host', requestId: 'r1' } as const
  const [first, second] = await Promise.all([host.does('group:create', wish), host.does('group:create', wish)])
  expect(first.groupId).toBe(second.groupId)
  const { groupId } = first
  const held = await host.does('group:hold', { groupId, requestId: 'r2' })
  expect(seatsOf(await host.does('group:hold', { groupId, requestId: 'r2' }))).toEqual(seatsOf(held))
  await host.does('group:extend', { groupId, requestId: 'r3' })
  expect((await host.does('group:extend', { groupId, requestId: 'r3' })).version).toBe(held.version + 1)
  expect(await host.ask('group:extend', { groupId, requestId: 'r2' })).toMatchObject({
    code: 'BAD_REQUEST',
    errors: [{ path: '/requestId' }],
  })
  expect(await host.ask('group:hold', { groupId, requestId: 'r2', split: true })).toMatchObject({ code: 'BAD_REQUEST' })
})

test('[G2, G7] seats that people hold become the group’s with their owners, as many as a group may have', async () => {
  const map = await world.sale({ maxSeatsPerBuyer: 8 })
  const performanceId = map.performance.id
  const hold = (one: Person, seats: number[]) => world.commands.hold(map.target, { buyer: one.userId, seats })
  const host = world.person()
  await hold(host, [0, 1, 2, 3, 4])
  const formed = await host.does('group:create', { performanceId, size: 2, rule: 'each_pays', name: 'Host' })
  expect(formed).toMatchObject({ size: 5, status: 'held', hold: { seats: [0, 1, 2, 3, 4], shape: 'row' } })
  const friend = world.person()
  await hold(friend, [10, 11])
  const both = await friend.does('group:join', { code: formed.invitation?.code ?? '', name: 'Two' })
  expect(both).toMatchObject({ size: 7, hold: { shape: 'two_rows' } })
  expect([meIn(both).seats, named(both, 'Host').seats]).toEqual([[10, 11], [0]])
  const many = world.person()
  await hold(many, [20, 21, 22, 23])
  expect(await many.ask('group:join', { code: formed.invitation?.code ?? '' })).toMatchObject({
    code: 'LIMIT_EXCEEDED',
  })
  // They keep what they held, and are in no group.
  expect(await many.ask('group:watch', { performanceId })).toEqual({ ok: true, group: null })
  expect(await world.commands.release(map.target, { buyer: many.userId })).toMatchObject({ ok: true, seats: [] })
  expect(await world.violations(map)).toEqual([])
})

test('[G7] nobody’s seats are the host’s, and a change that takes anybody above the limit changes nothing', async () => {
  const map = await world.sale({ maxSeatsPerBuyer: 2 })
  const { groupId, people } = await world.group(map, ['Host', 'Ben'], { size: 4 })
  const [host, ben] = [some(people[0]), some(people[1])]
  // Two of four seats are nobody's: with the host's own they would be three.
  expect(await host.ask('group:hold', { groupId })).toEqual({
    ok: false,
    code: 'LIMIT_EXCEEDED',
    memberId: meIn(await host.does('group:watch', { performanceId: map.performance.id })).memberId,
  })
  await host.does('group:update', { groupId, size: 3 })
  const held = await host.does('group:hold', { groupId })
  const [free] = seatsOf(held).filter((seat) => !held.members.some(({ seats }) => seats.includes(seat)))
  expect(await ben.ask('group:sit', { groupId, seat: null })).toEqual({ ok: false, code: 'LIMIT_EXCEEDED' })
  const after = await ben.does('group:sit', { groupId, seat: some(free) })
  expect(meIn(after).seats).toEqual([free])
  expect(seatsOf(after)).toEqual(seatsOf(held))
  expect(await world.violations(map)).toEqual([])
})

test('[G6] beside, else anew, else kept: who joins, whatever is free', async () => {
  const map = await world.sale({ rows: 2, seatsPerRow: 6 })
  const { groupId, code, people } = await world.group(map, ['Host', 'Ben'])
  const host = some(people[0])
  const held = await host.does('group:hold', { groupId, seats: [0, 1] })
  expect(seatsOf(held)).toEqual([0, 1])
  const beside = await world.person().does('group:join', { code, name: 'Cleo' })
  expect([seatsOf(beside), beside.notice]).toEqual([[0, 1, 2], null])
  // Somebody sits beside: the whole block moves to the other row.
  const stranger = world.person().userId
  expect(await world.commands.hold(map.target, { buyer: stranger, seats: [3] })).toMatchObject({ ok: true })
  const anew = await world.person().does('group:join', { code, name: 'Dan' })
  expect(anew).toMatchObject({ notice: 'moved', hold: { shape: 'row', holdId: held.hold?.holdId } })
  expect(seatsOf(anew)).toHaveLength(4)
  expect(seatsOf(anew).every((seat) => seat >= 6)).toBe(true)
  expect(anew.members.map(({ seats }) => seats.length)).toEqual([1, 1, 1, 1])
  // Nowhere five in a row: the group keeps what it has, and is told.
  const other = world.person().userId
  const blockers = [4, 5, ...[6, 7, 8, 9, 10, 11].filter((seat) => !seatsOf(anew).includes(seat))]
  for (const seat of blockers)
    await world.commands.hold(map.target, { buyer: seat % 2 ? stranger : other, seats: [seat] })
  const kept = await world.person().does('group:join', { code, name: 'Eve' })
  expect([seatsOf(kept), kept.notice, meIn(kept).seats]).toEqual([seatsOf(anew), 'kept', []])
  expect(await world.violations(map)).toEqual([])
})

test('[G4, G5] a shape over two rows is offered, and taken only with consent; a refusal names the map’s state', async () => {
  const map = await world.sale({ rows: 2, seatsPerRow: 3 })
  const { groupId, code, people } = await world.group(map, ['Host'], { size: 5 })
  const host = some(people[0])
  const refused = await host.ask('group:hold', { groupId })
  const { epoch, revision } = some(await world.commands.readMap(map.target))
  expect(refused).toMatchObject({ ok: false, code: 'NO_BLOCK', epoch, revision })
  const split = refused.ok ? undefined : refused.split
  expect(split?.map((part) => part.length).toSorted()).toEqual([2, 3])
  expect(await host.ask('group:hold', { groupId, seats: [0, 1, 3] })).toMatchObject({
    code: 'BAD_REQUEST',
    errors: [{ path: '/split' }],
  })
  expect(await host.ask('group:hold', { groupId, seats: [0, 2, 4], split: true })).toMatchObject({
    code: 'BAD_REQUEST',
    errors: [{ path: '/seats' }],
  })
  const ben = world.person()
  await ben.does('group:join', { code })
  expect(await ben.ask('group:hold', { groupId, split: true })).toEqual({ ok: false, code: 'FORBIDDEN' })
  const held = await host.does('group:hold', { groupId, split: true })
  expect(held).toMatchObject({ split: false, hold: { shape: 'two_rows' } })
  expect(seatsOf(held)).toHaveLength(5)
})

test('[G5] a friend’s own seats far away are called apart; who leaves the middle of 3 + 2 leaves no hole', async () => {
  const map = await world.sale({ rows: 3, seatsPerRow: 5 })
  const { groupId, code, people } = await world.group(map, ['Host', 'Ben', 'Cleo', 'Dan', 'Eve'], { split: true })
  const [host, ben] = [some(people[0]), some(people[1])]
  const held = await host.does('group:hold', { groupId, seats: [0, 1, 2, 5, 6] })
  expect(held).toMatchObject({ hold: { shape: 'two_rows' } })
  await host.does('group:assign', { groupId, memberId: named(held, 'Ben').memberId, seat: 1 })
  await ben.ask('group:leave', { groupId })
  const left = await host.does('group:watch', { performanceId: map.performance.id })
  expect(left).toMatchObject({ notice: 'moved', hold: { shape: 'two_rows' } })
  expect(left.members.map(({ seats }) => seats.length)).toEqual([1, 1, 1, 1])
  const far = world.person()
  await world.commands.hold(map.target, { buyer: far.userId, seats: [14] })
  expect(await far.does('group:join', { code })).toMatchObject({ hold: { shape: 'apart' } })
  expect(await world.violations(map)).toEqual([])
})

test('seats that are named: these or none, and no more than fit a group', async () => {
  const map = await world.sale()
  const { groupId, people } = await world.group(map, ['Host', 'Ben'])
  const host = some(people[0])
  await world.commands.hold(map.target, { buyer: world.person().userId, seats: [1] })
  expect(await host.ask('group:hold', { groupId, seats: [0, 1, 2] })).toEqual({
    ok: false,
    code: 'SEAT_TAKEN',
    seats: [1],
  })
  for (const seats of [[0], [999, 998], Array.from({ length: 11 }, (_, seat) => 20 + seat)])
    expect(await host.ask('group:hold', { groupId, seats }), JSON.stringify(seats)).toMatchObject({
      code: 'BAD_REQUEST',
    })
  const held = await host.does('group:hold', { groupId, seats: [2, 3, 4] })
  expect(held).toMatchObject({ size: 3, hold: { seats: [2, 3, 4] } })
})

test('the rush: twenty groups that choose at once get twenty blocks, or the truth', async () => {
  const map = await world.sale({ rows: 10, seatsPerRow: 4 })
  const formed = await Promise.all(Array.from({ length: 24 }, () => world.group(map, ['Host'], { size: 2 })))
  const answers = await Promise.all(formed.map(({ groupId, people }) => some(people[0]).ask('group:hold', { groupId })))
  const held = answers.filter(({ ok }) => ok)
  expect(held).toHaveLength(20)
  for (const answer of answers) if (!answer.ok) expect(answer).toMatchObject({ code: 'NO_BLOCK', epoch: 1 })
  expect(await world.violations(map)).toEqual([])
}, 30_000)

test('[G8] a stranger costs one statement, whether the group exists or not; a wrong code as many as an expired one', async () => {
  const map = await world.sale()
  const { groupId, people, code } = await world.group(map, ['Host', 'Ben'])
  const { memberId } = meIn(await some(people[1]).does('group:watch', { performanceId: map.performance.id }))
  await some(people[0]).does('group:remove', { groupId, memberId })
  for (const asker of [world.person(), some(people[1])])
    for (const id of [groupId, randomUUID()]) {
      expect(await world.statementsOf(() => asker.ask('group:hold', { groupId: id }))).toBe(1)
      expect(await world.statementsOf(() => world.views.of(id, asker.userId))).toBe(1)
    }
  const guess = (text: string) => world.statementsOf(() => world.person().ask('group:join', { code: text }))
  const wrong = await guess('AAAA-BBBB')
  expect(await world.statementsOf(() => some(people[1]).ask('group:join', { code }))).toBe(wrong)
  await some(people[0]).does('group:renew', { groupId, open: false })
  expect(await guess(code)).toBe(wrong)
})
