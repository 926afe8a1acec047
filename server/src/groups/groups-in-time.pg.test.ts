import { afterAll, beforeAll, expect, test } from 'vitest'
import { groupWorld, type Person } from '../../test/support/group-world.ts'
import { testRedis } from '../../test/support/redis.ts'
import { mapKeys } from '../redis/keys.ts'

const redis = await testRedis()
let world: Awaited<ReturnType<typeof groupWorld>>
beforeAll(async () => {
  world = await groupWorld(redis.url)
})
afterAll(() => world?.close())

/** A group that holds 1 to 3, extended once; `act` then happens just as the deadline passes, after the look at the hold. */
async function acrossTheDeadline(act: (group: Told) => Promise<{ readonly ok: boolean }>) {
  const map = await world.sale({ groupHoldSeconds: 100 })
  const { groupId, performanceId, code, people } = await world.group(map, ['Host', 'Ben', 'Cleo'])
  const [host, , cleo] = people as [Person, Person, Person]
  await host.does('group:hold', { groupId, seats: [1, 2, 3] })
  const { hold, members } = await host.does('group:extend', { groupId })
  const holdId = hold?.holdId ?? ''
  world.faults.meanwhile = () => world.redis.zadd(mapKeys(map.target).deadlines, Date.now() - 1, holdId)
  const answer = await act({ groupId, code, host, cleo, bens: members[1]?.memberId ?? '' })
  expect(world.faults.meanwhile).toBeUndefined()
  const after = await host.does('group:watch', { performanceId })
  expect(after).toMatchObject({ status: 'forming', hold: null })
  expect((await world.groups.read(map.target, groupId))?.hold).toBeNull()
  expect(after.members.flatMap(({ seats }) => seats)).toEqual([])
  // The clock was put on: the log says so.
  expect((await world.violations(map)).filter((one) => !one.startsWith('hold_ends:'))).toEqual([])
  return { answer, after }
}

interface Told {
  readonly groupId: string
  readonly code: string
  readonly host: Person
  readonly cleo: Person
  readonly bens: string
}

const noHold = { ok: false, code: 'NO_HOLD' }

test('[G1, G3] a seat given up as the hold expires does not begin it anew', async () => {
  const { answer } = await acrossTheDeadline(({ cleo, groupId }) => cleo.ask('group:sit', { groupId, seat: null }))
  expect(answer).toEqual(noHold)
})

test('[G1, G3] nor does a seat that the host gives to somebody', async () => {
  const { answer } = await acrossTheDeadline(({ host, groupId, bens }) =>
    host.ask('group:assign', { groupId, memberId: bens, seat: 3 }),
  )
  expect(answer).toEqual(noHold)
})

test('[G1, G3] nor does who leaves, and they are out', async () => {
  const { answer, after } = await acrossTheDeadline(({ cleo, groupId }) => cleo.ask('group:leave', { groupId }))
  expect(answer).toEqual({ ok: true, group: null })
  expect(after.members).toHaveLength(2)
})

test('[G1, G3] nor does who joins, and they are in', async () => {
  const { answer, after } = await acrossTheDeadline(({ code }) => world.person().ask('group:join', { code }))
  expect(answer).toMatchObject({ ok: true })
  expect(after.members).toHaveLength(4)
})
