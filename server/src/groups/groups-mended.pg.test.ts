import type { GroupView } from '@seatcast/shared/protocol/group.ts'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { meIn, named } from '../../test/support/friend.ts'
import { groupWorld, type Person } from '../../test/support/group-world.ts'
import { testRedis } from '../../test/support/redis.ts'
import { groupJobs } from '../scheduler/group-jobs.ts'
import { markAway } from './presence.ts'

const redis = await testRedis()
let world: Awaited<ReturnType<typeof groupWorld>>
beforeAll(async () => {
  world = await groupWorld(redis.url)
})
afterEach(() => {
  delete world.faults.before
  delete world.faults.after
  world.pushed.length = 0
})
afterAll(() => world?.close())

const runJobs = async () => {
  for (const job of groupJobs({ db: world.db, groups: world.groups, tell: world.news.tell })) await job.run()
}
const newsOf = (groupId: string) => world.pushed.filter(({ change }) => change.groupId === groupId)
const seatsOf = (group: GroupView) => group.hold?.seats ?? []
const first = (people: readonly Person[]): Person => {
  const [host] = people
  if (host === undefined) throw new Error('nobody there')
  return host
}
/** The group's hold is over, as far as PostgreSQL believes it to be. */
const letExpire = (groupId: string) =>
  sql`update groups set hold_until = now() - interval '5 s' where id = ${groupId}`.execute(world.db)

test('a worker that dies after Redis and before PostgreSQL: the next look shows the block, and it can be used', async () => {
  const map = await world.sale()
  const { groupId, performanceId, people } = await world.group(map, ['Host', 'Ben'])
  const host = first(people)
  world.faults.after = new Error('died')
  await expect(host.ask('group:hold', { groupId })).rejects.toThrow('died')
  delete world.faults.after
  const seen = await host.does('group:watch', { performanceId })
  expect(seen).toMatchObject({ status: 'held' })
  expect(seatsOf(seen)).toHaveLength(2)
  // Whose they are was not written: they are nobody's, and count against the host as Redis has been told to.
  const [seat] = seatsOf(seen)
  expect(meIn(await host.does('group:sit', { groupId, seat: seat ?? -1 })).seats).toEqual([seat])
  expect(await world.violations(map)).toEqual([])
})

test('a newcomer whose seat cannot be asked for is refused, is not in, and comes in when they try again', async () => {
  const map = await world.sale()
  const { groupId, performanceId, code, people } = await world.group(map, ['Host'])
  const host = first(people)
  await host.does('group:hold', { groupId, seats: [3, 4] })
  const ben = world.person()
  world.faults.before = new Error('Redis is away')
  await expect(ben.ask('group:join', { code, name: 'Ben' })).rejects.toThrow('away')
  delete world.faults.before
  expect(await ben.ask('group:watch', { performanceId })).toEqual({ ok: true, group: null })
  // Redis had let them in: whoever looks takes that back.
  await host.does('group:watch', { performanceId })
  expect((await world.groups.read(map.target, groupId))?.members).toEqual([host.userId])
  expect(meIn(await ben.does('group:join', { code, name: 'Ben' })).seats).toEqual([4])
  expect(await world.violations(map)).toEqual([])
})

test('Redis forgot the group: the next command tells it again', async () => {
  const map = await world.sale()
  const { groupId, people } = await world.group(map, ['Host', 'Ben'])
  await world.groups.setMembers(map.target, {
    groupId,
    version: 99,
    host: first(people).userId,
    members: [],
    holdMs: 0,
  })
  expect(seatsOf(await first(people).does('group:hold', { groupId }))).toHaveLength(2)
})

test('an expired hold frees all and is told once, whoever sees it first', async () => {
  const map = await world.sale()
  const { groupId, performanceId, people } = await world.group(map, ['Host', 'Ben'])
  const host = first(people)
  await host.does('group:hold', { groupId })
  await world.groups.release(map.target, { groupId })
  await letExpire(groupId)
  world.pushed.length = 0
  await Promise.all([runJobs(), runJobs(), ...people.map((one) => one.does('group:watch', { performanceId }))])
  const seen = await host.does('group:watch', { performanceId })
  expect(seen).toMatchObject({ status: 'forming', hold: null, notice: 'hold_expired' })
  expect(seen.members.map(({ seats, share }) => [seats, share])).toEqual(people.map(() => [[], 'none']))
  expect(newsOf(groupId)).toHaveLength(1)
  expect(newsOf(groupId)[0]?.rooms.toSorted()).toEqual(people.map(({ userId }) => `user:${userId}`).toSorted())
  expect(newsOf(groupId)[0]?.change).toEqual({ groupId, performanceId, version: seen.version })
})

test('a hold that is gone before its time was lost', async () => {
  const map = await world.sale()
  const { groupId, performanceId, people } = await world.group(map, ['Host'])
  await first(people).does('group:hold', { groupId })
  await world.groups.release(map.target, { groupId })
  expect(await first(people).does('group:watch', { performanceId })).toMatchObject({ hold: null, notice: 'hold_lost' })
  expect(seatsOf(await first(people).does('group:hold', { groupId }))).toHaveLength(2)
})

test('[G8] an invitation expires, is renewed and closed; who is in keeps finding the group', async () => {
  const map = await world.sale({ startsAt: new Date(Date.now() + 3_600_000) })
  const { groupId, performanceId, code, people } = await world.group(map, ['Host', 'Ben'])
  const [host, ben] = people as [Person, Person]
  // Never beyond the start.
  const { invitation } = await host.does('group:watch', { performanceId })
  expect(invitation?.expiresInMs).toBeLessThanOrEqual(3_600_000)
  await sql`update groups set codes_until = now() where id = ${groupId}`.execute(world.db)
  expect((await host.does('group:watch', { performanceId })).invitation).toBeNull()
  expect(await world.person().ask('group:join', { code })).toEqual({ ok: false, code: 'NOT_FOUND' })
  expect((await ben.does('group:join', { code })).groupId).toBe(groupId)
  expect(await ben.ask('group:renew', { groupId })).toEqual({ ok: false, code: 'FORBIDDEN' })
  const renewed = await host.does('group:renew', { groupId })
  expect(await ben.ask('group:join', { code })).toEqual({ ok: false, code: 'NOT_FOUND' })
  await world.person().does('group:join', { code: renewed.invitation?.code ?? '' })
  // Nothing that opens it is stored.
  const { rows } = await sql<{ text: string }>`select groups::text as text from groups where id = ${groupId}`.execute(
    world.db,
  )
  const letters = (renewed.invitation?.code ?? '-').replace('-', '')
  for (const secret of [letters, renewed.invitation?.path.slice(3) ?? '-']) {
    expect(rows[0]?.text).not.toContain(secret)
    expect(rows[0]?.text).not.toContain(Buffer.from(secret).toString('hex'))
  }
})

test('[G8] wrong codes are counted per buyer and per address, for right ones too once there were too many', async () => {
  const map = await world.sale()
  const { code, people } = await world.group(map, ['Host'])
  const guesser = world.person({ address: 'home' })
  const guess = (one: Person, text = 'AAAA-BBBB') => one.ask('group:join', { code: text })
  const answers = await Promise.all(Array.from({ length: 9 }, () => guess(guesser)))
  expect(answers.filter((answer) => !answer.ok && answer.code === 'NOT_FOUND')).toHaveLength(5)
  const limited = await guess(guesser, code)
  expect(limited).toMatchObject({ ok: false, code: 'RATE_LIMITED' })
  expect(!limited.ok && limited.retryInMs).toBeGreaterThan(0)
  // From the same address somebody else fares no better: nine tries were counted there.
  expect(await guess(world.person({ address: 'home' }), code)).toMatchObject({ code: 'RATE_LIMITED' })
  // The link works there still: nobody guesses that.
  const { invitation } = (await people[0]?.does('group:watch', { performanceId: map.performance.id })) ?? {}
  const secret = invitation?.path.split('/').at(-1) ?? ''
  expect(await guess(world.person({ address: 'home' }), secret)).toMatchObject({ ok: true })
  for (let time = 0; time < 9; time += 1)
    expect(await guess(world.person({ address: 'a tower' }), `${secret.slice(1)}${time}`)).toMatchObject({
      code: 'NOT_FOUND',
    })
  expect(await guess(world.person({ address: 'a tower' }), code)).toMatchObject({ ok: true })
  const friends = Array.from({ length: 9 }, () => world.person({ address: 'one café' }))
  const { code: another } = await world.group(await world.sale(), ['Host'])
  for (const friend of friends) await friend.does('group:join', { code: another })
})

test('groups that one buyer makes are bounded', async () => {
  const map = await world.sale()
  const buyer = world.person()
  const wish = { performanceId: map.performance.id, size: 2, rule: 'one_pays', name: 'Me' } as const
  for (let time = 0; time < 5; time++) {
    const { groupId } = await buyer.does('group:create', wish)
    await buyer.ask('group:leave', { groupId })
  }
  expect(await buyer.ask('group:create', wish)).toMatchObject({ code: 'RATE_LIMITED' })
})

test('who is there: at once when they come and go, after 30 s when their worker fell silent', async () => {
  const map = await world.sale()
  const { groupId, performanceId, code, people } = await world.group(map, ['Host', 'Ben'])
  const [host, ben] = people as [Person, Person]
  const isThere = async () => named(await host.does('group:watch', { performanceId }), 'Ben').online
  expect(await isThere()).toBe(true)
  const phone = world.person({ userId: ben.userId })
  await phone.does('group:join', { code })
  ben.disconnect()
  await world.presence.write()
  expect(await isThere()).toBe(true)
  world.pushed.length = 0
  phone.disconnect()
  await world.presence.write()
  expect(await isThere()).toBe(false)
  expect(newsOf(groupId)).toHaveLength(1)
  await ben.does('group:watch', { performanceId })
  expect(await isThere()).toBe(true)
  await sql`update group_members set seen_at = now() - interval '31 s' where group_id = ${groupId}`.execute(world.db)
  expect((await host.does('group:watch', { performanceId })).members.map(({ online }) => online)).toEqual([true, false])
  expect(await markAway(world.db)).toContain(groupId)
  expect(await markAway(world.db)).not.toContain(groupId)
})

test('the waiting room: only who was let out takes seats, by a command or by joining', async () => {
  const map = await world.sale()
  const { groupId, performanceId, code, people } = await world.group(map, ['Host'])
  const outside = world.person({ userId: first(people).userId, admission: null })
  expect(await outside.ask('group:hold', { groupId })).toEqual({ ok: false, code: 'ADMISSION_REQUIRED' })
  const inside = world.person({ userId: first(people).userId, admission: performanceId })
  await inside.does('group:hold', { groupId })
  const sitting = world.person({ admission: null })
  expect(meIn(await sitting.does('group:join', { code })).seats).toHaveLength(1)
  const standing = await world.person({ admission: null }).does('group:join', { code })
  expect([meIn(standing).seats, standing.notice, seatsOf(standing).length]).toEqual([[], 'kept', 2])
  const walking = await world.person({ admission: performanceId }).does('group:join', { code })
  expect([walking.members.map(({ seats }) => seats.length), seatsOf(walking).length]).toEqual([[1, 1, 1, 1], 4])
})

test('a closed performance: its groups end once their holds have, and their members are free', async () => {
  const map = await world.sale()
  const { groupId, performanceId, code, people } = await world.group(map, ['Host', 'Ben'])
  const host = first(people)
  await host.does('group:hold', { groupId })
  await world.db.updateTable('performances').set({ status: 'closed' }).where('id', '=', performanceId).execute()
  await runJobs()
  expect(await host.does('group:watch', { performanceId })).toMatchObject({ status: 'held' })
  await host.does('group:release', { groupId })
  await runJobs()
  const over = await host.does('group:watch', { performanceId })
  expect(over).toMatchObject({ status: 'ended', hold: null, invitation: null })
  expect(over.members).toHaveLength(2)
  expect(await host.ask('group:hold', { groupId })).toEqual({ ok: false, code: 'NOT_FOUND' })
  expect((await world.groups.read(map.target, groupId))?.members ?? []).toEqual([])
  // The link leads who was in to it, and nobody else.
  expect(await host.does('group:join', { code })).toMatchObject({ groupId, status: 'ended' })
  expect(await world.person().ask('group:join', { code })).toEqual({ ok: false, code: 'NOT_FOUND' })
  // A day later it is no longer shown.
  await sql`update groups set changed_at = now() - interval '25 h' where id = ${groupId}`.execute(world.db)
  expect(await host.ask('group:watch', { performanceId })).toEqual({ ok: true, group: null })
})
