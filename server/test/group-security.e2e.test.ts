import { randomUUID } from 'node:crypto'
import { GROUP_COMMANDS, type GroupView } from '@seatcast/shared/protocol/group.ts'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectDatabase, type DatabaseClient } from '../src/database/client.ts'
import { becomeGuest } from './support/buyer.ts'
import { type Cluster, startCluster, TEST_PARTITIONS } from './support/cluster.ts'
import { codesOf, type Friend, friendOn, meIn, named } from './support/friend.ts'
import { createTestSale } from './support/test-sale.ts'

const WRONG_PER_BUYER = 8
const WRONG_PER_ADDRESS = 12

let cluster: Cluster
let database: DatabaseClient
let performanceId: string
/** In the group: the host, and one who stays; then one who was removed and one who was never in. */
let host: Friend
let ben: Friend
let removed: Friend
let stranger: Friend
let group: GroupView
let bensId: string
/** Everything that each of them was sent, as text. */
const frames = new Map<Friend, string[]>()
const friends: Friend[] = []

let addresses = 0
/** Each from an address of their own unless it is given. */
async function somebody(address = `198.51.100.${(addresses += 1)}`): Promise<Friend> {
  const friend = await friendOn(cluster.origin(0), undefined, { headers: { 'x-forwarded-for': address } })
  const heard: string[] = []
  friend.socket.onAny((...frame: unknown[]) => void heard.push(JSON.stringify(frame)))
  frames.set(friend, heard)
  friends.push(friend)
  return friend
}

beforeAll(async () => {
  const env = {
    TRUST_PROXY: 'true',
    WRONG_CODES_PER_BUYER: String(WRONG_PER_BUYER),
    WRONG_CODES_PER_ADDRESS: String(WRONG_PER_ADDRESS),
  }
  cluster = await startCluster({ nodes: 1, workers: 1, schedulers: 0, env })
  database = connectDatabase({ databaseUrl: cluster.databaseUrl, poolSize: 2 })
  performanceId = await createTestSale(cluster.databaseUrl, TEST_PARTITIONS, { rows: 4, seatsPerRow: 12 })
  ;[host, ben, removed, stranger] = [await somebody(), await somebody(), await somebody(), await somebody()]
  for (const one of [removed, stranger]) await one.ask('map:watch', { performanceId })
  const formed = await host.does('group:create', {
    performanceId,
    size: 3,
    rule: 'host_covers',
    name: 'Hostess Quickly',
  })
  const { link } = codesOf(formed)
  await ben.does('group:join', { code: link, name: 'Benjamin Bunny' })
  const withRemoved = await removed.does('group:join', { code: link, name: 'Gone' })
  await host.does('group:hold', { groupId: formed.groupId, seats: [5, 6, 7] })
  group = await host.does('group:remove', { groupId: formed.groupId, memberId: meIn(withRemoved).memberId })
  bensId = named(group, 'Benjamin Bunny').memberId
  await removed.isGone(group.groupId)
})
afterAll(async () => {
  for (const friend of friends) friend.close()
  await database?.close()
  await cluster?.stop()
})

type Events = (typeof GROUP_COMMANDS)[number]['event']
/** What would work for the host, about the group of that id. */
const requests = (groupId: string, memberId: string): Partial<Record<Events, object>> => ({
  'group:update': { groupId, name: 'Me', size: 4 },
  'group:leave': { groupId },
  'group:remove': { groupId, memberId },
  'group:renew': { groupId },
  'group:hold': { groupId },
  'group:release': { groupId },
  'group:extend': { groupId },
  'group:sit': { groupId, seat: 5 },
  'group:swap': { groupId, memberId, accept: true },
  'group:assign': { groupId, memberId, seat: 5 },
})
const askAny = async (friend: Friend, event: string, request: unknown): Promise<object> => {
  const { node: _, ...answer } = (await friend.ask(event as 'group:watch', request as never)) as {
    node?: string
  } & object
  return answer
}
/** The group as its host sees it, without what only time changes. */
const state = async () => {
  const { invitation: _, hold, version: __, members, ...rest } = (await host.look(performanceId)) ?? group
  return { ...rest, seats: hold?.seats, members: members.map(({ memberId, name, seats }) => [memberId, name, seats]) }
}

describe('[G8] a foreign group', () => {
  const others = () => [['a stranger', stranger] as const, ['who was removed', removed] as const]

  test('every command is the same NOT_FOUND for a group that exists and for one that does not', async () => {
    const before = await state()
    const ids = [group.groupId, randomUUID(), 'no-uuid', group.groupId.toUpperCase()]
    const events = new Set(Object.keys(requests('', '')))
    expect(GROUP_COMMANDS.map(({ event }) => event).filter((event) => !events.has(event))).toEqual([
      'group:create',
      'group:join',
      'group:watch',
    ])
    for (const [who, friend] of others())
      for (const groupId of ids)
        for (const [event, request] of Object.entries(requests(groupId, bensId)))
          expect(await askAny(friend, event, request), `${who} ${event}`).toEqual({ ok: false, code: 'NOT_FOUND' })
    expect(await state()).toEqual(before)
  })

  test('the routes too, with a token, without one, and with an id of anything', async () => {
    const before = await state()
    const send = async (path: string, token: string | null, body: object) => {
      const response = await fetch(`${cluster.origin(0)}/api/groups/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
        body: JSON.stringify(body),
      })
      return { status: response.status, text: await response.text() }
    }
    for (const [path, body] of [
      ['orders', {}],
      ['cover', { method: 'wallet' }],
      ['give-up', {}],
    ] as const) {
      expect((await send(`${group.groupId}/${path}`, null, body)).status).toBe(401)
      for (const [who, friend] of others()) {
        const answers = []
        for (const id of [group.groupId, randomUUID()]) answers.push(await send(`${id}/${path}`, friend.token, body))
        expect(answers[0]?.status, `${who} ${path}`).toBe(404)
        expect(answers[0]).toEqual(answers[1])
      }
    }
    expect(await state()).toEqual(before)
  })

  test('by its performance nobody else finds it, and a seat of it tells nothing', async () => {
    for (const [, friend] of others())
      expect(await askAny(friend, 'group:watch', { performanceId })).toEqual({ ok: true, group: null })
    const refused = await askAny(stranger, 'seats:hold', { performanceId, seats: [5] })
    expect(refused).toMatchObject({ ok: false, code: 'SEAT_TAKEN', seats: [5] })
    expect(Object.keys(refused).toSorted()).toEqual(['alternatives', 'code', 'ok', 'seats'])
  })

  test('[F7] no frame of anybody else names the group, its members or their users', async () => {
    // Something happens that all watchers see.
    await host.does('group:hold', { groupId: group.groupId, seats: [17, 18] })
    await host.does('group:hold', { groupId: group.groupId, seats: [5, 6, 7] })
    await expect.poll(() => frames.get(stranger)?.some((frame) => frame.includes('map:delta'))).toBe(true)
    const secrets = [host.userId, ben.userId, 'Quickly', 'Bunny', bensId, group.hold?.holdId ?? group.groupId]
    const strangers = (frames.get(stranger) ?? []).join('\n')
    for (const secret of [...secrets, group.groupId]) expect(strangers).not.toContain(secret)
    const toRemoved = (frames.get(removed) ?? []).join('\n')
    // Who was in learnt the group's id, and that they are out.
    for (const secret of secrets) expect(toRemoved).not.toContain(secret)
    expect(removed.news.filter(({ gone }) => gone !== true).length).toBeLessThan(removed.news.length)
    // Members never learn each other's user ids.
    expect((frames.get(ben) ?? []).join('\n')).not.toContain(host.userId)
    expect(JSON.stringify(await ben.look(performanceId))).not.toContain(host.userId)
  })
})

describe('[G8] codes', () => {
  const guess = (friend: Friend, code: string) => askAny(friend, 'group:join', { code, name: 'Guess' })

  test('wrong, old, revoked and expired ones, and a removed member’s, are answered alike', async () => {
    const old = codesOf((await host.look(performanceId)) ?? group)
    const present = codesOf(await host.does('group:renew', { groupId: group.groupId }))
    await host.does('group:remove', {
      groupId: group.groupId,
      memberId: meIn(await removed.does('group:join', { code: present.code })).memberId,
    })
    const notFound = { ok: false, code: 'NOT_FOUND' }
    expect(await guess(removed, present.link)).toEqual(notFound)
    const guesser = await somebody()
    for (const code of [old.link, old.code, 'AAAA-AAAA', 'x', group.groupId, bensId])
      expect(await guess(guesser, code)).toEqual(notFound)
    await host.does('group:renew', { groupId: group.groupId, open: false })
    expect(await guess(await somebody(), present.link)).toEqual(notFound)
    const again = codesOf(await host.does('group:renew', { groupId: group.groupId }))
    await sql`update groups set codes_until = now() where id = ${group.groupId}`.execute(database.db)
    expect(await guess(await somebody(), again.link)).toEqual(notFound)
    await host.does('group:renew', { groupId: group.groupId })
  })

  test('guesses are counted per buyer, wherever they come from', async () => {
    const guest = await becomeGuest(cluster.origin(0))
    const { code } = codesOf((await host.look(performanceId)) ?? group)
    const as = async (address: string) => {
      const friend = await friendOn(cluster.origin(0), guest, { headers: { 'x-forwarded-for': address } })
      friends.push(friend)
      return friend
    }
    const sockets = [await as('192.0.2.1'), await as('192.0.2.2')]
    const answers = await Promise.all(
      Array.from({ length: 2 * WRONG_PER_BUYER }, (_, place) =>
        guess(sockets[place % 2] as Friend, `ZZZZ-${1_000 + place}`),
      ),
    )
    expect(answers.filter((answer) => 'code' in answer && answer.code === 'NOT_FOUND')).toHaveLength(WRONG_PER_BUYER)
    expect(answers.filter((answer) => 'code' in answer && answer.code === 'RATE_LIMITED')).toHaveLength(WRONG_PER_BUYER)
    // Now even the right one, and nobody learns that it is.
    expect(await guess(sockets[0] as Friend, code)).toMatchObject({ ok: false, code: 'RATE_LIMITED' })
  })

  test('and per address, whoever guesses there', async () => {
    const address = '203.0.113.9'
    const answers: object[] = []
    for (let person = 0; person < 4; person++) {
      const guesser = await somebody(address)
      for (let time = 0; time < 4; time++) answers.push(await guess(guesser, `YYYY-${person}${time}00`))
    }
    const codesSeen = answers.map((answer) => ('code' in answer ? answer.code : 'ok'))
    expect(codesSeen).toEqual([
      ...Array<string>(WRONG_PER_ADDRESS).fill('NOT_FOUND'),
      ...Array<string>(16 - WRONG_PER_ADDRESS).fill('RATE_LIMITED'),
    ])
    expect(await guess(await somebody(), 'YYYY-0000')).toEqual({ ok: false, code: 'NOT_FOUND' })
  })
})

test('bad input to any command is a BAD_REQUEST that changes nothing, whoever sends it', async () => {
  const before = await state()
  const bad: readonly unknown[] = [null, [], 'x', 7, {}, { groupId: 7 }, { groupId: `${group.groupId}'; --` }]
  for (const { event } of GROUP_COMMANDS)
    for (const request of bad)
      expect(await askAny(host, event, request), event).toMatchObject({ ok: false, code: 'BAD_REQUEST' })
  for (const [event, request] of Object.entries(requests(group.groupId, bensId)))
    expect(await askAny(host, event, { ...request, userId: ben.userId }), event).toMatchObject({ code: 'BAD_REQUEST' })
  const wrong: readonly (readonly [string, object])[] = [
    ['group:create', { performanceId, size: 11, rule: 'one_pays', name: 'x' }],
    ['group:create', { performanceId, size: 1, rule: 'one_pays', name: 'x' }],
    ['group:create', { performanceId, size: 2, rule: 'nobody_pays', name: 'x' }],
    ['group:create', { performanceId, size: 2, rule: 'one_pays', name: '\u202e' }],
    ['group:create', { performanceId, size: 2, rule: 'one_pays', name: 'x', wish: { zoneId: 'none' } }],
    ['group:create', { performanceId, size: 2, rule: 'one_pays', name: 'x', wish: { sectionId: 99 } }],
    ['group:update', { groupId: group.groupId, size: 1 }],
    ['group:update', { groupId: group.groupId, name: 'x'.repeat(41) }],
    ['group:update', { groupId: group.groupId, name: 'a\u0000b' }],
    ['group:hold', { groupId: group.groupId, seats: [1, 1] }],
    ['group:hold', { groupId: group.groupId, seats: [47, 48] }],
    ['group:hold', { groupId: group.groupId, seats: [-1, 2] }],
    ['group:remove', { groupId: group.groupId, memberId: meIn(group).memberId }],
  ]
  const nobody = await somebody()
  for (const [event, request] of wrong) {
    const asker = event === 'group:create' ? nobody : host
    expect(await askAny(asker, event, request), JSON.stringify(request)).toMatchObject({ code: 'BAD_REQUEST' })
  }
  expect(await askAny(ben, 'group:release', { groupId: group.groupId })).toEqual({ ok: false, code: 'FORBIDDEN' })
  for (const event of ['group:renew', 'group:remove', 'group:assign'] as const) {
    const request = requests(group.groupId, meIn(group).memberId)[event]
    expect(await askAny(ben, event, request)).toEqual({ ok: false, code: 'FORBIDDEN' })
  }
  expect(await askAny(ben, 'group:update', { groupId: group.groupId, size: 5 })).toEqual({
    ok: false,
    code: 'FORBIDDEN',
  })
  expect(await state()).toEqual(before)
})
