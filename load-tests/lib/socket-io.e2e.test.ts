import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { Server, type Socket } from 'socket.io'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { findK6 } from '../run/find-k6.ts'
import { readmeExample } from './test/readme-example.ts'

const SCRIPT = join(import.meta.dirname, 'test/conversation.ts')
const k6 = findK6(process.env)?.path
const steps = new Map<string, unknown>()
const http = createServer()
const seen: { query?: unknown; header?: unknown } = {}

if (k6 === undefined)
  console.warn(
    'SKIPPED: the Socket.IO client for k6 was not tested, there is no k6 (npm run load -- k6 says how to get it)',
  )

/** The real server: one that talks, one that promises pings within 200 ms and never sends one. */
beforeAll(async () => {
  if (k6 === undefined) return
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const plain = new Server(http, { path: '/plain/', pingInterval: 150, pingTimeout: 20_000 })
  plain.use((socket, next) => next(socket.handshake.auth['token'] === 'good' ? undefined : refusal()))
  plain.on('connection', (socket) => talk(plain, socket))
  const silent = new Server(http, { path: '/silent/', pingInterval: 200, pingTimeout: 1 })
  // Neither pings nor misses the pong: only the client can notice.
  silent.engine.on('connection', (socket: { pingIntervalTimer: NodeJS.Timeout }) =>
    clearTimeout(socket.pingIntervalTimer),
  )
  const mute = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(mute, 'listening')
  mute.on('connection', (ws) =>
    ws.on('message', (packet: Buffer) => packet.toString().startsWith('40') && ws.send('40{"sid":"m"}')),
  )
  const stalling = await startStalling(mute)
  const output = await run(k6, SCRIPT, origin(), [
    `MUTE=http://127.0.0.1:${(mute.address() as AddressInfo).port}`,
    `STALLING=http://127.0.0.1:${(stalling.address() as AddressInfo).port}`,
  ])
  stalling.close()
  mute.close()
  for (const [, name = '', fact = ''] of output.matchAll(/step ([a-z ]+?) ([[{"\dtfn].*)$/gm))
    steps.set(name, JSON.parse(fact))
})
afterAll(() => http.close().closeAllConnections())

/** Every third dial is welcomed by `there`; the others hear nothing, until the next dial ends them. */
async function startStalling(there: WebSocketServer): Promise<HttpServer> {
  const stalling = createServer().listen(0, '127.0.0.1')
  let dials = 0
  let waiting: Duplex | undefined
  stalling.on('upgrade', (request, socket, head) => {
    waiting?.destroy()
    dials += 1
    if (dials % 3 === 0)
      return there.handleUpgrade(request, socket, head, (ws) => there.emit('connection', ws, request))
    waiting = socket
  })
  await once(stalling, 'listening')
  return stalling
}

const origin = () => `http://127.0.0.1:${(http.address() as AddressInfo).port}`

const refusal = () => Object.assign(new Error('who are you'), { data: { code: 'UNAUTHENTICATED', retryInMs: 7 } })

function talk(server: Server, socket: Socket): void {
  Object.assign(seen, {
    query: socket.handshake.query['shop'] ?? seen.query,
    header: socket.handshake.headers['x-tester'] ?? seen.header,
  })
  let heard = 0
  socket.onAny(() => void (heard += 1))
  socket.on('heard', (answer: (events: number) => void) => answer(heard))
  socket.on('sum', (numbers: number[], answer: (sum: number) => void) =>
    answer(numbers.reduce((sum, number) => sum + number, 0)),
  )
  socket.on('reverse', (bytes: Buffer, answer: (bytes: Buffer) => void) => answer(Buffer.from(bytes.toReversed())))
  socket.on('greet', (name: string) => {
    if (name === 'everybody') return server.emit('broadcast', { n: 1 })
    if (name === 'ask me') return socket.emit('question', 'well', (text: string) => socket.emit('answered', text))
    return socket.emit('greeting', `hello ${name}`, Buffer.from([7, 8]))
  })
  socket.on('cut', () => socket.conn.close())
  socket.on('leave', () => socket.disconnect())
  socket.on('frame', (text: string) => socket.conn.write(text.slice(1)))
}

/** All that k6 printed; rejects when it failed. */
function run(binary: string, script: string, server: string, more: readonly string[] = []): Promise<string> {
  // The example's latency is the test machine's affair.
  const args = [
    'run',
    '--no-thresholds',
    '--no-usage-report',
    '--log-format',
    'raw',
    ...[`ORIGIN=${server}`, ...more].flatMap((setting) => ['-e', setting]),
    script,
  ]
  return new Promise((resolve, reject) =>
    execFile(binary, args, { timeout: 60_000 }, (error, stdout, stderr) =>
      error === null ? resolve(stdout + stderr) : reject(new Error(`${error.message}\n${stdout}${stderr}`)),
    ),
  )
}

test.skipIf(k6 === undefined).each([
  ['refused', { message: 'who are you', data: { code: 'UNAUTHENTICATED', retryInMs: 7 } }],
  ['nowhere', 3],
  ['given up', 'io client disconnect'],
  ['open already', true],
  ['handshake', 'string'],
  ['sum', [3, 7]],
  ['no answer', 'timeout'],
  ['binary', [3, 2, 1]],
  ['greeting', ['hello Åsa', [7, 8]]],
  ['question', 'well? yes'],
  ['disconnect', ['disconnected', 'io client disconnect', false]],
  ['unsent', ['timeout', 1]],
  ['kept', 6],
  ['cut', ['transport close', 5, true]],
  ['broken', 'transport error'],
  ['left', 'io server disconnect'],
  ['not again', false],
  ['silence', 'ping timeout'],
  ['garbage', 'transport error'],
  ['open packet lost', 'm'],
  ['stalled', 'timeout'],
  ['dialled again', ['m', ['timeout']]],
  ['never early', true],
  ['crowd', [50, { n: 1 }, true]],
  ['pings', 50],
] as const)('the client for k6 against the real socket.io server: %s', (name, fact) => {
  expect(steps.get(name)).toEqual(fact)
})

test.skipIf(k6 === undefined)('query and headers reach the server as they were', () => {
  expect(seen).toEqual({ query: 'a&b', header: 'k6' })
})

test.skipIf(k6 === undefined)("the README's example works as it stands", async () => {
  const quotes: string[] = []
  const shop = new Server(http)
  shop.use((socket, next) => next(socket.handshake.auth['token'] === 'good' ? undefined : refusal()))
  shop.on('connection', (socket) => {
    socket.emit('news', 'up')
    socket.on('quote', (share: string, answer: (quote: { price: number }) => void) => {
      quotes.push(share)
      answer({ price: 7 })
    })
  })
  const folder = mkdtempSync(join(tmpdir(), 'seatcast-example-'))
  try {
    const output = await run(k6 ?? '', exampleIn(folder), origin())
    expect(quotes).toHaveLength(20 * 10 * 3)
    expect(Number(/headlines\.*: (\d+) /.exec(output)?.[1])).toBe(20 * 10)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

/** The README's script as a file elsewhere, hence with the bundle's whole path; it thinks less between two questions. */
function exampleIn(folder: string): string {
  const file = join(folder, 'example.ts')
  writeFileSync(
    file,
    readmeExample()
      .replace('./socket-io.bundle.js', join(import.meta.dirname, 'socket-io.bundle.js'))
      .replace('pause(1_000)', 'pause(10)'),
  )
  return file
}
