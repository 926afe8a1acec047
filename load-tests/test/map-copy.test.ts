import { fc, test as property } from '@fast-check/vitest'
import type { MapDelta } from '@seatcast/shared/protocol/delta.ts'
import { packStatus } from '@seatcast/shared/protocol/seat-codec.ts'
import { expect, test } from 'vitest'
import { SeatStore } from '../../client/src/store/seat-store.ts'
import { MapCopy } from '../lib/seatcast/map-copy.ts'
import { chooseSeats } from '../users/choose-seats.ts'

const SEATS = 12
const bytesOf = (text: string) => new TextEncoder().encode(text)
const anyStatus = fc.constantFrom<(0 | 1 | 2 | 3)[]>(0, 1, 2, 3)
const anyDelta = fc
  .tuple(fc.integer({ min: 1, max: 2 }), fc.nat(9), fc.nat(3), fc.array(fc.tuple(fc.nat(SEATS - 1), anyStatus)))
  .map(([epoch, from, more, seats]): MapDelta => [
    'p',
    epoch,
    from,
    from + more,
    seats.map(([seat, status]) => packStatus(seat, status)),
  ])
const anySnapshot = fc.record({
  epoch: fc.integer({ min: 1, max: 2 }),
  revision: fc.nat(9),
  seats: fc.string({ unit: fc.constantFrom('0', '1', '2', '3'), minLength: SEATS, maxLength: SEATS }),
})

property.prop([fc.array(fc.oneof(anyDelta, anySnapshot))])(
  "[F1] a watcher's copy does with every frame and snapshot what the client's store does",
  (steps) => {
    const copy = new MapCopy(SEATS, bytesOf)
    const store = new SeatStore(SEATS)
    for (const step of steps) {
      if (Array.isArray(step)) expect(copy.applyDelta(step)).toBe(store.applyDelta(step))
      else expect(copy.applySnapshot(step)).toBe(store.applySnapshot(step))
      expect(copy.position).toEqual(store.position)
    }
    for (let seat = 0; seat < SEATS; seat++) expect(copy.statusOf(seat)).toBe(store.statuses[seat])
  },
)

test('[F1] copies that are given one delta judge and keep it each for itself', () => {
  const [behind, ahead] = [new MapCopy(3, bytesOf), new MapCopy(3, bytesOf)]
  behind.applySnapshot({ epoch: 1, revision: 1, seats: '000' })
  ahead.applySnapshot({ epoch: 1, revision: 4, seats: '222' })
  const delta: MapDelta = ['p', 1, 4, 5, [packStatus(1, 1)]]
  expect([behind.applyDelta(delta), ahead.applyDelta(delta)]).toEqual(['gap', 'apply'])
  expect(behind.differences({ epoch: 1, revision: 1, seats: '000' })).toBe(0)
  expect(ahead.differences({ epoch: 1, revision: 5, seats: '212' })).toBe(0)
  expect(ahead.applyDelta(delta)).toBe('stale')
})

test('a copy is compared at the same revision only', () => {
  const copy = new MapCopy(3, bytesOf)
  copy.applySnapshot({ epoch: 1, revision: 4, seats: '012' })
  expect(copy.differences({ epoch: 1, revision: 5, seats: '012' })).toBeUndefined()
  expect(copy.differences({ epoch: 1, revision: 4, seats: '012' })).toBe(0)
  expect(copy.differences({ epoch: 1, revision: 4, seats: '310' })).toBe(2)
})

test.each(['01', '0123', '014', '0 1', '01١'])('"%s" is no snapshot of three seats', (seats) => {
  const copy = new MapCopy(3, bytesOf)
  expect(copy.applySnapshot({ epoch: 1, revision: 4, seats })).toBe(false)
  copy.applySnapshot({ epoch: 1, revision: 4, seats: '012' })
  expect(copy.differences({ epoch: 1, revision: 4, seats })).toBe(3)
})

test('who chooses seats gets free neighbours by index, fewer when there are no more, none when all is taken', () => {
  const copy = new MapCopy(8, bytesOf)
  copy.applySnapshot({ epoch: 1, revision: 1, seats: '00110000' })
  for (let round = 0; round < 50; round++) {
    const seats = chooseSeats(copy, 3, 6)
    expect([
      [0, 1],
      [4, 5],
    ]).toContainEqual(seats)
    expect([
      [4, 5, 6],
      [5, 6, 7],
    ]).toContainEqual(chooseSeats(copy, 3, 8))
  }
  copy.applySnapshot({ epoch: 1, revision: 2, seats: '11111111' })
  expect(chooseSeats(copy, 2, 8)).toEqual([])
})
