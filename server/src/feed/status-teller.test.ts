import type { MapStatus } from '@seatcast/shared/protocol/delta.ts'
import { expect, test } from 'vitest'
import { SimClock } from '../../test/support/convergence-clock.ts'
import { FakeWatcher } from '../../test/support/feed-fixtures.ts'
import { RoomBroadcaster } from './room-broadcaster.ts'
import { StatusTeller } from './status-teller.ts'
import { WatcherRoom } from './watcher-room.ts'

const SLOW_AT = 3

/** A watcher that notes when it was told what. */
class Listener extends FakeWatcher {
  readonly told: { atMs: number; live: boolean; watchers: number }[] = []
}

function scene(framesPerSecond = 1_000_000) {
  const clock = new SimClock()
  const room = new WatcherRoom(
    () => [],
    () => undefined,
  )
  const broadcaster = new RoomBroadcaster({
    clock,
    nextTurn: (work) => void clock.after(0, work),
    slicePerTurn: 2,
    slowAtPackets: SLOW_AT,
    dropAfterMs: 60_000,
  })
  const facts = { live: true, watchers: 0 }
  const statusNow = (): MapStatus => ({ performanceId: 'p', ...facts, sections: [] })
  const teller = new StatusTeller({ clock, room, broadcaster, framesPerSecond, isLive: () => facts.live, statusNow })
  const look = (): void => {
    teller.tick()
    clock.after(100, look)
  }
  look()
  return {
    clock,
    facts,
    join: (watcher: Listener): void => {
      watcher.send = ({ text }) => {
        const [, { live, watchers }] = JSON.parse(text.slice(1)) as [string, MapStatus]
        watcher.told.push({ atMs: clock.nowMs(), live, watchers })
      }
      room.join(watcher, { epoch: 1, revision: 1 })
      teller.joined(watcher)
    },
    leave: (watcher: Listener): void => {
      room.leave(watcher.id)
      teller.left(watcher.id)
    },
    pass: (ms: number) => clock.runUntil(clock.nowMs() + ms, () => undefined),
  }
}

const gaps = ({ told }: Listener): number[] => told.slice(1).map(({ atMs }, before) => atMs - (told[before]?.atMs ?? 0))

test("a joiner's own status counts: never two within a second, and the newest is told to all", async () => {
  const { facts, join, pass } = scene()
  const early = new Listener('early')
  join(early)
  const joiners: Listener[] = []
  for (let step = 0; step < 60; step += 1) {
    facts.watchers += 1
    if (step % 7 === 0) {
      const joiner = new Listener(`joiner ${step}`)
      join(joiner)
      joiners.push(joiner)
    }
    await pass(90)
  }
  await pass(2_500)
  for (const listener of [early, ...joiners]) {
    expect(Math.min(...gaps(listener))).toBeGreaterThanOrEqual(1_000)
    expect(listener.told.at(-1)?.watchers).toBe(60)
  }
  expect(early.told.length).toBeGreaterThan(5)
})

test('leaving and joining again does not get a status more than once a second', async () => {
  const { facts, join, leave, pass } = scene()
  const watcher = new Listener()
  join(watcher)
  for (let step = 0; step < 40; step += 1) {
    facts.watchers += 1
    await pass(130)
    leave(watcher)
    join(watcher)
  }
  await pass(1_200)
  expect(Math.min(...gaps(watcher))).toBeGreaterThanOrEqual(1_000)
  expect(watcher.told.at(-1)?.watchers).toBe(40)
})

test('what was over before all were told of it is told to who knew it', async () => {
  // So small a budget that all are told every 3.3 s or less often.
  const { facts, join, pass } = scene(3)
  join(new Listener('early'))
  await pass(1_500)
  facts.watchers = 7
  const joiner = new Listener('joiner')
  join(joiner)
  facts.watchers = 0
  await pass(10_000)
  expect(joiner.told.map(({ watchers }) => watchers)).toEqual([7, 0])
})

test('[F8] a change of live goes out at once, also to who joined within the second', async () => {
  const { facts, join, pass } = scene()
  const early = new Listener('early')
  join(early)
  await pass(1_650)
  const late = new Listener('late')
  join(late)
  await pass(50)
  facts.live = false
  await pass(100)
  for (const { told } of [early, late]) expect(told.at(-1)?.live).toBe(false)
})

test('[F6, F8] who is too slow for a change of live hears of it when the line is free again', async () => {
  const { facts, join, pass } = scene()
  const slow = new Listener('slow')
  join(slow)
  await pass(1_500)
  slow.buffered = SLOW_AT
  facts.live = false
  await pass(3_000)
  expect(slow.told.at(-1)?.live).toBe(true)
  slow.buffered = 0
  await pass(100)
  expect(slow.told.at(-1)?.live).toBe(false)
  const count = slow.told.length
  await pass(3_000)
  expect(slow.told).toHaveLength(count)
})
