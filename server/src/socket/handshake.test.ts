import { createServer, request as httpRequest, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { io as connect, type Socket } from 'socket.io-client'
import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { AddressCount } from './address-count.ts'
import { guardHandshake, type HandshakeRules } from './handshake.ts'
import { closeConnections, createSocketServer, type SeatcastServer } from './server.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

/** A guarded Socket.IO server whose tokens are `<user>` or `<user>@<expiry, Unix ms>`. */
async function guardedServer(rules: Partial<HandshakeRules> = {}) {
  const http = createServer()
  const io = createSocketServer(http, null)
  let identified = 0
  const sweep = guardHandshake(io, {
    allowedOrigins: [],
    trustProxy: false,
    identify: async (token) => {
      identified += 1
      const [userId = '', expiry = '9e15'] = token.split('@')
      return userId === 'forged' ? null : { userId, expiresAtMs: Number(expiry) }
    },
    readAdmission: async (token) => (token === 'let in' ? 'p1' : null),
    addressSecret: 'secret',
    messagesPerSecondPerSocket: 20,
    socketsPerAddress: 1_000,
    addresses: new AddressCount(),
    socketsElsewhere: () => 0,
    socketsPerWorker: 1_000,
    isOverloaded: () => false,
    log: pino({ level: 'silent' }),
    ...rules,
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  ends.push(
    () => new Promise((resolve) => http.close(resolve)),
    () => io.engine.close(),
    () => sweep.stop(),
  )
  return { http, io, port: portOf(http), identified: () => identified, sweep }
}

const portOf = (http: HttpServer) => (http.address() as AddressInfo).port

function client(port: number, auth: object, options: object = {}): Socket {
  const socket = connect(`http://127.0.0.1:${port}`, { transports: ['websocket'], forceNew: true, auth, ...options })
  ends.push(() => socket.close())
  return socket
}

const outcome = (socket: Socket) =>
  new Promise<unknown>((resolve) => {
    socket.once('connect', () => resolve('connected'))
    socket.once('connect_error', (error) => resolve((error as Error & { data?: unknown }).data ?? error.message))
  })

/** The status line that an upgrade is answered with. */
const upgradeStatus = (port: number, headers: Record<string, string>) =>
  new Promise<number>((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`, { headers })
    socket.once('unexpected-response', (_, response) => resolve(response.statusCode ?? 0))
    socket.once('open', () => {
      socket.close()
      resolve(101)
    })
    socket.once('error', reject)
  })

test('a foreign Origin is refused with 403 before any work; the own host, a listed one and none are let in', async () => {
  const { port, identified } = await guardedServer({ allowedOrigins: ['https://tickets.example'] })
  expect(await upgradeStatus(port, { origin: 'https://evil.example' })).toBe(403)
  expect(await upgradeStatus(port, { origin: 'null' })).toBe(403)
  expect(await upgradeStatus(port, { origin: `http://127.0.0.1:${port}` })).toBe(101)
  expect(await upgradeStatus(port, { origin: 'https://tickets.example' })).toBe(101)
  expect(await upgradeStatus(port, {})).toBe(101)
  expect(identified()).toBe(0)
})

test('long polling is refused, a foreign Origin on it too', async () => {
  const { port } = await guardedServer()
  const poll = (headers: Record<string, string>) =>
    new Promise<number>((resolve, reject) => {
      httpRequest(`http://127.0.0.1:${port}/socket.io/?EIO=4&transport=polling`, { headers }, (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
        .on('error', reject)
        .end()
    })
  expect(await poll({})).toBe(400)
  expect(await poll({ origin: 'https://evil.example' })).toBe(403)
})

test.each([
  ['none', {}],
  ['an empty one', { token: '' }],
  ['a number', { token: 7 }],
  ['an object', { token: { userId: 'u' } }],
  ['a forged one', { token: 'forged' }],
])('token: %s is UNAUTHENTICATED', async (_, auth) => {
  const { port, io } = await guardedServer()
  expect(await outcome(client(port, auth))).toEqual({ code: 'UNAUTHENTICATED' })
  expect(io.sockets.sockets.size).toBe(0)
})

test('a token opens a socket in the room of its user, with a hashed address', async () => {
  const { port, io } = await guardedServer()
  expect(await outcome(client(port, { token: 'u1', admission: 'let in' }))).toBe('connected')
  const [socket] = io.sockets.sockets.values()
  expect(socket?.rooms).toContain('user:u1')
  expect(socket?.data).toMatchObject({ userId: 'u1', admission: 'p1' })
  expect(socket?.data.addressHash).toMatch(/^[\w-]{22}$/)
})

test('a socket whose token has expired is ended by the sweep; its client tries again and is refused', async () => {
  const { port, sweep } = await guardedServer({
    identify: async (token) => {
      const [userId = '', expiry = ''] = token.split('@')
      return Number(expiry) > Date.now() ? { userId, expiresAtMs: Number(expiry) } : null
    },
  })
  const socket = client(port, { token: `u1@${Date.now() + 300}` }, { reconnectionDelay: 10, randomizationFactor: 0 })
  expect(await outcome(socket)).toBe('connected')
  const disconnected = new Promise((resolve) => socket.once('disconnect', resolve))
  const refused = outcome(socket)
  await new Promise((resolve) => setTimeout(resolve, 310))
  sweep.wake()
  expect(await disconnected).toBe('transport close')
  expect(await refused).toEqual({ code: 'UNAUTHENTICATED' })
})

test('above the sockets of a worker: OVERLOADED; of an address: RATE_LIMITED; both say when to ask again', async () => {
  const worker = await guardedServer({ socketsPerWorker: 1 })
  expect(await outcome(client(worker.port, { token: 'u1' }))).toBe('connected')
  expect(await outcome(client(worker.port, { token: 'u2' }))).toEqual({
    code: 'OVERLOADED',
    retryInMs: expect.any(Number),
  })

  const late = await guardedServer({ isOverloaded: () => true })
  expect(await outcome(client(late.port, { token: 'u1' }))).toMatchObject({ code: 'OVERLOADED' })

  const address = await guardedServer({ socketsPerAddress: 1 })
  const first = client(address.port, { token: 'u1' })
  expect(await outcome(first)).toBe('connected')
  expect(await outcome(client(address.port, { token: 'u2' }))).toMatchObject({ code: 'RATE_LIMITED' })
  const gone = new Promise((resolve) => address.io.sockets.sockets.values().next().value?.once('disconnect', resolve))
  first.close()
  await gone
  expect(await outcome(client(address.port, { token: 'u3' }))).toBe('connected')
})

test('X-Forwarded-For tells addresses apart only behind a trusted proxy, and only its last entry', async () => {
  const forwarded = (list: string) => ({ extraHeaders: { 'x-forwarded-for': list } })
  const trusting = await guardedServer({ socketsPerAddress: 1, trustProxy: true })
  expect(await outcome(client(trusting.port, { token: 'u1' }, forwarded('9.9.9.9, 1.1.1.1')))).toBe('connected')
  expect(await outcome(client(trusting.port, { token: 'u2' }, forwarded('9.9.9.9, 2.2.2.2')))).toBe('connected')
  expect(await outcome(client(trusting.port, { token: 'u3' }, forwarded('8.8.8.8, 1.1.1.1')))).toMatchObject({
    code: 'RATE_LIMITED',
  })

  const direct = await guardedServer({ socketsPerAddress: 1 })
  expect(await outcome(client(direct.port, { token: 'u1' }, forwarded('1.1.1.1')))).toBe('connected')
  expect(await outcome(client(direct.port, { token: 'u2' }, forwarded('2.2.2.2')))).toMatchObject({
    code: 'RATE_LIMITED',
  })
})

test('sockets of the address on other workers count too', async () => {
  let elsewhere = 2
  const heard: string[] = []
  const { port } = await guardedServer({
    socketsPerAddress: 3,
    socketsElsewhere: (addressHash) => {
      heard.push(addressHash)
      return elsewhere
    },
  })
  expect(await outcome(client(port, { token: 'u1' }))).toBe('connected')
  expect(await outcome(client(port, { token: 'u2' }))).toMatchObject({ code: 'RATE_LIMITED' })
  elsewhere = 40
  expect(await upgradeStatus(port, {})).toBe(429)
  expect(new Set(heard).size).toBe(1)
  expect(heard[0]).toMatch(/^[\w-]{22}$/)
})

test('a fault while checking a token is UNAVAILABLE, not a crash', async () => {
  const { port } = await guardedServer({ identify: () => Promise.reject(new Error('away')) })
  expect(await outcome(client(port, { token: 'u1' }))).toMatchObject({ code: 'UNAVAILABLE' })
})

test('a flooding socket is closed', async () => {
  const { port } = await guardedServer({ messagesPerSecondPerSocket: 1 })
  const socket = client(port, { token: 'u1' }, { reconnection: false })
  expect(await outcome(socket)).toBe('connected')
  const closed = new Promise((resolve) => socket.once('disconnect', resolve))
  for (let count = 0; count < 500; count++) socket.emit('seats:hold', count)
  expect(await closed).toMatch(/transport/)
})

test('a frame above the limit ends the connection', async () => {
  const { port } = await guardedServer()
  const socket = client(port, { token: 'u1' }, { reconnection: false })
  expect(await outcome(socket)).toBe('connected')
  const closed = new Promise((resolve) => socket.once('disconnect', resolve))
  socket.emit('seats:hold', 'x'.repeat(20_000))
  expect(await closed).toMatch(/transport/)
})

test('connections closed for a drain come back by themselves', async () => {
  const { port, io } = await guardedServer()
  const socket = client(port, { token: 'u1' }, { reconnectionDelay: 10, randomizationFactor: 0 })
  expect(await outcome(socket)).toBe('connected')
  const disconnected = new Promise((resolve) => socket.once('disconnect', resolve))
  const again = outcome(socket)
  let answered: (() => void) | undefined
  const closing = closeConnections(io satisfies SeatcastServer, 5, () => new Promise((resolve) => (answered = resolve)))
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(socket.connected, 'what is under way is answered first').toBe(true)
  answered?.()
  await closing
  expect(await disconnected).toBe('transport close')
  expect(await again).toBe('connected')
})
