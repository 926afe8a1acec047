import type { MapDelta } from '@seatcast/shared/protocol/delta.ts'
import { packStatus } from '@seatcast/shared/protocol/seat-codec.ts'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { GuardedSeats } from '../users/guarded-seats.ts'

const FREE = 0
const HELD = 1
const SOLD = 2
let broken: string[] = []

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 })
  broken = []
})
afterEach(() => {
  for (const each of buyers.splice(0)) each.let()
  vi.useRealTimers()
})

const buyers: GuardedSeats[] = []
function guarded(): GuardedSeats {
  const mine = new GuardedSeats((promise) => void broken.push(promise))
  buyers.push(mine)
  return mine
}
const hold = (seats: number[], revision = 10) => ({ holdId: 'h', seats, expiresInMs: 5_000, epoch: 1, revision })
const frame = (to: number, seat: number, status: 0 | 1 | 2): MapDelta => [
  'p',
  1,
  to - 1,
  to,
  [packStatus(seat, status)],
]
/** A buyer with seats 4 and 5 since revision 10, asked for 20 ms ago. */
function holder(): GuardedSeats {
  const mine = guarded()
  mine.holds(hold([4, 5]), Date.now() - 20)
  return mine
}

test.each([
  ['a seat of mine that becomes free', FREE, 11, ['own_seat_lost']],
  ['a seat of mine that is sold to somebody', SOLD, 11, ['own_seat_lost']],
  ['my own hold, as everybody sees it', HELD, 10, []],
  ['what was before my hold', FREE, 9, []],
] as const)('[H3] %s', (_, status, revision, expected) => {
  holder().see(frame(revision, 5, status))
  expect(broken).toEqual(expected)
})

test('what my own command may have done is no violation, nor is what comes after the deadline', () => {
  const mine = holder()
  mine.changing()
  mine.see(frame(11, 5, FREE))
  mine.unchanged()
  vi.advanceTimersByTime(5_000)
  mine.see(frame(12, 5, FREE))
  expect(broken).toEqual([])
})

test('[H5] a hold that expires before its deadline, in time, and too late', () => {
  for (const afterMs of [3_000, 5_500, 8_000]) {
    const mine = holder()
    vi.advanceTimersByTime(afterMs)
    mine.expired()
    expect(mine.isEmpty).toBe(true)
  }
  expect(broken).toEqual(['hold_ended_early', 'hold_ended_late'])
})

test('a hold of whose end nobody told is late', () => {
  const mine = holder()
  vi.advanceTimersByTime(mine.certainlyOverInMs)
  mine.neverEnded()
  expect(broken).toEqual(['hold_ended_late'])
})

test('[H2] a seat that is given to a second buyer while the first has it; not after the first let it go, or was late', () => {
  holder()
  guarded().holds(hold([5, 6], 12), Date.now())
  expect(broken).toEqual(['seat_given_twice'])

  const first = guarded()
  first.holds(hold([8], 13), Date.now())
  first.let()
  const second = guarded()
  second.holds(hold([8], 15), Date.now())
  vi.advanceTimersByTime(5_000)
  guarded().holds(hold([8], 17), Date.now())
  expect(broken).toHaveLength(1)
})

test('[O1] an order of a live hold that is refused; one after the deadline may be', () => {
  const live = holder()
  live.changing()
  live.refused('NO_HOLD')
  const late = holder()
  vi.advanceTimersByTime(6_000)
  late.refused('NO_HOLD')
  expect(broken).toEqual(['own_seat_lost'])
})

test('an order may be sold, never free: before its deadline, and once paid at no time', () => {
  const mine = holder()
  mine.ordered([4, 5], { sentMs: Date.now(), expiresInMs: 1_000 }, { epoch: 1, revision: 12 })
  mine.see(frame(13, 4, SOLD))
  expect(broken).toEqual([])
  mine.paid()
  vi.advanceTimersByTime(60_000)
  mine.see(frame(14, 4, FREE))
  expect(broken).toEqual(['own_seat_lost'])
})
