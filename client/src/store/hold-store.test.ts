import { expect, test } from 'vitest'
import { applyHold, guessedEnd, NO_HOLD, timeLeftMs, type HoldFact } from './hold-store.ts'

const fact = (change: Partial<HoldFact> = {}): HoldFact => ({
  holdId: 'a',
  seats: [1, 2],
  expiresInMs: 60_000,
  epoch: 3,
  revision: 10,
  ...change,
})

test('[H4] a hold ends at the local clock plus the duration told', () => {
  const state = applyHold(NO_HOLD, fact(), 5_000)
  expect(state).toEqual({ holdId: 'a', seats: [1, 2], deadlineMs: 65_000, position: { epoch: 3, revision: 10 } })
  expect(timeLeftMs(state, 25_000)).toBe(40_000)
  expect(timeLeftMs(state, 99_000)).toBe(0)
})

test('[F1] a fact older than what is known is ignored, by revision and by epoch', () => {
  const state = applyHold(NO_HOLD, fact(), 0)
  expect(applyHold(state, fact({ revision: 9, seats: [7] }), 0)).toBe(state)
  expect(applyHold(state, fact({ epoch: 2, revision: 99, seats: [7] }), 0)).toBe(state)
})

test('[F1] a newer epoch wins even with a lower revision', () => {
  const state = applyHold(applyHold(NO_HOLD, fact(), 0), fact({ epoch: 4, revision: 1, seats: [7] }), 0)
  expect(state.seats).toEqual([7])
})

test('[H4] a later, slower answer never moves the deadline back', () => {
  const first = applyHold(NO_HOLD, fact({ expiresInMs: 60_000 }), 1_000)
  const slow = applyHold(first, fact({ revision: 11, seats: [1, 2, 3], expiresInMs: 59_000 }), 3_000)
  expect(slow.deadlineMs).toBe(61_000)
  expect(slow.seats).toEqual([1, 2, 3])
})

test('a clock that stood still during sleep is corrected by an earlier end', () => {
  const before = applyHold(NO_HOLD, fact({ expiresInMs: 60_000 }), 1_000)
  expect(applyHold(before, fact({ expiresInMs: 10_000 }), 2_000).deadlineMs).toBe(12_000)
})

test('a new hold, or the same one in a new epoch, has a clock of its own', () => {
  const first = applyHold(NO_HOLD, fact({ expiresInMs: 1_000 }), 0)
  expect(applyHold(first, fact({ holdId: 'b', revision: 20 }), 500).deadlineMs).toBe(60_500)
  expect(applyHold(first, fact({ epoch: 4, revision: 1 }), 500).deadlineMs).toBe(60_500)
})

test('a hold without seats is no hold, and its position is kept', () => {
  const state = applyHold(applyHold(NO_HOLD, fact(), 0), fact({ holdId: null, seats: [], revision: 12 }), 0)
  expect(state).toEqual({ ...NO_HOLD, position: { epoch: 3, revision: 12 } })
  expect(applyHold(state, fact({ revision: 11 }), 0)).toBe(state)
  expect(timeLeftMs(state, 0)).toBeNull()
})

test('[H5] the end of a hold found on reconnecting is explained', () => {
  const before = applyHold(NO_HOLD, fact(), 0)
  const gone = applyHold(before, fact({ holdId: null, seats: [], revision: 30 }), 0)
  const rebuilt = applyHold(before, fact({ holdId: null, seats: [], epoch: 4, revision: 1 }), 0)
  expect(guessedEnd(before, gone, 61_000)).toBe('expired')
  expect(guessedEnd(before, gone, 30_000)).toBe('released')
  expect(guessedEnd(before, rebuilt, 30_000)).toBe('lost')
  expect(guessedEnd(before, applyHold(before, fact({ revision: 11 }), 0), 30_000)).toBeNull()
  expect(guessedEnd(NO_HOLD, gone, 30_000)).toBeNull()
})
