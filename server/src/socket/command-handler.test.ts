import { holdSeats, releaseSeats } from '@seatcast/shared/protocol/hold.ts'
import { unwatchMap, watchMap } from '@seatcast/shared/protocol/watch.ts'
import { pino } from 'pino'
import { expect, test, vi } from 'vitest'
import { accept, commandHandler, CommandGate, refuse, type Answer, type CommandRules } from './command-handler.ts'
import type { SeatcastSocket } from './server.ts'

const HELD = { holdId: 'h', seats: [1], expiresInMs: 5, epoch: 1, revision: 2 }
const request = { performanceId: 'p', seats: [1] }

/** A gate with one socket: `send` is what a client's packet becomes, `heard` every answer in order. */
function gateWithSocket(rules: Partial<CommandRules> = {}, hold = vi.fn(async () => accept(HELD))) {
  const logged: object[] = []
  const log = pino({ level: 'error' }, { write: (line: string) => logged.push(JSON.parse(line) as object) })
  const gate = new CommandGate(
    [
      commandHandler(holdSeats, hold),
      commandHandler(releaseSeats, () => accept(HELD)),
      commandHandler(unwatchMap, () => accept({})),
      commandHandler(watchMap, () => refuse('NOT_FOUND')),
    ],
    { messagesPerSecond: 1_000, log, now: () => 0, ...rules },
  )
  let listener: (...parameters: unknown[]) => void = () => {}
  const data = { userId: 'u', expiresAtMs: 0, addressHash: 'a', admission: null }
  const onAny = (added: (...parameters: unknown[]) => void) => void (listener = added)
  gate.attach({ id: 's1', data, onAny, once: () => {} } as unknown as SeatcastSocket)
  const heard: Answer[] = []
  const send = (event: unknown, ...parameters: unknown[]) =>
    listener(event, ...parameters, (answer: Answer) => void heard.push(answer))
  return { gate, hold, heard, logged, send, sendWithoutAck: (...packet: unknown[]) => listener(...packet) }
}

test('a well-formed request runs and is answered once', async () => {
  const { gate, hold, heard, send } = gateWithSocket()
  send('seats:hold', request)
  await gate.idle()
  expect(hold).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ id: 's1' }), request)
  expect(heard).toEqual([{ ok: true, ...HELD }])
})

test.each([
  ['nothing', undefined],
  ['null', null],
  ['a number', 7],
  ['a string', 'x'],
  ['a list', []],
  ['binary', Buffer.from('x')],
  ['an empty object', {}],
  ['another field', { ...request, userId: 'somebody-else' }],
  ['a price', { ...request, price: 1 }],
  ['duplicate seats', { ...request, seats: [1, 1] }],
  ['no seats', { ...request, seats: [] }],
  ['a negative seat', { ...request, seats: [-1] }],
  ['half a seat', { ...request, seats: [0.5] }],
  ['a seat as text', { ...request, seats: ['1'] }],
  ['too many seats', { ...request, seats: Array.from({ length: 21 }, (_, seat) => seat) }],
  ['an id with a Redis hash tag', { ...request, performanceId: '{p1}:x' }],
  ['an id as an object', { ...request, performanceId: { toString: 'p' } }],
  ['a poisoned prototype', JSON.parse('{"performanceId":"p","seats":[1],"__proto__":{"x":1}}')],
])('%s is BAD_REQUEST and nothing runs', async (_, payload) => {
  const { gate, hold, heard, send } = gateWithSocket()
  send('seats:hold', payload)
  await gate.idle()
  expect(heard).toEqual([{ ok: false, code: 'BAD_REQUEST', errors: expect.any(Array) }])
  expect(hold).not.toHaveBeenCalled()
})

test('BAD_REQUEST names where and what, at most five times', async () => {
  const { gate, heard, send } = gateWithSocket()
  send('seats:hold', { performanceId: 'p', seats: [-1, 'x', {}, null, 0.5, [], -7] })
  await gate.idle()
  const [answer] = heard
  expect(answer).toMatchObject({
    code: 'BAD_REQUEST',
    errors: [{ path: '/seats/0', message: expect.any(String) }, {}, {}, {}, {}],
  })
})

test.each([['unknown'], ['constructor'], ['__proto__'], [7], [null], ['error']])(
  'the unknown event %s is BAD_REQUEST',
  (event) => {
    const { heard, send } = gateWithSocket()
    send(event, request)
    expect(heard).toEqual([{ ok: false, code: 'BAD_REQUEST', errors: [{ path: '', message: 'unknown event' }] }])
  },
)

test('more than one argument is BAD_REQUEST, no argument at all too', async () => {
  const { gate, hold, heard, send } = gateWithSocket()
  send('seats:hold', request, request)
  send('seats:hold')
  await gate.idle()
  expect(heard.map((answer) => answer.ok || answer.code)).toEqual(['BAD_REQUEST', 'BAD_REQUEST'])
  expect(hold).not.toHaveBeenCalled()
})

test('without an acknowledgement a command runs, and nonsense does no harm', async () => {
  const { gate, hold, sendWithoutAck } = gateWithSocket()
  sendWithoutAck('seats:hold', request)
  sendWithoutAck('seats:hold')
  sendWithoutAck('nonsense', 1, 2, 3)
  sendWithoutAck()
  await gate.idle()
  expect(hold).toHaveBeenCalledTimes(1)
})

test('a fault is UNAVAILABLE, and is logged once with ids and without the payload', async () => {
  const hold = vi.fn(async () => Promise.reject(new Error('Redis is away')))
  const { gate, heard, logged, send } = gateWithSocket({}, hold)
  send('seats:hold', request)
  await gate.idle()
  expect(heard).toEqual([{ ok: false, code: 'UNAVAILABLE', retryInMs: 1_000 }])
  expect(logged).toMatchObject([
    { event: 'seats:hold', socketId: 's1', userId: 'u', err: { message: 'Redis is away' } },
  ])
  expect(JSON.stringify(logged)).not.toContain('seats":[1]')
})

test('the same fault is logged once a second, with the number of those between', async () => {
  let nowMs = 0
  const hold = vi.fn(async () => Promise.reject(new Error('Redis is away')))
  const { gate, heard, logged, send } = gateWithSocket({ now: () => nowMs }, hold)
  for (nowMs = 0; nowMs <= 1_000; nowMs += 250) {
    send('seats:hold', request)
    await gate.idle()
  }
  expect(heard).toHaveLength(5)
  expect(logged).toMatchObject([{ unloggedBefore: 0 }, { unloggedBefore: 3 }])
})

test('above the rate a message is RATE_LIMITED with the time to wait, and does not run', async () => {
  let nowMs = 0
  const { gate, hold, heard, send } = gateWithSocket({ messagesPerSecond: 2, now: () => nowMs })
  for (let count = 0; count < 3; count++) send('seats:hold', request)
  await gate.idle()
  expect(hold).toHaveBeenCalledTimes(2)
  expect(heard).toContainEqual({ ok: false, code: 'RATE_LIMITED', retryInMs: 500 })
  nowMs = 500
  send('seats:hold', request)
  await gate.idle()
  expect(hold).toHaveBeenCalledTimes(3)
})

test('in development the first ack and every map:watch name the node; in production none does', async () => {
  const { gate, heard, send } = gateWithSocket({ node: 'here:1' })
  for (const event of ['seats:hold', 'seats:hold']) {
    send(event, request)
    await gate.idle()
  }
  send('map:watch', { performanceId: 'p' })
  await gate.idle()
  expect(heard.map(({ node }) => node)).toEqual(['here:1', undefined, 'here:1'])

  const production = gateWithSocket()
  production.send('map:watch', { performanceId: 'p' })
  await production.gate.idle()
  expect(production.heard).toEqual([{ ok: false, code: 'NOT_FOUND' }])
})

test('idle waits for what is under way', async () => {
  let finish: (answer: { ok: true } & typeof HELD) => void = () => {}
  const hold = vi.fn(() => new Promise<{ ok: true } & typeof HELD>((resolve) => void (finish = resolve)))
  const { gate, heard, send } = gateWithSocket({}, hold)
  send('seats:hold', request)
  let idle = false
  const waiting = gate.idle().then(() => void (idle = true))
  await Promise.resolve()
  expect(idle).toBe(false)
  finish(accept(HELD))
  await waiting
  expect(heard).toHaveLength(1)
})
