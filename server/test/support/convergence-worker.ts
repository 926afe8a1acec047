import type { Layout } from '@seatcast/shared/domain/layout.ts'
import type { Position } from '@seatcast/shared/domain/revision.ts'
import { pino } from 'pino'
import type { Performance } from '../../src/catalogue/performance.ts'
import { LiveMap } from '../../src/feed/live-map.ts'
import type { ChainedPosition } from '../../src/feed/partition-reader.ts'
import { RedisClock } from '../../src/feed/redis-clock.ts'
import { RoomBroadcaster } from '../../src/feed/room-broadcaster.ts'
import { placeSeats } from '../../src/feed/seat-places.ts'
import { TickPacer } from '../../src/feed/tick-pacer.ts'
import type { SimClock } from './convergence-clock.ts'
import type { ModelMap } from './convergence-model.ts'
import type { Random } from './convergence-random.ts'

export const PERFORMANCE_ID = 'p'
/** How long a read takes when all is well, ms. */
const READ_MS = { shortest: 1, longest: 30 } as const
const COMPARE_MS = 1_000
const LOOK_AT_TIME_MS = 100

/** A worker with its real mirror, ring, fan-out and broadcaster; only Redis, its reader and the clock are models. */
export class SimWorker {
  readonly map: LiveMap
  readonly #clock: SimClock
  readonly #random: Random
  readonly #model: ModelMap
  #following: ChainedPosition | undefined
  #behindAt: Position | undefined
  #freshAtMs = 0
  #stalledUntilMs = 0

  constructor(
    clock: SimClock,
    random: Random,
    model: ModelMap,
    settings: { readonly ringEntries: number; readonly tickMs: number },
  ) {
    this.#clock = clock
    this.#random = random
    this.#model = model
    const redisClock = new RedisClock(clock)
    redisClock.sample([0, 0], 0)
    this.map = new LiveMap(
      simPerformance(model.seatCount),
      simLayout(model.seatCount),
      placeSeats(simLayout(model.seatCount), ZONES),
      startState(model),
      {
        source: {
          loadPerformance: () => Promise.resolve(undefined),
          ensureLoaded: this.#ensureLoaded,
          readState: this.#readState,
        },
        tailer: {
          follow: (_, { epoch, revision, chain }) => {
            this.#following = { epoch, revision, chain }
            this.#freshAtMs = clock.nowMs()
          },
          unfollow: () => (this.#following = undefined),
          staleMs: () => clock.nowMs() - this.#freshAtMs,
        },
        clock,
        redisClock,
        broadcaster: new RoomBroadcaster({
          clock,
          nextTurn: (work) => void clock.after(random.between(0, 3), work),
          slicePerTurn: 2,
          slowAtPackets: 4,
          dropAfterMs: 5_000,
        }),
        pacer: new TickPacer(clock, 50_000, settings.tickMs),
        events: {},
        ringEntries: settings.ringEntries,
        framesPerSecond: 50_000,
        watchersElsewhere: () => 0,
        log: pino({ level: 'silent' }),
      },
    )
    this.#readLater()
    this.#compareLater(random.between(1, COMPARE_MS))
    this.#lookAtTime()
  }

  /** Its reader hangs, or Redis does not answer it. */
  stall(ms: number): void {
    this.#stalledUntilMs = this.#clock.nowMs() + ms
  }

  readonly #ensureLoaded: ModelMap['ensureLoaded'] = async (performanceId, seen) => {
    await this.#delay()
    return this.#model.ensureLoaded(performanceId, seen)
  }

  readonly #readState: ModelMap['readState'] = async () => {
    await this.#delay()
    const state = await this.#model.readState()
    await this.#delay()
    return state
  }

  #delay(): Promise<void> {
    return new Promise((resolve) => this.#clock.after(this.#random.between(READ_MS.shortest, READ_MS.longest), resolve))
  }

  #readLater(): void {
    const stallMs = this.#stalledUntilMs - this.#clock.nowMs()
    this.#clock.after(Math.max(stallMs, this.#random.between(READ_MS.shortest, READ_MS.longest)), () => {
      if (this.#clock.nowMs() >= this.#stalledUntilMs) this.#read()
      this.#readLater()
    })
  }

  #read(): void {
    if (this.#following === undefined) return
    const entries = this.#model.read(this.#following, this.#random.between(1, 50))
    this.#freshAtMs = this.#clock.nowMs()
    const last = entries.at(-1)
    if (last === undefined) return
    this.#following = { epoch: last.epoch, revision: last.revision, chain: last.chain }
    this.map.receive(entries)
  }

  /** What StreamTailer does once a second. */
  #compareLater(delayMs = COMPARE_MS): void {
    this.#clock.after(delayMs, () => {
      const here = this.#following
      const there = this.#model.position
      const answered = here !== undefined && this.#clock.nowMs() >= this.#stalledUntilMs
      if (answered && isBefore(there, here)) this.map.receiveTrouble('rolled back')
      else if (answered && isRewritten(here, { ...there, chain: this.#model.chain }))
        this.map.receiveTrouble('rewritten')
      else if (answered && isBefore(here, there)) {
        if (this.#behindAt === here) this.map.receiveTrouble('behind')
        this.#behindAt = here
      }
      this.#compareLater()
    })
  }

  #lookAtTime(): void {
    this.map.tick()
    this.#clock.after(LOOK_AT_TIME_MS, () => this.#lookAtTime())
  }
}

const ZONES = [{ id: 'z', name: 'Z', color: '#000000', price: 1, currency: 'EUR', categories: [0] }]

/** A performance of one zone, on sale. */
export function simPerformance(seatCount: number): Performance {
  return {
    id: PERFORMANCE_ID,
    showId: 's',
    venueId: 'v',
    layoutId: 'l',
    partition: 0,
    startsAt: new Date(0),
    onSaleAt: null,
    status: 'on_sale',
    holdSeconds: 60,
    paymentSeconds: 60,
    groupHoldSeconds: 480,
    maxSeatsPerBuyer: 8,
    zones: ZONES,
    seatCount,
    epoch: 1,
    redisRunId: null,
  }
}

/** A hall of one section in which nobody sits beside anybody. */
export function simLayout(seatCount: number): Layout {
  const zeros = Array.from({ length: seatCount }, () => 0)
  const texts = zeros.map(() => '')
  return {
    name: 'model',
    unit: 'cm',
    seatSize: 1,
    focus: [0, 0],
    sections: [{ id: 0, name: 'A', outline: [] }],
    categories: [{ id: 0, name: 'A', color: '#000000' }],
    seats: {
      section: zeros,
      row: texts,
      number: texts,
      x: zeros,
      y: zeros,
      category: zeros,
      accessible: zeros.map(() => 0 as const),
      next: zeros,
    },
    shapes: [],
  }
}

function startState(model: ModelMap) {
  const sale = { status: 'on_sale', opensAtMs: 0 } as const
  return { ...model.position, chain: model.chain, states: model.states, holds: [], sale }
}

const isRewritten = (here: ChainedPosition, there: ChainedPosition): boolean =>
  here.epoch === there.epoch && here.revision === there.revision && here.chain !== there.chain

function isBefore(one: Position, other: Position): boolean {
  return one.epoch < other.epoch || (one.epoch === other.epoch && one.revision < other.revision)
}
