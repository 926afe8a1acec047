import { signal } from '@preact/signals'
import { beforeEach, expect, test } from 'vitest'
import type { Link } from '../../connection/socket.ts'
import { NO_HOLD, type HoldFact, type HoldState } from '../../store/hold-store.ts'
import type { Notice } from './notice.ts'
import { seatCommands } from './seat-commands.ts'
import { isOpenOffer } from './seat-state.ts'

interface Asked {
  readonly event: string
  readonly request: Record<string, unknown>
  readonly key: string | undefined
  answer(value: object): void
}

let asked: Asked[]
let open: boolean
let taken: HoldFact[]
let readAgain: number
const hold = signal<HoldState>(NO_HOLD)
const notice = signal<Notice | null>(null)

const link = {
  ask: (event: string, request: Record<string, unknown>, key?: string) =>
    new Promise((answer) => asked.push({ event, request, key, answer })),
} as unknown as Link

const commands = () =>
  seatCommands({
    performanceId: 'p',
    link,
    hold,
    notice,
    mayAsk: () => open,
    takeHold: (fact) => taken.push(fact),
    readAgain: () => readAgain++,
  })
const settled = () => new Promise((resolve) => setTimeout(resolve, 0))
const held = { ok: true, holdId: 'h', seats: [1], expiresInMs: 1_000, epoch: 1, revision: 2 }

beforeEach(() => {
  asked = []
  open = true
  taken = []
  readAgain = 0
  hold.value = NO_HOLD
  notice.value = null
})

test('[H1] seats are pending until the answer, which becomes the hold', async () => {
  const mine = commands()
  mine.hold([1])
  expect(mine.pending.value).toEqual([1])
  expect(asked[0]).toMatchObject({ event: 'seats:hold', request: { performanceId: 'p', seats: [1] } })
  asked[0]?.answer(held)
  await settled()
  expect(mine.pending.value).toEqual([])
  expect(taken).toEqual([held])
  expect(notice.value).toBeNull()
})

test('a seat that is being asked for is not asked for twice', () => {
  const mine = commands()
  mine.hold([1])
  mine.hold([1])
  expect(asked).toHaveLength(1)
})

test('[H1] a refused seat brings its alternatives, one tap away', async () => {
  commands().hold([1])
  asked[0]?.answer({ ok: false, code: 'SEAT_TAKEN', seats: [1], alternatives: [[2], [3]] })
  await settled()
  expect(notice.value).toMatchObject({ code: 'SEAT_TAKEN', count: 1, offers: [[2], [3]], again: null })
  notice.value?.take?.([2])
  expect(asked[1]).toMatchObject({ event: 'seats:hold', request: { seats: [2] } })
})

test('[H6] an offer that keeps a seat of mine is one tap away, for as long as the others are free', async () => {
  hold.value = { ...NO_HOLD, holdId: 'h', seats: [7] }
  commands().hold([7, 8])
  asked[0]?.answer({ ok: false, code: 'SEAT_TAKEN', seats: [8], alternatives: [[7, 6]] })
  await settled()
  expect(isOpenOffer(['mine', 'available'])).toBe(true)
  expect(isOpenOffer(['mine', 'held'])).toBe(false)
  expect(isOpenOffer(['mine', 'mine'])).toBe(false)
  notice.value?.take?.([7, 6])
  expect(asked[1]).toMatchObject({ event: 'seats:hold', request: { seats: [7, 6] } })
})

test('[H7] what is offered instead of a refused swap is a swap again', async () => {
  hold.value = { ...NO_HOLD, holdId: 'h', seats: [7, 8] }
  void commands().best({ count: 2, zoneId: null, accessible: false, replace: true })
  asked[0]?.answer({ ok: false, code: 'NO_BLOCK', split: [[1], [2]] })
  await settled()
  notice.value?.take?.([1, 2])
  asked[1]?.answer({ ok: false, code: 'SEAT_TAKEN', seats: [2], alternatives: [[1, 3]] })
  await settled()
  notice.value?.take?.([1, 3])
  expect(asked[2]).toMatchObject({ event: 'seats:swap', request: { release: [7, 8], hold: [1, 3] } })
})

test('[A5] a split is one offer; taken instead of my hold, it is a swap (H7)', async () => {
  hold.value = { ...NO_HOLD, holdId: 'h', seats: [7, 8] }
  const found = commands().best({ count: 4, zoneId: 'a', accessible: false, replace: true })
  expect(asked[0]?.request).toEqual({ performanceId: 'p', count: 4, zoneId: 'a', replace: true })
  asked[0]?.answer({
    ok: false,
    code: 'NO_BLOCK',
    split: [
      [1, 2],
      [8, 9],
    ],
  })
  expect(await found).toBe(false)
  expect(notice.value?.offers).toEqual([[1, 2, 8, 9]])
  notice.value?.take?.([1, 2, 8, 9])
  // Seat 8 is mine already and stays.
  expect(asked[1]).toMatchObject({ event: 'seats:swap', request: { release: [7], hold: [1, 2, 8, 9] } })
})

test('[H9] after a lost answer the same wish is asked with the same key, and what is mine is read again', async () => {
  commands().hold([1])
  asked[0]?.answer({ ok: false, code: 'NO_ANSWER' })
  await settled()
  expect(readAgain).toBe(1)
  notice.value?.again?.()
  expect(asked[1]?.key).toBe(asked[0]?.key)
})

test('[H9] after a refusal, asking again is a new wish with a new key', async () => {
  commands().hold([1])
  asked[0]?.answer({ ok: false, code: 'RATE_LIMITED', retryInMs: 500 })
  await settled()
  expect(notice.value?.retryAtMs).toBeGreaterThan(performance.now())
  notice.value?.again?.()
  expect(asked[1]?.key).not.toBe(asked[0]?.key)
})

test('[H10] while the sale is known to be shut nothing is asked for, but seats can be given back', () => {
  open = false
  hold.value = { ...NO_HOLD, holdId: 'h', seats: [7] }
  const mine = commands()
  mine.hold([1])
  expect(asked).toEqual([])
  expect(notice.value?.code).toBe('NOT_ON_SALE')
  mine.release()
  expect(asked[0]).toMatchObject({ event: 'seats:release', request: { performanceId: 'p' } })
})
