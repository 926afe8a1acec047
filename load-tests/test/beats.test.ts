import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { beatsSince, clickedAtMs, dueAtMs, isHold, placeOf } from '../lib/seatcast/beats.ts'
import { PROBE_SEATS } from '../lib/seatcast/hall.ts'

const BEATS = { firstDueAtMs: 1_000_000, clickMs: 250 }

property.prop([fc.nat(10_000), fc.integer({ min: -20, max: 40 * 250 - 21 })])(
  'a seat that changes tells when it was clicked, up to a cycle late and with clocks 20 ms apart',
  (beat, lateMs) => {
    const dueMs = dueAtMs(BEATS, beat)
    expect(clickedAtMs(BEATS, placeOf(beat), isHold(beat), dueMs + lateMs)).toBe(dueMs)
  },
)

test("every seat is held and released once a cycle, and a change before the first click is nobody's", () => {
  const cycle = Array.from({ length: 2 * PROBE_SEATS }, (_, beat) => [placeOf(beat), isHold(beat)])
  expect(new Set(cycle.map(String)).size).toBe(2 * PROBE_SEATS)
  expect(clickedAtMs(BEATS, 3, true, BEATS.firstDueAtMs)).toBeUndefined()
})

test('the clicks that a watcher is to see are those that were due since they looked', () => {
  const beats = { firstDueAtMs: 10_000, clickMs: 500 }
  expect(beatsSince(beats, 20, 0)).toBe(20)
  expect(beatsSince(beats, 20, 10_000)).toBe(20)
  expect(beatsSince(beats, 20, 10_001)).toBe(19)
  expect(beatsSince(beats, 20, 19_500)).toBe(1)
  expect(beatsSince(beats, 20, Infinity)).toBe(0)
})
