import { pino } from 'pino'
import { zoneOfSeats } from '@seatcast/shared/domain/hall.ts'
import { beforeEach, expect, test, vi } from 'vitest'
import { straightRows } from '../../test/support/straight-rows.ts'
import type { Performance } from '../catalogue/performance.ts'
import { readConfig } from '../config.ts'
import { refuse, type Answer, type Caller } from '../socket/command-handler.ts'
import type { SeatAnswer } from './seat-answer.ts'
import type { BuyerCommands } from './seat-commands.ts'
import { seatHandlers, type SaleMap, type SeatSocketOptions } from './seat-socket.ts'

const { limits: demo } = readConfig({ DATABASE_URL: 'x', REDIS_URL: 'x' })
const OK: SeatAnswer = { ok: true, holdId: 'h', seats: [1], expiresInMs: 9, epoch: 3, revision: 4 }
const no = (code: 'NO_HOLD' | 'NO_MAP' | 'BAD_REQUEST'): SeatAnswer => ({ ok: false, code })
const NO_BLOCK: SeatAnswer = { ok: false, code: 'NO_BLOCK', epoch: 3, revision: 5 }

/** Two rows of four; every state may be set. */
function aMap(states: readonly number[] = []): SaleMap {
  const layout = straightRows(2, 4)
  const zones = [{ id: 'all', name: 'All', color: '#000000', price: 1, currency: 'EUR', categories: [0] }]
  const performance = { id: 'p', holdSeconds: 10, paymentSeconds: 20, zones } as unknown as Performance
  const mirror = {
    position: { epoch: 3, revision: 7 },
    states: Uint8Array.from({ length: 8 }, (_, seat) => states[seat] ?? 0),
    holdOf: () => undefined,
  }
  return {
    performance,
    layout,
    zoneOfSeat: zoneOfSeats(layout, zones),
    mirror,
    target: { id: 'p', partition: 0, epoch: 3 },
  }
}

const commands = {
  hold: vi.fn<BuyerCommands['hold']>(),
  holdFirstFree: vi.fn<BuyerCommands['holdFirstFree']>(),
  swap: vi.fn<BuyerCommands['swap']>(),
  release: vi.fn<BuyerCommands['release']>(),
  rememberAnswer: vi.fn<BuyerCommands['rememberAnswer']>(async () => true),
}
beforeEach(() => {
  for (const command of Object.values(commands)) command.mockReset()
})

function asker(options: Partial<SeatSocketOptions> = {}, map = aMap()) {
  const log = pino({ level: 'silent' })
  const handlers = seatHandlers({
    commands,
    open: async () => map,
    limits: demo,
    admissionRequired: false,
    log,
    ...options,
  })
  const data = { userId: 'u', expiresAtMs: 0, addressHash: 'hash', admission: null as string | null }
  return {
    data,
    ask: async (event: string, request: object): Promise<Answer> => {
      const handler = handlers.find((one) => one.event === event)
      const full = { performanceId: 'p', ...request }
      expect(handler?.check(full)).toBeNull()
      return (await handler?.run({ id: 's', data } as unknown as Caller, full)) ?? refuse('NOT_FOUND')
    },
  }
}

test('a hold is asked for with the caller of the handshake, the map of the mirror and no limits in the demo', async () => {
  commands.hold.mockResolvedValue(OK)
  expect(await asker().ask('seats:hold', { seats: [1], requestId: 'r' })).toEqual({ ...OK })
  expect(commands.hold).toHaveBeenCalledExactlyOnceWith(
    { id: 'p', partition: 0, epoch: 3 },
    { buyer: 'u', requestId: 'r', seats: [1] },
  )
})

test('[H12] in production: the hashed address with its limit, and a budget of 2 x (hold + payment)', async () => {
  commands.hold.mockResolvedValue(OK)
  const limits = { ...demo, heldSeatsPerAddress: 200, squattingBudget: true }
  await asker({ limits }).ask('seats:hold', { seats: [1] })
  expect(commands.hold.mock.calls[0]?.[1]).toMatchObject({ address: 'hash', addressMax: 200, budgetMs: 60_000 })
})

test('holds above the rate of a buyer are RATE_LIMITED whatever the event; releases are not', async () => {
  commands.hold.mockResolvedValue(OK)
  commands.release.mockResolvedValue(OK)
  const { ask } = asker({ limits: { ...demo, holdsPerSecondPerBuyer: 2 } })
  await ask('seats:hold', { seats: [1] })
  await ask('seats:hold', { seats: [2] })
  const refused = { ok: false, code: 'RATE_LIMITED', retryInMs: expect.any(Number) }
  expect(await ask('seats:best', { count: 1 })).toEqual(refused)
  expect(await ask('seats:swap', { release: [1], hold: [2] })).toEqual(refused)
  expect(await ask('seats:release', {})).toMatchObject({ ok: true })
})

test("where admission is required: only with this performance's", async () => {
  commands.hold.mockResolvedValue(OK)
  const { ask, data } = asker({ admissionRequired: true })
  for (const [event, request] of [
    ['seats:hold', { seats: [1] }],
    ['seats:best', { count: 1 }],
    ['seats:swap', { release: [1], hold: [2] }],
  ] as const)
    expect(await ask(event, request)).toEqual({ ok: false, code: 'ADMISSION_REQUIRED' })
  data.admission = 'another'
  expect(await ask('seats:hold', { seats: [1] })).toEqual({ ok: false, code: 'ADMISSION_REQUIRED' })
  data.admission = 'p'
  expect(await ask('seats:hold', { seats: [1] })).toMatchObject({ ok: true })
})

test('no map, another epoch, an unknown performance, seats out of range', async () => {
  const { ask } = asker()
  const reloading = { ok: false, code: 'MAP_RELOADING', retryInMs: expect.any(Number) }
  commands.hold.mockResolvedValueOnce({ ok: false, code: 'WRONG_EPOCH', epoch: 4 })
  expect(await ask('seats:hold', { seats: [1] })).toEqual(reloading)
  commands.release.mockResolvedValueOnce(no('NO_MAP'))
  expect(await ask('seats:release', {})).toEqual(reloading)
  commands.hold.mockResolvedValueOnce(no('BAD_REQUEST'))
  expect(await ask('seats:hold', { seats: [99] })).toMatchObject({ code: 'BAD_REQUEST', errors: [{ path: '' }] })
  const nowhere = asker({ open: async () => refuse('NOT_FOUND') })
  expect(await nowhere.ask('seats:best', { count: 1 })).toEqual({ ok: false, code: 'NOT_FOUND' })
})

test('SEAT_TAKEN comes with offers without the seats in the way, though the mirror does not know yet', async () => {
  commands.hold.mockResolvedValue({ ok: false, code: 'SEAT_TAKEN', seats: [1] })
  const answer = await asker().ask('seats:hold', { seats: [1, 2], requestId: 'r' })
  expect(answer).toMatchObject({ code: 'SEAT_TAKEN', seats: [1], alternatives: expect.any(Array) })
  const offers = !answer.ok ? (answer.alternatives ?? []) : []
  expect(offers.length).toBeGreaterThan(0)
  expect(offers.flat()).not.toContain(1)
  expect(commands.rememberAnswer).toHaveBeenCalledExactlyOnceWith(expect.anything(), 'u', 'r', JSON.stringify(answer))
})

test('[H6] seats of my own among the wanted stay in every offer', async () => {
  commands.hold.mockResolvedValue({ ok: false, code: 'SEAT_TAKEN', seats: [2] })
  const map = aMap([0, 1, 1])
  const mirror = { ...map.mirror, holdOf: () => ({ seats: [1] }) }
  const answer = await asker({}, { ...map, mirror }).ask('seats:hold', { seats: [1, 2] })
  const offers = !answer.ok ? (answer.alternatives ?? []) : []
  expect(offers).toHaveLength(3)
  expect(offers.every((offer) => offer.length === 2 && offer[0] === 1 && offer[1] !== 2)).toBe(true)
})

test('[H9] a remembered answer is given again as it was', async () => {
  const first = { ok: false, code: 'SEAT_TAKEN', seats: [1], alternatives: [[5, 6]] }
  commands.hold.mockResolvedValue({ ok: false, code: 'SEAT_TAKEN', seats: [1], remembered: JSON.stringify(first) })
  expect(await asker().ask('seats:hold', { seats: [1, 2], requestId: 'r' })).toEqual(first)
  expect(commands.rememberAnswer).not.toHaveBeenCalled()
})

test("[H9] another command's requestId is BAD_REQUEST and says so", async () => {
  for (const command of [commands.hold, commands.holdFirstFree, commands.swap, commands.release])
    command.mockResolvedValue({ ok: false, code: 'REQUEST_ID_REUSED' })
  for (const [event, request] of [
    ['seats:hold', { seats: [1] }],
    ['seats:best', { count: 1 }],
    ['seats:swap', { release: [1], hold: [2] }],
    ['seats:release', {}],
  ] as const)
    expect(await asker().ask(event, { ...request, requestId: 'r' })).toMatchObject({
      code: 'BAD_REQUEST',
      errors: [{ path: '/requestId' }],
    })
  expect(commands.rememberAnswer).not.toHaveBeenCalled()
})

test('[A2] the best block: candidates are runs of free neighbours; near-misses are tried again as requests of their own', async () => {
  commands.holdFirstFree.mockResolvedValueOnce(NO_BLOCK).mockResolvedValueOnce(OK)
  expect(await asker({}, aMap([1, 1])).ask('seats:best', { count: 2, requestId: 'r' })).toMatchObject({ ok: true })
  const calls = commands.holdFirstFree.mock.calls.map(([, call]) => call)
  expect(calls.map(({ requestId }) => requestId)).toEqual(['r', 'r:2'])
  const sorted = calls[0]?.candidates.map((block) => block.join()).toSorted((a, b) => a.localeCompare(b))
  expect(sorted).toEqual(['2,3', '4,5', '5,6', '6,7'])
  expect(calls[0]?.replace).toBe(false)
})

test('[A5, A7] no block: a split where the party fits in several rows; the refusal is remembered either way', async () => {
  commands.holdFirstFree.mockResolvedValue(NO_BLOCK)
  const split = await asker().ask('seats:best', { count: 6, requestId: 'r1' })
  expect(split).toMatchObject({ code: 'NO_BLOCK', split: [{ length: 4 }, { length: 2 }] })
  const none = await asker({}, aMap([1, 1, 1, 1, 1, 1, 1, 1])).ask('seats:best', { count: 2, requestId: 'r2' })
  // The mirror's state in which nothing fitted, not the script's.
  expect(none).toEqual({ ok: false, code: 'NO_BLOCK', epoch: 3, revision: 7 })
  expect(commands.rememberAnswer.mock.calls.map(([, , requestId]) => requestId)).toEqual(['r1', 'r2'])
})

test('a wish that names what is not there is BAD_REQUEST', async () => {
  const { ask } = asker()
  for (const [wish, path] of [
    [{ zoneId: 'x' }, '/zoneId'],
    [{ sectionId: 1 }, '/sectionId'],
    [{ near: 8 }, '/near'],
  ] as const)
    expect(await ask('seats:best', { count: 1, ...wish })).toMatchObject({ code: 'BAD_REQUEST', errors: [{ path }] })
  expect(commands.holdFirstFree).not.toHaveBeenCalled()
})

test('a refusal that the command does not declare is a fault', async () => {
  commands.release.mockResolvedValue(no('NO_HOLD'))
  await expect(asker().ask('seats:release', {})).rejects.toThrow('does not declare')
})
