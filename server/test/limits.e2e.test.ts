import { randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import { io } from 'socket.io-client'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { becomeGuest, joinSale, type Buyer, type BuyerOptions } from './support/buyer.ts'
import { startCluster, TEST_PARTITIONS, type Cluster } from './support/cluster.ts'
import { eventually } from './support/eventually.ts'
import { createTestSale, type TestSale } from './support/test-sale.ts'

const SEATS = 500
const TOKEN_SECRET = 'a-secret-of-the-limits-test-01234567890'
let cluster: Cluster
const buyers: Buyer[] = []

beforeAll(async () => {
  const env = {
    TOKEN_SECRET,
    SEATCAST_LIMITS: 'production',
    SOCKETS_PER_ADDRESS: '12',
    HELD_SEATS_PER_ADDRESS: '10',
    GUESTS_PER_MINUTE_PER_ADDRESS: '40',
    TRUST_PROXY: 'true',
  }
  cluster = await startCluster({ nodes: 1, workers: 1, schedulers: 1, env })
})
afterAll(() => cluster?.stop())
afterEach(() => {
  for (const buyer of buyers.splice(0)) buyer.close()
})

const sale = (options: TestSale = {}) => createTestSale(cluster.databaseUrl, TEST_PARTITIONS, options)

async function join(performanceId: string, options: Partial<BuyerOptions> = {}): Promise<Buyer> {
  const buyer = await joinSale({ origins: [cluster.origin(0)], performanceId, seatCount: SEATS, ...options })
  buyers.push(buyer)
  return buyer
}

test('messages above 20 a second are RATE_LIMITED with the time to wait; after it they are not', async () => {
  const buyer = await join(await sale())
  const answers = await Promise.all(Array.from({ length: 40 }, () => buyer.ask('map:watch', {})))
  const limited = answers.filter((answer) => !answer.ok && answer.code === 'RATE_LIMITED')
  expect(limited.length).toBeGreaterThan(10)
  expect(answers.filter(({ ok }) => ok).length).toBeGreaterThan(10)
  for (const answer of limited) expect(!answer.ok && answer.retryInMs).toBeGreaterThan(0)
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(await buyer.ask('map:watch', {})).toMatchObject({ ok: true })
})

test('holds above 5 a second of one buyer, whatever the socket, are RATE_LIMITED', async () => {
  const performanceId = await sale()
  const one = await join(performanceId)
  const two = await join(performanceId, { guest: one })
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, turn) => (turn % 2 ? one : two).ask('seats:hold', { seats: [1] })),
  )
  expect(answers.filter(({ ok }) => ok)).toHaveLength(5)
  expect(answers.filter((answer) => !answer.ok && answer.code === 'RATE_LIMITED')).toHaveLength(7)
})

test('a flood ends the socket, and only that', async () => {
  const performanceId = await sale()
  const [flooder, honest] = [await join(performanceId), await join(performanceId)]
  flooder.socket.io.reconnection(false)
  const ended = new Promise((resolve) => flooder.socket.once('disconnect', resolve))
  for (let count = 0; count < 2_000; count++) flooder.socket.emit('map:unwatch', { performanceId }, () => {})
  await ended
  expect(await honest.ask('seats:hold', { seats: [1] })).toMatchObject({ ok: true })
})

test('the seats that one address holds are limited, however many buyers it has', async () => {
  const performanceId = await sale()
  const everybody = [await join(performanceId), await join(performanceId), await join(performanceId)]
  const answers = await Promise.all(
    everybody.map((buyer, index) => buyer.ask('seats:hold', { seats: [0, 1, 2, 3].map((seat) => index * 10 + seat) })),
  )
  const refused = answers.filter((answer) => !answer.ok)
  expect(refused).toEqual([{ ok: false, code: 'LIMIT_EXCEEDED' }])
})

test('sockets of one address are limited, whatever it claims before the proxy; another address is not', async () => {
  const { token } = await becomeGuest(cluster.origin(0))
  const open = (address: string) =>
    new Promise<unknown>((resolve) => {
      const extraHeaders = { 'x-forwarded-for': address }
      const socket = io(cluster.origin(0), {
        transports: ['websocket'],
        forceNew: true,
        auth: { token },
        extraHeaders,
        reconnection: false,
      })
      sockets.push(socket)
      socket.once('connect', () => resolve('connected'))
      socket.once('connect_error', (error) => resolve((error as Error & { data?: unknown }).data))
    })
  const sockets: ReturnType<typeof io>[] = []
  const outcomes: unknown[] = []
  for (let count = 0; count < 14; count++) outcomes.push(await open(`198.51.100.${count}, 203.0.113.7`))
  expect(outcomes.slice(0, 12)).toEqual(Array.from({ length: 12 }, () => 'connected'))
  for (const outcome of outcomes.slice(12))
    expect(outcome).toEqual({ code: 'RATE_LIMITED', retryInMs: expect.any(Number) })
  expect(await open('203.0.113.8')).toBe('connected')
  for (const socket of sockets) socket.close()
})

test('[H12] who let holds run out for longer than the budget is refused with COOL_DOWN; others are not', async () => {
  const performanceId = await sale({ holdSeconds: 2, paymentSeconds: 2 })
  const squatter = await join(performanceId)
  for (let turn = 0; turn < 4; turn++) {
    expect(await squatter.ask('seats:hold', { seats: [turn] }), `hold ${turn}`).toMatchObject({ ok: true })
    await eventually(
      'run out',
      4_000,
      () => squatter.holds.filter(({ reason }) => reason === 'expired').length === turn + 1,
    )
  }
  const refused = await squatter.ask('seats:hold', { seats: [9] })
  expect(refused).toMatchObject({ ok: false, code: 'COOL_DOWN', retryInMs: expect.any(Number) })
  expect(!refused.ok && refused.retryInMs).toBeGreaterThan(3_000_000)
  expect(await squatter.ask('map:watch', {})).toMatchObject({ ok: true })
  const honest = await join(performanceId)
  expect(await honest.ask('seats:hold', { seats: [9] })).toMatchObject({ ok: true })
})

test('guests of one address are limited with 429 and Retry-After, whatever they claim before the proxy', async () => {
  const ask = (_: unknown, index: number) => {
    const headers = { 'x-forwarded-for': `198.51.100.${index}, 203.0.113.9` }
    return fetch(`${cluster.origin(0)}/api/guests`, { method: 'POST', headers })
  }
  const answers = await Promise.all(Array.from({ length: 45 }, ask))
  const limited = answers.filter(({ status }) => status === 429)
  expect(limited).toHaveLength(5)
  expect(Number(limited[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
})

test('in production acks name no node; where admission is required, only the own one for this performance counts', async () => {
  const production = await startCluster({
    nodes: 1,
    workers: 1,
    schedulers: 0,
    env: { TOKEN_SECRET, NODE_ENV: 'production', ADMISSION_REQUIRED: 'true' },
  })
  try {
    const performanceId = await createTestSale(production.databaseUrl, TEST_PARTITIONS)
    const outsider = await joinSale({ origins: [production.origin(0)], performanceId, seatCount: SEATS })
    expect(await outsider.ask('map:watch', {})).not.toHaveProperty('node')
    expect(await outsider.ask('seats:hold', { seats: [1] })).toEqual({ ok: false, code: 'ADMISSION_REQUIRED' })
    outsider.close()

    const guest = await becomeGuest(production.origin(0))
    const admission = (sub: string, secret = TOKEN_SECRET) =>
      new SignJWT({ performanceId })
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject(sub)
        .setAudience('seatcast:admission')
        .setExpirationTime('1m')
        .sign(new TextEncoder().encode(secret))
    const hold = async (shown: string) => {
      const auth = { token: guest.token, admission: shown }
      const socket = io(production.origin(0), { transports: ['websocket'], forceNew: true, auth })
      const answer: unknown = await socket.timeout(5_000).emitWithAck('seats:hold', { performanceId, seats: [1] })
      socket.close()
      return answer
    }
    for (const shown of [
      'x',
      guest.token,
      await admission(randomUUID()),
      await admission(guest.userId, 'x'.repeat(32)),
    ])
      expect(await hold(shown)).toEqual({ ok: false, code: 'ADMISSION_REQUIRED' })
    expect(await hold(await admission(guest.userId))).toMatchObject({ ok: true, seats: [1] })
  } finally {
    await production.stop()
  }
})
