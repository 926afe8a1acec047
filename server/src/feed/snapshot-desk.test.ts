import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { SimClock } from '../../test/support/convergence-clock.ts'
import { seededRandom } from '../../test/support/convergence-random.ts'
import { entryAfter, mirrorOf, seatsChange } from '../../test/support/feed-fixtures.ts'
import { encodeSnapshot, SnapshotDesk } from './snapshot-desk.ts'

function desk() {
  const clock = new SimClock()
  const mirror = mirrorOf(6)
  const snapshots = new SnapshotDesk(mirror, clock)
  const change = (...packed: number[]): void => {
    mirror.apply(entryAfter(mirror, [seatsChange(...packed)]))
    snapshots.changed()
  }
  return {
    clock,
    snapshots,
    change,
    pass: async (ms: number) => {
      await clock.runUntil(clock.nowMs() + ms, () => undefined)
      await new Promise(setImmediate)
    },
  }
}

test('a snapshot is the wire statuses as JSON, and the same compressed', async () => {
  const { snapshots, change } = desk()
  change(8 + 1, 16 + 2, 24 + 3, 32 + 4)
  const { json, gzip, etag } = await snapshots.get()
  expect(json.toString()).toBe('{"epoch":1,"revision":2,"seats":"011230"}')
  expect(gunzipSync(gzip)).toEqual(json)
  expect(etag).toBe('"1-2"')
})

test('encoded once a revision, and at most every 100 ms unless a newer one is asked for', async () => {
  const { snapshots, change, pass } = desk()
  const first = await snapshots.get()
  expect(await snapshots.get()).toBe(first)
  change(8 + 1)
  expect(await snapshots.get()).toBe(first)
  expect((await snapshots.get({ epoch: 1, revision: 2 })).position.revision).toBe(2)
  change(16 + 1)
  await pass(100)
  expect((await snapshots.get()).position.revision).toBe(3)
})

test('min waits for its state, or a second', async () => {
  const { snapshots, change, pass } = desk()
  const answers: number[] = []
  const ask = (revision: number): void =>
    void snapshots.get({ epoch: 1, revision }).then(({ position }) => answers.push(position.revision))
  ask(2)
  ask(99)
  await pass(500)
  expect(answers).toEqual([])
  change(8 + 1)
  await pass(1)
  expect(answers).toEqual([2])
  await pass(499)
  expect(answers).toEqual([2, 2])
})

test('60,000 seats take at most 12.5 KB, even if nobody sat beside anybody', () => {
  const random = seededRandom(7)
  const states = Uint8Array.from({ length: 60_000 }, () => (random.chance(0.5) ? 3 : random.chance(0.1) ? 1 : 0))
  expect(encodeSnapshot({ position: { epoch: 1, revision: 1 }, states }).gzip.length).toBeLessThan(12_500)
})
