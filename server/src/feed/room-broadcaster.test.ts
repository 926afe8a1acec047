import { describe, expect, test } from 'vitest'
import { SimClock } from '../../test/support/convergence-clock.ts'
import { FakeWatcher, entryAfter, mirrorOf, seatsChange } from '../../test/support/feed-fixtures.ts'
import { encodePacket } from './encoded-packet.ts'
import { MapFanOut } from './map-fan-out.ts'
import { RoomBroadcaster } from './room-broadcaster.ts'
import { TickPacer } from './tick-pacer.ts'

const SALE = { performanceId: 'p', status: 'on_sale', opensInMs: 0 } as const

function fanOut(facts: { slice?: number; framesPerSecond?: number; ringEntries?: number } = {}) {
  const clock = new SimClock()
  const mirror = mirrorOf(1_000)
  const turns: (() => void)[] = []
  const broadcaster = new RoomBroadcaster({
    clock,
    nextTurn: (work) => turns.push(work),
    slicePerTurn: facts.slice ?? 100,
    slowAtPackets: 3,
    dropAfterMs: 2_000,
  })
  const pacer = new TickPacer(clock, facts.framesPerSecond ?? 1_000_000, 25)
  const ringEntries = facts.ringEntries ?? 100
  const handedOver: number[] = []
  const turn = (): void => turns.shift()?.()
  const allTurns = (): void => {
    while (turns.length > 0) turn()
  }
  const write = (seat: number, scriptMs?: number): void => {
    mirror.apply(entryAfter(mirror, [seatsChange(seat * 8 + 1)]))
    fan.changed(scriptMs)
  }
  const fan = new MapFanOut({
    performanceId: 'p',
    mirror,
    clock,
    broadcaster,
    pacer,
    ringEntries,
    sale: () => SALE,
    handedOver: (scriptMs) => handedOver.push(scriptMs),
  })
  return {
    broadcaster,
    handedOver,
    clock,
    mirror,
    fan,
    join: (count: number): FakeWatcher[] =>
      Array.from({ length: count }, (_, index) => {
        const watcher = new FakeWatcher(`w${index}`)
        fan.join(watcher, undefined)
        return watcher
      }),
    /** A change, and the turn of the event loop that it happens in. */
    write,
    /** The next turn that was asked for. */
    turn,
    allTurns,
    /** A change, and all turns that it takes to tell of it. */
    change: (seat: number, scriptMs?: number): void => {
      write(seat, scriptMs)
      allTurns()
    },
    /** With the turns that are asked for in between. */
    pass: (ms: number) => clock.runUntil(clock.nowMs() + ms, allTurns),
  }
}

const delta = (from: number, to: number, ...seats: number[]) => [
  'map:delta',
  ['p', 1, from, to, seats.map((seat) => seat * 8 + 1)],
]

describe('the tick', () => {
  test('the first change after a quiet time goes out at once, the next ones together a tick later', async () => {
    const { join, change, pass } = fanOut()
    const [watcher] = join(1)
    change(1)
    expect(watcher!.received).toEqual([delta(1, 2, 1)])
    change(2)
    change(3)
    await pass(24)
    expect(watcher!.received).toHaveLength(1)
    await pass(1)
    expect(watcher!.received).toEqual([delta(1, 2, 1), delta(2, 4, 2, 3)])
  })

  test('the tick grows with the watchers so that the frames a second stay under their budget', async () => {
    const { join, change, pass } = fanOut({ framesPerSecond: 100 })
    const [watcher] = join(10)
    change(1)
    change(2)
    await pass(99)
    expect(watcher!.received).toHaveLength(1)
    await pass(1)
    expect(watcher!.received).toHaveLength(2)
  })

  test('[F2] a heartbeat one second after the last change, then every five', async () => {
    const { join, change, pass } = fanOut()
    const [watcher] = join(1)
    change(1)
    await pass(999)
    expect(watcher!.received).toHaveLength(1)
    await pass(1)
    expect(watcher!.received.slice(1)).toEqual([delta(2, 2)])
    await pass(4_999)
    expect(watcher!.received).toHaveLength(2)
    await pass(1)
    expect(watcher!.received).toHaveLength(3)
  })
})

describe('slices', () => {
  test('nothing is written in the turn of the change: its answer goes first', () => {
    const { join, write, turn } = fanOut({ slice: 2 })
    const watchers = join(2)
    write(1)
    expect(watchers.map(({ received }) => received)).toEqual([[], []])
    turn()
    expect(watchers.map(({ received }) => received)).toEqual([[delta(1, 2, 1)], [delta(1, 2, 1)]])
  })

  test('one turn writes to a slice; a later packet waits until the one before has reached everybody', async () => {
    const { join, write, turn, allTurns, pass, clock } = fanOut({ slice: 2 })
    const watchers = join(5)
    const counts = () => watchers.map(({ received }) => received.length)
    write(1)
    turn()
    expect(counts()).toEqual([1, 1, 0, 0, 0])
    write(2)
    await clock.runUntil(100, () => undefined)
    turn()
    expect(counts()).toEqual([1, 1, 1, 1, 0])
    allTurns()
    await pass(100)
    expect(watchers.map(({ received }) => received)).toEqual(watchers.map(() => [delta(1, 2, 1), delta(2, 3, 2)]))
  })

  test('who leaves in the middle of a broadcast gets no more, and nobody else is passed over', () => {
    const { join, write, turn, allTurns, fan } = fanOut({ slice: 1 })
    const watchers = join(4)
    write(1)
    turn()
    fan.room.leave('w0')
    fan.room.leave('w2')
    allTurns()
    expect(watchers.map(({ received }) => received.length)).toEqual([1, 1, 0, 1])
  })
})

describe('what is counted', () => {
  test('frames and bytes that were written, by event, catch-ups included; what became of slow ones', async () => {
    const { join, change, pass, broadcaster, fan } = fanOut({ slice: 2 })
    const [slow, lost, ...quick] = join(5)
    slow!.buffered = 3
    lost!.buffered = 3
    change(1)
    await pass(200)
    for (const watcher of quick) broadcaster.sendOne(watcher, encodePacket('sale:changed', SALE))
    slow!.buffered = 0
    await pass(900)
    expect(broadcaster.slowTotals).toEqual({ 'set aside': 2, 'caught up': 1, dropped: 0 })
    await pass(1_200)
    expect(broadcaster.slowTotals).toEqual({ 'set aside': 2, 'caught up': 1, dropped: 1 })
    const { room } = fan
    expect(room.size).toBe(4)
    const written = [slow!, ...quick].flatMap(({ received }) => received as [string, unknown][])
    const totals = Object.fromEntries(broadcaster.totals.entries())
    expect(Object.keys(totals).toSorted()).toEqual(['map:delta', 'sale:changed'])
    for (const [event, { frames, bytes }] of Object.entries(totals)) {
      const packets = written.filter(([name]) => name === event)
      expect(frames, event).toBe(packets.length)
      // Two bytes of WebSocket header, Engine.IO's and Socket.IO's type, the event.
      const length = packets.reduce((sum, packet) => sum + 4 + JSON.stringify(packet).length, 0)
      expect(bytes, event).toBe(length)
    }
  })

  test('of each delta, when its oldest change was written; a change that does not say so does not count', async () => {
    const { join, change, pass, handedOver } = fanOut()
    join(1)
    change(1, 100)
    expect(handedOver).toEqual([100])
    change(2, 130)
    change(3, 140)
    await pass(25)
    change(4)
    await pass(25)
    expect(handedOver).toEqual([100, 130])
  })
})

describe('[F6] slow consumers', () => {
  test('a slow one gets nothing until it drains, then one coalesced delta; the others do not notice', async () => {
    const { join, change, pass } = fanOut()
    const [slow, quick] = join(2)
    change(1)
    slow!.buffered = 3
    await pass(30)
    change(2)
    await pass(30)
    change(3)
    await pass(200)
    expect(slow!.received).toHaveLength(1)
    expect(quick!.received).toEqual([delta(1, 2, 1), delta(2, 3, 2), delta(3, 4, 3)])
    slow!.buffered = 0
    await pass(100)
    expect(slow!.received.slice(1)).toEqual([
      ['map:delta', ['p', 1, 2, 4, [2 * 8 + 1, 3 * 8 + 1].toSorted((a, b) => b - a)]],
      ['sale:changed', SALE],
    ])
    change(4)
    await pass(30)
    expect(slow!.received.at(-1)).toEqual(delta(4, 5, 4))
  })

  test('what the ring no longer has shows as a gap', async () => {
    const { join, change, pass } = fanOut({ ringEntries: 1 })
    const [slow] = join(1)
    slow!.buffered = 3
    for (const seat of [1, 2, 3]) {
      change(seat)
      await pass(30)
    }
    slow!.buffered = 0
    await pass(100)
    expect(slow!.received[0]).toEqual(delta(4, 4))
  })

  test('one that missed a new epoch is told to reset', async () => {
    const { join, mirror, fan, allTurns, pass } = fanOut()
    const [slow] = join(1)
    slow!.buffered = 3
    mirror.jumpTo({ epoch: 2, revision: 1, chain: 'a', states: new Uint8Array(1_000), holds: [], sale: mirror.sale })
    fan.restarted()
    allTurns()
    slow!.buffered = 0
    await pass(100)
    expect(slow!.received[0]).toEqual(['map:reset', ['p', 2, 1]])
  })

  test('one that stays slow is dropped', async () => {
    const { join, change, pass, fan } = fanOut()
    const [slow] = join(1)
    slow!.buffered = 3
    change(1)
    await pass(1_900)
    expect(slow!.closed).toBe(false)
    await pass(300)
    expect(slow!.closed).toBe(true)
    expect(fan.room.size).toBe(0)
  })

  test('watching again does not make a slow one quick', async () => {
    const { join, change, pass, fan } = fanOut()
    const [slow] = join(1)
    slow!.buffered = 3
    change(1)
    await pass(1_000)
    fan.join(slow!, undefined)
    await pass(1_200)
    expect(slow!.closed).toBe(true)
  })
})
