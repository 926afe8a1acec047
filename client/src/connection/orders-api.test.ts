import type { Order } from '@seatcast/shared/protocol/order.ts'
import type { GroupView } from '@seatcast/shared/protocol/group.ts'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { groupOf, holdOf } from '../store/group-for-tests.ts'
import { beginToPay, coverTheRest, giveUp } from './groups-api.ts'
import { payOrder } from './orders-api.ts'

/** What the server answers to a payment, in turn. */
let answers: Response[]
/** Idempotency-Keys that came with them. */
let keysSent: (string | null)[]

beforeEach(() => {
  const storage = new Map([['seatcast.guest', JSON.stringify({ userId: 'u', token: 't', expiresInSeconds: 60 })]])
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => storage.get(key) ?? null,
    setItem: (key: string, value: string) => storage.set(key, value),
  })
  answers = []
  keysSent = []
  vi.stubGlobal('fetch', (_: string, { headers }: { headers: Record<string, string> }) => {
    keysSent.push(headers['idempotency-key'] ?? null)
    const answer = answers.shift()
    return answer === undefined ? Promise.reject(new TypeError('no network')) : Promise.resolve(answer)
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
})

const problem = (status: number, code: string, retryInMs?: number): Response =>
  Response.json({ code, ...(retryInMs !== undefined && { retryInMs }) }, { status })
const order = { id: 'o', amount: 60_000, payments: [] } as unknown as Order
const held: GroupView = groupOf({ status: 'held', hold: holdOf() })
const WISHES: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['a share', () => payOrder(order, { method: 'wallet' })],
  ['what is missing', () => coverTheRest(held, { method: 'wallet' })],
  ['the beginning', () => beginToPay(held)],
  ['calling it off', () => giveUp(held)],
]

test.each(WISHES)(
  '[O12] %s is asked for with one key until somebody answers, however often it is pressed',
  async (_, ask) => {
    answers = [
      problem(503, 'UNAVAILABLE', 1_000),
      problem(503, 'OVERLOADED', 1_000),
      problem(503, 'MAP_RELOADING', 500),
      problem(500, 'INTERNAL'),
      new Response('a proxy’s word', { status: 502 }),
    ]
    const codes = ['UNAVAILABLE', 'OVERLOADED', 'MAP_RELOADING', 'NO_ANSWER', 'NO_ANSWER', 'NO_ANSWER']
    for (const code of codes) await expect(ask()).rejects.toMatchObject({ code })
    answers = [Response.json({ order, group: held })]
    await ask()
    expect(keysSent).toHaveLength(7)
    expect(new Set(keysSent).size).toBe(1)
    expect(keysSent[0]).toMatch(/./)
  },
)

test.each(WISHES)('%s that was refused is over: pressed again it is a new wish', async (_, ask) => {
  answers = [problem(409, 'ORDER_ENDED'), Response.json({ order, group: held })]
  await expect(ask()).rejects.toMatchObject({ code: 'ORDER_ENDED' })
  await ask()
  expect(new Set(keysSent).size).toBe(2)
})
