import { readFileSync } from 'node:fs'
import { createHmac, randomUUID } from 'node:crypto'
import { COMMANDS } from '@seatcast/shared/protocol/events.ts'
import { io, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { accessTokens } from '../src/http/authentication.ts'
import { fetchSnapshot, joinSale, type Buyer } from './support/buyer.ts'
import { startCluster, TEST_PARTITIONS, type Cluster } from './support/cluster.ts'
import { eventually } from './support/eventually.ts'
import { hostileValue, seededRandom, spoilt } from './support/hostile-values.ts'
import { createTestSale } from './support/test-sale.ts'

const SEATS = 500
const TOKEN_SECRET = 'a-secret-of-the-hostile-test-0123456789'
const SEED = Math.floor(Math.random() * 2 ** 31)
let cluster: Cluster
let performanceId: string
/** Not on sale: even a request that happens to be right changes nothing there. */
let unopenedId: string
let bystander: Buyer

beforeAll(async () => {
  // Little room for garbage: what stays in memory shows.
  const env = { TOKEN_SECRET, NODE_OPTIONS: '--max-semi-space-size=1 --max-old-space-size=128' }
  cluster = await startCluster({ nodes: 1, schedulers: 1, env })
  performanceId = await createTestSale(cluster.databaseUrl, TEST_PARTITIONS)
  unopenedId = await createTestSale(cluster.databaseUrl, TEST_PARTITIONS, { status: 'scheduled' })
  bystander = await joinSale({ origins: [cluster.origin(0)], performanceId, seatCount: SEATS })
  console.log(`hostile values from seed ${SEED}`)
})
afterAll(async () => {
  bystander?.close()
  await cluster?.stop()
})

const workers = (): string => {
  const pid = cluster.nodes[0]?.pid ?? 0
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
}
const residentBytes = (): number =>
  workers()
    .split(/\s+/)
    .map((pid) => Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4_096)
    .reduce((sum, bytes) => sum + bytes, 0)

/** Runs the attack; afterwards the same workers are alive, the map is what it was, and an honest buyer is served. */
async function expectUnmoved(attack: () => Promise<void>): Promise<void> {
  const look = async () => ({
    workers: workers(),
    maps: await Promise.all([performanceId, unopenedId].map((id) => fetchSnapshot(cluster.origin(0), id))),
  })
  const before = await look()
  await attack()
  expect(await look()).toEqual(before)
  expect((await fetch(`${cluster.origin(0)}/readyz`)).status).toBe(200)
  expect(await bystander.ask('map:watch', {})).toMatchObject({ ok: true })
  expect(cluster.nodes[0]?.output()).not.toMatch(/command failed|request failed|handshake failed/)
}

/** Of no group. */
const GROUP_ID = randomUUID()
/** A request of each event that would be answered, were it not spoilt. */
const REQUESTS: Readonly<Record<string, Record<string, unknown>>> = {
  'map:watch': { epoch: 1, revision: 1 },
  'map:unwatch': {},
  'seats:hold': { seats: [1, 2] },
  'seats:best': { count: 2, zoneId: 'all', sectionId: 0, near: 4, accessible: false, replace: true },
  'seats:swap': { release: [1], hold: [2] },
  'seats:release': { seats: [1] },
  'group:create': { size: 3, rule: 'each_pays', name: 'Host', wish: { zoneId: 'all', sectionId: 0 }, split: true },
  'group:join': { code: 'ABCD-EFGH', name: 'Friend' },
  'group:watch': {},
  'group:update': { groupId: GROUP_ID, name: 'Me', size: 4, wish: {}, split: false },
  'group:leave': { groupId: GROUP_ID },
  'group:remove': { groupId: GROUP_ID, memberId: GROUP_ID },
  'group:renew': { groupId: GROUP_ID, open: true },
  'group:hold': { groupId: GROUP_ID, seats: [1, 2], split: true },
  'group:release': { groupId: GROUP_ID },
  'group:extend': { groupId: GROUP_ID },
  'group:sit': { groupId: GROUP_ID, seat: 1 },
  'group:swap': { groupId: GROUP_ID, memberId: GROUP_ID, accept: true },
  'group:assign': { groupId: GROUP_ID, memberId: GROUP_ID, seat: 1 },
}
/** Those that are not about a group or a code are about a performance. */
const isOfPerformance = (request: object): boolean => !('groupId' in request || 'code' in request)

test('random, missing, oversized and wrongly typed payloads on every event: refused, nothing moves, memory is steady', async () => {
  const random = seededRandom(SEED)
  expect(Object.keys(REQUESTS)).toEqual(COMMANDS.map(({ event }) => event))
  const answers = new Map<string, number>()
  const count = (outcome: string) => answers.set(outcome, (answers.get(outcome) ?? 0) + 1)
  const askHostile = async (socket: Socket, [event, request]: [string, Record<string, unknown>]) => {
    const sale = isOfPerformance(request) && { performanceId: random() < 0.7 ? unopenedId : randomUUID() }
    const payload = spoilt({ ...sale, ...request }, random)
    const more = random() < 0.1 ? [hostileValue(random)] : []
    if (random() < 0.2) socket.emit(event, payload, ...more)
    const asking = socket.timeout(5_000).emitWithAck(event, payload, ...more) as Promise<{ ok: boolean; code: string }>
    const answer = await asking.catch((fault: Error) => fault.message)
    if (typeof answer === 'string') return count(answer)
    if (answer.ok) expect(['map:watch', 'map:unwatch', 'seats:release', 'group:create', 'group:watch']).toContain(event)
    return count(answer.ok ? 'ok' : answer.code)
  }
  const attack = (rounds: number) => async () => {
    for (let round = 0; round < rounds; round++) {
      const socket = raw(bystander.token)
      await connected(socket)
      // One after the other: a frame that is too big ends the connection and with it the rest of the round.
      for (const one of Object.entries(REQUESTS)) if (socket.connected) await askHostile(socket, one)
      socket.close()
    }
  }
  await expectUnmoved(attack(30))
  const warmBytes = residentBytes()
  await expectUnmoved(attack(90))
  expect(answers.get('BAD_REQUEST')).toBeGreaterThan(800)
  const cutOff = 'socket has been disconnected' // frames above 16 KB, more than ten attachments
  const expected = [cutOff, 'BAD_REQUEST', 'NOT_FOUND', 'NOT_ON_SALE', 'NO_HOLD', 'IN_GROUP', 'ok']
  expect([...answers.keys()].filter((outcome) => !expected.includes(outcome))).toEqual([])
  expect(residentBytes() - warmBytes).toBeLessThan(24 * 1_048_576)
})

test('unknown events, reserved names and packets that are none: refused or cut off, never a crash', async () => {
  await expectUnmoved(async () => {
    const socket = raw(bystander.token)
    await connected(socket)
    for (const event of ['nonsense', '__proto__', 'constructor', 'toString', 'error', 'message'])
      expect(await socket.timeout(5_000).emitWithAck(event, {})).toMatchObject({ ok: false, code: 'BAD_REQUEST' })
    socket.close()
    const token = JSON.stringify({ token: bystander.token })
    const packets = [
      '42["connect"]',
      '42["disconnecting",1]',
      '42[]',
      '42[{}]',
      '42[7,{}]',
      '42{"a":1}',
      '42["seats:hold"',
      '4299999999999999999999["seats:hold",{}]',
      '43["x"]',
      '430[1]',
      '44{"message":"no"}',
      '451-["seats:hold",{"_placeholder":true,"num":0}]',
      '459999-["seats:hold",{"_placeholder":true,"num":99}]',
      '40/admin,{}',
      '40{"token":',
      `40${token}`,
      '9',
      'x',
      '',
      '\u0000',
      `42["seats:hold",${'['.repeat(3_000)}${']'.repeat(3_000)}]`,
      'x'.repeat(20_000),
    ]
    await Promise.all(packets.flatMap((packet) => [sendRaw(packet), sendRaw(packet, `40${token}`)]))
    await Promise.all([sendRaw(Buffer.alloc(5_000)), sendRaw(Buffer.alloc(5_000), `40${token}`)])
  })
})

test('every HTTP route with bad parameters, bodies, headers and methods: never a 5xx', async () => {
  const random = seededRandom(SEED + 1)
  const docs = (await (await fetch(`${cluster.origin(0)}/docs/json`)).json()) as { paths: Record<string, object> }
  const routes = Object.keys(docs.paths)
  expect(routes).toContain('/api/performances/{id}/snapshot')
  const organiser = await accessTokens(TOKEN_SECRET).issueToken({
    userId: randomUUID(),
    role: 'organiser',
    seconds: 60,
  })
  await expectUnmoved(async () => {
    for (const route of routes) {
      for (let round = 0; round < 12; round++) {
        const path = route.replace(/\{[^}]+\}/g, () => encodeURIComponent(hostileText(random)))
        const query = random() < 0.3 ? `?min=${encodeURIComponent(hostileText(random))}` : ''
        for (const method of ['GET', 'POST', 'PATCH', 'PUT', 'DELETE']) {
          const hasBody = method !== 'GET'
          const response = await fetch(`${cluster.origin(0)}${path}${query}`, {
            method,
            headers: {
              ...(random() < 0.7 && { authorization: `Bearer ${random() < 0.5 ? organiser : bystander.token}` }),
              ...(hasBody && { 'content-type': random() < 0.8 ? 'application/json' : 'text/plain' }),
              ...(random() < 0.2 && { 'idempotency-key': 'k'.repeat(Math.floor(random() * 300)) }),
            },
            ...(hasBody && { body: random() < 0.2 ? '{"a":' : JSON.stringify(hostileValue(random)) }),
          })
          const body = await response.text()
          expect(response.status, `${method} ${path}${query}: ${body.slice(0, 300)}`).toBeLessThan(500)
          if (response.status >= 400) expect(JSON.parse(body)).toMatchObject({ code: expect.any(String) })
        }
      }
    }
  })
})

test('no token, an expired one, a forged one, another algorithm: refused before any work', async () => {
  const tokens = accessTokens(TOKEN_SECRET)
  const user = { userId: randomUUID(), role: 'guest' } as const
  const expired = await tokens.issueToken({ ...user, seconds: -5 })
  const forged = await accessTokens('another-secret-of-32-characters-0123').issueToken({ ...user, seconds: 60 })
  const [header = '', claims = ''] = bystander.token.split('.')
  const unsigned = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${claims}.`
  const swapped = `${header}.${Buffer.from('{"sub":"x"}').toString('base64url')}.${bystander.token.split('.')[2]}`
  const shortKey = `${header}.${claims}.${createHmac('sha256', '').update(`${header}.${claims}`).digest('base64url')}`
  await expectUnmoved(async () => {
    for (const token of [
      undefined,
      null,
      7,
      {},
      '',
      'x',
      'a.b.c',
      'x'.repeat(10_000),
      expired,
      forged,
      unsigned,
      swapped,
      shortKey,
    ]) {
      const socket = raw(token)
      const refusal = await new Promise<{ data?: unknown }>((resolve) => socket.once('connect_error', resolve))
      expect(refusal.data).toEqual({ code: 'UNAUTHENTICATED' })
      socket.close()
    }
  })
})

test('a foreign Origin is refused with 403 at the upgrade', async () => {
  const url = `${cluster.origin(0).replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`
  for (const origin of ['https://evil.example', 'null', `${cluster.origin(0)}.evil.example`]) {
    const status = await new Promise((resolve) => {
      const socket = new WebSocket(url, { headers: { origin } })
      socket.once('unexpected-response', (_, response) => resolve(response.statusCode))
      socket.once('open', () => resolve(101))
      socket.once('error', () => {})
    })
    expect(status).toBe(403)
  }
})

test('an expired token ends its socket', async () => {
  const token = await accessTokens(TOKEN_SECRET).issueToken({ userId: randomUUID(), role: 'guest', seconds: 2 })
  const socket = raw(token)
  await connected(socket)
  const sinceMs = performance.now()
  await new Promise((resolve) => socket.once('disconnect', resolve))
  expect(performance.now() - sinceMs).toBeLessThan(60_000)
  socket.close()
})

test('an honest buyer is served after all this', async () => {
  expect(await bystander.ask('seats:hold', { seats: [1] })).toMatchObject({ ok: true, seats: [1] })
  await eventually('seen', 1_000, () => bystander.store.statuses[1] === 1)
})

const hostileText = (random: () => number): string =>
  (JSON.stringify(hostileValue(random)) ?? '').slice(0, 300).toWellFormed()

function raw(token: unknown): Socket {
  return io(cluster.origin(0), { transports: ['websocket'], forceNew: true, reconnection: false, auth: { token } })
}

const connected = (socket: Socket) =>
  new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('connect_error', reject)
  })

/** Opens a bare WebSocket, sends the packets after the engine's handshake, and waits a moment for what comes of it. */
function sendRaw(packet: string | Buffer, before?: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${cluster.origin(0).replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`)
    socket.once('error', () => resolve())
    socket.once('close', () => resolve())
    socket.once('message', () => {
      if (before !== undefined) socket.send(before)
      setTimeout(() => socket.send(packet), before === undefined ? 0 : 100)
      setTimeout(() => socket.terminate(), 400)
    })
  })
}
