import { expect, test } from 'vitest'
import { entryAfter, mirrorOf, seatsChange } from '../../test/support/feed-fixtures.ts'
import { DELTA_SEATS_MAX, takeDelta } from './delta-batcher.ts'
import { RecentDeltas } from './recent-deltas.ts'
import type { SeatMirror } from './seat-mirror.ts'

const at = (revision: number, epoch = 1) => ({ epoch, revision })

function change(mirror: SeatMirror, ...packed: number[]): void {
  mirror.apply(entryAfter(mirror, [seatsChange(...packed)]))
}

test('a tick gives one delta with absolute statuses, and nothing when nothing changed', () => {
  const mirror = mirrorOf(10)
  const ring = new RecentDeltas(8, mirror.position)
  expect(takeDelta('p', mirror, ring)).toBeUndefined()
  change(mirror, 8 + 1, 16 + 1)
  change(mirror, 8 + 3)
  expect(takeDelta('p', mirror, ring)).toEqual(['p', 1, 1, 3, [8 + 2, 16 + 1]])
  expect(takeDelta('p', mirror, ring)).toBeUndefined()
})

test('a change that does not show moves the revision on', () => {
  const mirror = mirrorOf(10, { states: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0) })
  const ring = new RecentDeltas(8, mirror.position)
  change(mirror, 0 + 2)
  expect(takeDelta('p', mirror, ring)).toEqual(['p', 1, 1, 2, []])
})

test('a change of too many seats is a heartbeat ahead: everybody takes the snapshot', () => {
  const mirror = mirrorOf(DELTA_SEATS_MAX + 1)
  const ring = new RecentDeltas(8, mirror.position)
  change(mirror, ...Array.from({ length: DELTA_SEATS_MAX + 1 }, (_, seat) => seat * 8 + 4))
  expect(takeDelta('p', mirror, ring)).toEqual(['p', 1, 2, 2, []])
  expect(ring.since(at(1), mirror, 'p')).toBeUndefined()
})

test("a caller inside the ring gets one delta to the mirror's revision, what is not sent yet included", () => {
  const mirror = mirrorOf(100)
  const ring = new RecentDeltas(8, mirror.position)
  for (let seat = 1; seat <= 3; seat++) {
    change(mirror, seat * 8 + 1)
    takeDelta('p', mirror, ring)
  }
  change(mirror, 4 * 8 + 1)
  expect(ring.since(at(2), mirror, 'p')).toEqual([
    ['p', 1, 2, 5, expect.arrayContaining([2 * 8 + 1, 3 * 8 + 1, 4 * 8 + 1])],
  ])
  expect(ring.since(at(4), mirror, 'p')).toEqual([['p', 1, 4, 5, [4 * 8 + 1]]])
})

test('in step or ahead: an empty list; another epoch: the snapshot (F3)', () => {
  const mirror = mirrorOf(100)
  const ring = new RecentDeltas(8, mirror.position)
  expect(ring.since(at(1), mirror, 'p')).toEqual([])
  expect(ring.since(at(9), mirror, 'p')).toEqual([])
  expect(ring.since(at(1, 2), mirror, 'p')).toBeUndefined()
  expect(ring.since(at(0), mirror, 'p')).toBeUndefined()
})

test('the ring reaches exactly as far back as it has entries', () => {
  const mirror = mirrorOf(1_000)
  const ring = new RecentDeltas(3, mirror.position)
  for (let seat = 1; seat <= 5; seat++) {
    change(mirror, seat * 8 + 1)
    takeDelta('p', mirror, ring)
  }
  expect(ring.since(at(2), mirror, 'p')).toBeUndefined()
  expect(ring.since(at(3), mirror, 'p')?.[0]?.[4]).toHaveLength(3)
})

test('a catch-up longer than a snapshot is none', () => {
  const mirror = mirrorOf(100)
  const ring = new RecentDeltas(8, mirror.position)
  change(mirror, ...Array.from({ length: 40 }, (_, seat) => seat * 8 + 1))
  expect(ring.since(at(1), mirror, 'p')).toBeUndefined()
})
