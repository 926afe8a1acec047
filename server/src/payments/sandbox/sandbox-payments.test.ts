import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { paymentFile } from './payment-file.ts'
import { SandboxPayments } from './sandbox-payments.ts'
import type { SandboxEvent } from './sandbox-wire.ts'

const DELAYS = { answerMs: 100, slowMs: 1_000, lateMs: 3_000, lateMsMax: 60_000, gapMs: 10 }
let directory: string
let path: string
let told: SandboxEvent[]
const lives: SandboxPayments[] = []

beforeEach(() => {
  vi.useFakeTimers()
  directory = mkdtempSync(join(tmpdir(), 'seatcast-sandbox-'))
  path = join(directory, 'payments.jsonl')
  told = []
})
afterEach(() => {
  for (const life of lives.splice(0)) life.stop()
  vi.useRealTimers()
  rmSync(directory, { recursive: true })
})

/** The service as it starts on its file. */
function start(): SandboxPayments {
  const file = paymentFile(path)
  const life = new SandboxPayments({
    delays: DELAYS,
    tell: (_url, event) => void told.push(event),
    keep: (payment) => file.keep(payment),
    kept: file.payments,
  })
  lives.push(life)
  return life
}

const wanted = (card: string, endsInMs = 60_000) => ({
  paymentId: 'ours',
  amount: 500,
  currency: 'KRW',
  card,
  endsInMs,
  webhookUrl: 'http://127.0.0.1:1/',
})

test('payments, refunds and what is still to be decided outlive the process', async () => {
  const first = start()
  const { id } = first.create(wanted('ok'))
  first.authorize(id)
  first.stop()

  const second = start()
  expect(second.retrieve('ours')).toMatchObject({ id, status: 'processing' })
  await vi.advanceTimersByTimeAsync(100)
  expect(told.map(({ type }) => type)).toEqual(['payment.authorized'])
  second.capture(id)
  second.refund(id, 'refund 1', 200)
  second.stop()

  const third = start()
  third.refund(id, 'refund 1', 200)
  expect(third.retrieve('ours')).toMatchObject({ status: 'captured', refunded: 200 })
})

test('a line that a crash cut off is forgotten, and the file written anew', () => {
  const { id } = start().create(wanted('ok'))
  writeFileSync(path, `${readFileSync(path, 'utf8')}{"id":"${id}","sta`)
  expect(start().retrieve('ours')).toMatchObject({ id, status: 'created' })
  expect(readFileSync(path, 'utf8').trim().split('\n')).toHaveLength(1)
})

test('late takes the money after the end of the order and its 30 s, but within its own limit', async () => {
  const life = start()
  life.authorize(life.create(wanted('late', 2_000)).id)
  await vi.advanceTimersByTimeAsync(34_999)
  expect(life.retrieve('ours')?.status).toBe('processing')
  await vi.advanceTimersByTimeAsync(1)
  expect(life.retrieve('ours')?.status).toBe('captured')
  life.authorize(life.create({ ...wanted('late', 600_000), paymentId: 'other' }).id)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(life.retrieve('other')?.status).toBe('captured')
})

test('the same id for another amount is refused', () => {
  const life = start()
  life.create(wanted('ok'))
  expect(() => life.create({ ...wanted('ok'), amount: 501 })).toThrow('different_payment')
})
