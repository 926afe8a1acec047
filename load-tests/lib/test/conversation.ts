/*
 * What socket-io.e2e.test.ts runs under k6 against a plain socket.io server: each step prints one line, `step <name> <JSON>`,
 * which the test compares. ORIGIN: the server's.
 */
import { ConnectError, NoAnswerError, SocketIo, Timer } from '../socket-io.bundle.js'

interface Sends {
  heard: (answer: (events: number) => void) => void
  sum: (numbers: number[], answer: (sum: number) => void) => void
  never: (answer: () => void) => void
  reverse: (bytes: ArrayBuffer, answer: (bytes: ArrayBuffer) => void) => void
  greet: (name: string) => void
  cut: () => void
  leave: () => void
  frame: (text: string) => void
}
interface Hears {
  greeting: (text: string, bytes: ArrayBuffer) => void
  question: (of: string, answer: (text: string) => void) => void
  answered: (text: string) => void
  broadcast: (fact: { readonly n: number }) => void
}

const ORIGIN = __ENV['ORIGIN'] ?? ''
const SOCKETS = 50
export const options = { vus: 1, iterations: 1 }

const step = (name: string, fact: unknown): void => console.log(`step ${name} ${JSON.stringify(fact)}`)
const bytesOf = (buffer: ArrayBuffer): number[] => [...new Uint8Array(buffer)]
const pause = (ms: number): Promise<void> => new Promise((resolve) => void new Timer(resolve, ms))
const socketTo = (path: string, more: object = {}): SocketIo<Hears, Sends> =>
  new SocketIo<Hears, Sends>(ORIGIN, { auth: { token: 'good' }, path, ackTimeoutMs: 30_000, ...more })

export default async function conversation(): Promise<void> {
  await refusals()
  await events()
  await noAnswer()
  await unsent()
  await reconnects()
  await silence()
  await mute()
  await stalled()
  await busy()
  await crowd()
}

async function refusals(): Promise<void> {
  const refused = await socketTo('/plain/', { auth: { token: 'bad' } })
    .opened()
    .catch((error: ConnectError) => ({ message: error.message, data: error.data }))
  step('refused', refused)
  const nowhere = new SocketIo('http://127.0.0.1:1', { reconnection: { attempts: 2, delayMs: 10 } })
  let errors = 0
  nowhere.on('connect_error', () => void (errors += 1))
  nowhere.connect()
  await nowhere.next('reconnect_failed')
  step('nowhere', errors)
  const given = socketTo('/plain/')
  const opening = given.opened().catch((error: ConnectError) => error.message)
  given.disconnect()
  step('given up', await opening)
}

async function events(): Promise<void> {
  const socket = socketTo('/plain/', { query: { shop: 'a&b' }, headers: { 'x-tester': 'k6' } })
  const early = socket.ask('sum', [1, 2]) // before there is a connection: sent when there is
  await socket.opened()
  await socket.opened()
  step('open already', socket.connected)
  step('handshake', typeof socket.id)
  step('sum', [await early, await socket.ask('sum', [3, 4])])
  step('binary', bytesOf(await socket.ask('reverse', Uint8Array.of(1, 2, 3).buffer)))
  const greeting = socket.next('greeting')
  socket.emit('greet', 'Åsa')
  const [text, bytes] = await greeting
  step('greeting', [text, bytesOf(bytes)])
  const answered = socket.next('answered')
  socket.on('question', (of, answer) => answer(`${of}? yes`))
  socket.emit('greet', 'ask me')
  step('question', (await answered)[0])
  const pending = socket.ask('never').catch((error: NoAnswerError) => error.why)
  const gone = socket.next('disconnect')
  socket.disconnect()
  step('disconnect', [await pending, (await gone)[0], socket.connected])
}

async function noAnswer(): Promise<void> {
  const socket = socketTo('/plain/', { ackTimeoutMs: 200 })
  await socket.opened()
  step('no answer', await socket.ask('never').catch((error: NoAnswerError) => error.why))
  socket.disconnect()
}

/** What waits for a connection: a failed dial does not end it, its timeout does, and then it is not sent any more. */
async function unsent(): Promise<void> {
  const socket = socketTo('/plain/', { ackTimeoutMs: 1_000, reconnection: { delayMs: 1_200, jitter: 0 } })
  const never = socket.ask('never').catch((error: NoAnswerError) => error.why)
  socket.connect().breakLink() // the dial fails, and the next comes after the timeout
  const why = await never
  await socket.next('connect')
  step('unsent', [why, await socket.ask('heard')]) // of itself only
  socket.disconnect()
  const other = socketTo('/plain/', { reconnection: { delayMs: 20 } })
  const sum = other.ask('sum', [6])
  other.connect().breakLink()
  step('kept', await sum)
  other.disconnect()
}

async function reconnects(): Promise<void> {
  const socket = socketTo('/plain/', { reconnection: { delayMs: 20 } })
  await socket.opened()
  const first = socket.id
  let gone = socket.next('disconnect')
  socket.emit('cut')
  const [reason] = await gone
  const sum = socket.ask('sum', [5])
  await socket.next('connect')
  step('cut', [reason, await sum, socket.id !== first])
  gone = socket.next('disconnect')
  socket.breakLink()
  step('broken', (await gone)[0])
  await socket.next('connect')
  gone = socket.next('disconnect')
  socket.emit('leave')
  step('left', (await gone)[0])
  await pause(100)
  step('not again', socket.connected)
  socket.disconnect()
}

/** A server that promises pings and sends none. */
async function silence(): Promise<void> {
  const socket = socketTo('/silent/', { reconnection: false })
  await socket.opened()
  step('silence', (await socket.next('disconnect'))[0])
  const garbage = socketTo('/plain/', { reconnection: false })
  await garbage.opened()
  const gone = garbage.next('disconnect')
  garbage.emit('frame', '4zzz')
  step('garbage', (await gone)[0])
}

/** A server whose first packet never arrives, as k6 sometimes has it. */
async function mute(): Promise<void> {
  const socket = new SocketIo(__ENV['MUTE'] ?? '', { reconnection: false })
  await socket.opened()
  step('open packet lost', socket.id)
  socket.disconnect()
}

/** A dial that hears nothing, as it sometimes goes with k6: it is given up and made again; the user's other timers go on. */
async function stalled(): Promise<void> {
  const patience = { connectTimeoutMs: 1_000, reconnection: { delayMs: 500, jitter: 0 } }
  const once = new SocketIo(__ENV['STALLING'] ?? '', patience)
  step('stalled', await once.opened().catch((error: ConnectError) => error.why))
  const socket = new SocketIo(__ENV['STALLING'] ?? '', patience)
  const whys: string[] = []
  socket.on('connect_error', ({ why }) => void whys.push(why))
  await socket.opened(2)
  step('dialled again', [socket.id, whys])
  socket.disconnect()
}

/** A timer that is cleared when its turn has come, in a user that was busy: k6 then lets the next one fire. */
async function busy(): Promise<void> {
  const startedMs = Date.now()
  const tookMs = new Promise<number>((resolve) => void new Timer(() => resolve(Date.now() - startedMs), 300))
  const due = new Timer(() => {}, 10)
  while (Date.now() - startedMs < 50);
  due.clear()
  step('never early', (await tookMs) >= 299)
}

/** Many sockets in one VU, over several pings; a broadcast is decoded once and heard by all. */
async function crowd(): Promise<void> {
  const sockets = Array.from({ length: SOCKETS }, () => socketTo('/plain/', { shareDecoded: true }))
  await Promise.all(sockets.map((socket) => socket.opened()))
  const heard = Promise.all(sockets.map((socket) => socket.next('broadcast')))
  sockets[0]?.emit('greet', 'everybody')
  const facts = (await heard).map(([fact]) => fact)
  step('crowd', [facts.length, facts[0], facts.every((fact) => fact === facts[0])])
  await pause(500)
  step('pings', sockets.filter(({ connected }) => connected).length)
  for (const socket of sockets) socket.disconnect()
}
