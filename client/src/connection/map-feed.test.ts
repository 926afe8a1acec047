import type { Clock } from '@seatcast/shared/domain/clock.ts'
import type { Position } from '@seatcast/shared/domain/revision.ts'
import type { MapDelta, Snapshot } from '@seatcast/shared/protocol/delta.ts'
import type { AckNamed, RequestNamed } from '@seatcast/shared/protocol/events.ts'
import { describe, expect, test } from 'vitest'
import { SeatStore } from '../store/seat-store.ts'
import { type FeedState, MapFeed, SILENCE_MS } from './map-feed.ts'

type Ack = AckNamed<'map:watch'>

const SEATS = 4
const mine = { hold: null, orders: [] }
const accepted = (epoch: number, revision: number, deltas?: MapDelta[]): Ack => ({
  ok: true,
  epoch,
  revision,
  ...(deltas && { deltas }),
  mine,
  status: 'on_sale',
  opensInMs: 0,
})
const delta = (from: number, to: number, packed: number[] = [], epoch = 1): MapDelta => ['p', epoch, from, to, packed]
const snapshot = (revision: number, seats = '0000', epoch = 1): Snapshot => ({ epoch, revision, seats })

/** A feed whose every question waits for the test's answer. */
class Bench implements Clock {
  readonly store = new SeatStore(SEATS)
  readonly asked: { request: RequestNamed<'map:watch'>; answer: (ack: Ack) => void; fail: (error: Error) => void }[] =
    []
  readonly fetched: { min: Position | undefined; answer: (snapshot: Snapshot) => void }[] = []
  readonly states: FeedState[] = []
  readonly refused: string[] = []
  readonly feed: MapFeed
  #nowMs = 0
  #timers: { atMs: number; act: () => void }[] = []

  constructor() {
    this.feed = new MapFeed({
      performanceId: 'p',
      store: this.store,
      clock: this,
      random: () => 0,
      ask: (request) => new Promise((answer, fail) => this.asked.push({ request, answer, fail })),
      fetchSnapshot: (min) => new Promise((answer) => this.fetched.push({ min, answer })),
      onState: (state) => this.states.push(state),
      onRefused: (code) => this.refused.push(code),
    })
  }

  nowMs(): number {
    return this.#nowMs
  }

  after(delayMs: number, act: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, act }
    this.#timers.push(timer)
    return () => (this.#timers = this.#timers.filter((other) => other !== timer))
  }

  async pass(ms: number): Promise<void> {
    this.#nowMs += ms
    const due = this.#timers.filter(({ atMs }) => atMs <= this.#nowMs)
    this.#timers = this.#timers.filter(({ atMs }) => atMs > this.#nowMs)
    for (const { act } of due) act()
    await settled()
  }

  async answer(ack: Ack): Promise<void> {
    this.asked.at(-1)?.answer(ack)
    await settled()
  }

  async serve(body: Snapshot): Promise<void> {
    this.fetched.at(-1)?.answer(body)
    await settled()
  }

  get shown(): string {
    return `${this.store.position?.epoch}-${this.store.position?.revision} ${this.store.statuses.join('')}`
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

async function liveAt(revision: number): Promise<Bench> {
  const bench = new Bench()
  bench.feed.connected()
  await bench.answer(accepted(1, revision))
  await bench.serve(snapshot(revision))
  expect(bench.feed.state).toBe('live')
  return bench
}

describe('joining', () => {
  test('watch, snapshot, and the frames that came before the ack', async () => {
    const bench = new Bench()
    bench.feed.connected()
    expect(bench.asked[0]?.request).toEqual({ performanceId: 'p' })
    bench.feed.receiveDelta(delta(4, 5, [8 + 1]))
    await bench.answer(accepted(1, 5))
    expect(bench.fetched).toMatchObject([{ min: undefined }])
    bench.feed.receiveDelta(delta(5, 6, [16 + 2]))
    await bench.serve(snapshot(5, '0100'))
    expect(bench.shown).toBe('1-6 0120')
    expect(bench.states).toEqual(['joining', 'live'])
    expect(bench.asked).toHaveLength(1)
  })

  test('[F3] a snapshot older than the ack is followed by one watch with its position', async () => {
    const bench = new Bench()
    bench.feed.connected()
    await bench.answer(accepted(1, 9))
    await bench.serve(snapshot(7))
    expect(bench.asked.at(-1)?.request).toEqual({ performanceId: 'p', epoch: 1, revision: 7 })
    await bench.answer(accepted(1, 9, [delta(7, 9, [8 + 1])]))
    expect(bench.shown).toBe('1-9 0100')
    expect(bench.feed.state).toBe('live')
  })

  test('a snapshot from the future is kept, and what the server then sends of the past changes nothing', async () => {
    const bench = new Bench()
    bench.feed.connected()
    await bench.answer(accepted(1, 5))
    await bench.serve(snapshot(8, '0200'))
    bench.feed.receiveDelta(delta(5, 6, [8 + 1]))
    expect(bench.shown).toBe('1-8 0200')
    expect(bench.asked).toHaveLength(1)
  })

  test('a snapshot of the epoch before is fetched again, with min', async () => {
    const bench = new Bench()
    bench.feed.connected()
    await bench.answer(accepted(3, 2))
    await bench.serve(snapshot(90, '1111', 2))
    expect(bench.fetched.at(-1)?.min).toEqual({ epoch: 3, revision: 2 })
    await bench.serve(snapshot(2, '0001', 3))
    expect(bench.shown).toBe('3-2 0001')
  })

  test('a reconnect says where it is, and takes only what it lacks', async () => {
    const bench = await liveAt(5)
    bench.feed.disconnected()
    bench.feed.connected()
    expect(bench.asked.at(-1)?.request).toEqual({ performanceId: 'p', epoch: 1, revision: 5 })
    await bench.answer(accepted(1, 8, [delta(5, 8, [8 + 2])]))
    expect(bench.shown).toBe('1-8 0200')
    expect(bench.states).toEqual(['joining', 'live', 'offline', 'resyncing', 'live'])
  })

  test('told to take the snapshot although in this epoch: fetched with min, a cached one may be just the old one', async () => {
    const bench = await liveAt(5)
    bench.feed.disconnected()
    bench.feed.connected()
    await bench.answer(accepted(1, 900))
    expect(bench.fetched.at(-1)?.min).toEqual({ epoch: 1, revision: 900 })
  })

  test('an answer to a connection that is gone is void', async () => {
    const bench = new Bench()
    bench.feed.connected()
    bench.feed.disconnected()
    await bench.answer(accepted(1, 5))
    expect(bench.fetched).toHaveLength(0)
    expect(bench.feed.state).toBe('offline')
  })
})

describe('[F1] staying in step', () => {
  test('a gap is caught up once, however many frames show it', async () => {
    const bench = await liveAt(5)
    bench.feed.receiveDelta(delta(7, 8, [8 + 1]))
    bench.feed.receiveDelta(delta(8, 9, [16 + 1]))
    bench.feed.receiveDelta(delta(9, 9))
    expect(bench.asked).toHaveLength(2)
    expect(bench.feed.state).toBe('resyncing')
    await bench.answer(accepted(1, 9, [delta(5, 9, [8 + 1, 16 + 1])]))
    expect(bench.shown).toBe('1-9 0110')
    expect(bench.feed.state).toBe('live')
  })

  test('a heartbeat exposes a silent loss', async () => {
    const bench = await liveAt(5)
    bench.feed.receiveDelta(delta(5, 5))
    expect(bench.asked).toHaveLength(1)
    bench.feed.receiveDelta(delta(6, 6))
    expect(bench.asked).toHaveLength(2)
  })

  test('without any frame it watches again; heartbeats keep it from doing so', async () => {
    const bench = await liveAt(5)
    await bench.pass(SILENCE_MS - 1_000)
    bench.feed.receiveDelta(delta(5, 5))
    await bench.pass(2_000)
    expect(bench.asked).toHaveLength(1)
    await bench.pass(SILENCE_MS)
    expect(bench.asked).toHaveLength(2)
  })

  test('a reset is followed by a watch without position and a snapshot of at least that state', async () => {
    const bench = await liveAt(5)
    bench.feed.receiveReset(['p', 2, 1])
    expect(bench.asked.at(-1)?.request).toEqual({ performanceId: 'p' })
    await bench.answer(accepted(2, 1))
    expect(bench.fetched.at(-1)?.min).toEqual({ epoch: 2, revision: 1 })
    await bench.serve(snapshot(1, '3000', 2))
    expect(bench.shown).toBe('2-1 3000')
  })

  test('a reset to where it already is changes nothing', async () => {
    const bench = await liveAt(5)
    bench.feed.receiveReset(['p', 1, 5])
    expect(bench.asked).toHaveLength(1)
  })

  test('a server that does not know our epoch yet is asked again soon; the store does not go back', async () => {
    const bench = new Bench()
    bench.feed.connected()
    await bench.answer(accepted(1, 50))
    await bench.serve(snapshot(2, '0001', 2))
    bench.feed.disconnected()
    bench.feed.connected()
    await bench.answer(accepted(1, 60))
    expect(bench.fetched).toHaveLength(1)
    await bench.pass(250)
    await bench.answer(accepted(2, 2, []))
    expect(bench.shown).toBe('2-2 0001')
    expect(bench.feed.state).toBe('live')
  })

  test('frames of another performance are not ours', async () => {
    const bench = await liveAt(5)
    bench.feed.receiveDelta(['q', 1, 90, 91, [8]])
    bench.feed.receiveReset(['q', 9, 1])
    expect(bench.asked).toHaveLength(1)
  })
})

describe('when there is no answer', () => {
  test('a refusal that passes is asked again after its time; a failure after a growing one', async () => {
    const bench = new Bench()
    bench.feed.connected()
    await bench.answer({ ok: false, code: 'MAP_RELOADING', retryInMs: 700 })
    await bench.pass(699)
    expect(bench.asked).toHaveLength(1)
    await bench.pass(1)
    expect(bench.asked).toHaveLength(2)
    bench.asked.at(-1)?.fail(new Error('timeout'))
    await settled()
    await bench.pass(499)
    expect(bench.asked).toHaveLength(2)
    await bench.pass(1)
    expect(bench.asked).toHaveLength(3)
  })

  test('a refusal that does not pass ends it', async () => {
    const bench = new Bench()
    bench.feed.connected()
    await bench.answer({ ok: false, code: 'NOT_FOUND' })
    await bench.pass(60_000)
    expect(bench.asked).toHaveLength(1)
    expect(bench.refused).toEqual(['NOT_FOUND'])
  })
})
