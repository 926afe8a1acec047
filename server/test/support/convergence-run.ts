import { SeatState, STATUS_OF_STATE } from '@seatcast/shared/domain/seat-state.ts'
import type { Position } from '@seatcast/shared/domain/revision.ts'
import { SimClient, type LinkQuality, SnapshotCache } from './convergence-client.ts'
import { SimClock } from './convergence-clock.ts'
import { ModelMap } from './convergence-model.ts'
import { type Random, seededRandom } from './convergence-random.ts'
import { SimWorker } from './convergence-worker.ts'

export interface RunReport {
  /** What must not have happened, one sentence each. */
  readonly faults: readonly string[]
  readonly writes: number
  readonly epochs: number
  /** Most `map:watch` that one client sent for one connection. */
  readonly asksMax: number
}

/** What may go wrong in a run. `calm`: nothing does; clients only join and leave. */
export type Weather = 'calm' | 'lossy links' | 'disasters' | 'everything'

const BUSY_MS = 6_000
/** Within how many ms after the last write all clients are to be in step. Source: F4; a half-open connection shows SILENCE_MS after its last late frame. */
const SETTLE_MS: Readonly<Record<Weather, number>> = {
  calm: 2_000,
  'lossy links': 24_000,
  disasters: 8_000,
  everything: 28_000,
}

/** One seeded sale: writers, workers, clients, and their troubles; then quiet, and a comparison. */
export async function runSale(seed: number, weather: Weather): Promise<RunReport> {
  const random = seededRandom(seed)
  const clock = new SimClock()
  const model = new ModelMap(random, random.pick([8, 60, 300]))
  const settings = { ringEntries: random.pick([2, 8, 200]), tickMs: random.pick([5, 25, 200]) }
  const workers = Array.from({ length: random.between(2, 3) }, () => new SimWorker(clock, random, model, settings))
  const cache = new SnapshotCache()
  const lossy = weather === 'lossy links' || weather === 'everything'
  const clients = Array.from({ length: random.between(2, 6) }, (_, index) => {
    const quality = lossy && random.chance(0.7) ? badLink(random) : goodLink(random)
    return new SimClient(`c${index}`, clock, random, model.seatCount, quality, { cache, workers })
  })
  const run = new Run(clock, random, model, workers, clients, weather)
  run.begin()
  await clock.runUntil(BUSY_MS, () => run.check())
  run.calmDown()
  await clock.runUntil(BUSY_MS + SETTLE_MS[weather], () => run.check())
  return run.report()
}

const goodLink = (random: Random): LinkQuality => ({ delayMs: random.pick([1, 20, 150]), loss: 0, reorders: false })
const badLink = (random: Random): LinkQuality => ({
  delayMs: random.pick([20, 150, 400]),
  loss: random.pick([0, 0.02, 0.2]),
  reorders: random.chance(0.5),
})

class Run {
  readonly #faults: string[] = []
  readonly #lastPositions = new Map<SimClient, Position>()
  readonly #clock: SimClock
  readonly #random: Random
  readonly #model: ModelMap
  readonly #workers: readonly SimWorker[]
  readonly #clients: readonly SimClient[]
  readonly #weather: Weather
  #busy = true
  #writes = 0
  #asksMax = 0

  constructor(
    clock: SimClock,
    random: Random,
    model: ModelMap,
    workers: readonly SimWorker[],
    clients: readonly SimClient[],
    weather: Weather,
  ) {
    this.#clock = clock
    this.#random = random
    this.#model = model
    this.#workers = workers
    this.#clients = clients
    this.#weather = weather
  }

  begin(): void {
    const pauseMs = this.#random.pick([5, 20, 100, 900])
    this.#often(pauseMs, () => {
      for (let burst = this.#random.chance(0.05) ? 20 : 1; burst > 0; burst--) this.#write()
    })
    for (const client of this.#clients) {
      this.#clock.after(this.#random.between(0, 4_000), () => client.connect(this.#random.pick(this.#workers)))
      this.#often(3_000, () => this.#changeNode(client))
    }
    const lossy = this.#weather === 'lossy links' || this.#weather === 'everything'
    if (this.#weather === 'calm') return
    this.#often(3_000, () => this.#random.pick(this.#clients).stall(this.#random.between(100, 7_000)))
    if (lossy) this.#often(4_000, () => this.#random.pick(this.#clients).halfOpen())
    if (this.#weather === 'lossy links') return
    this.#often(4_000, () => this.#random.pick(this.#workers).stall(this.#random.between(100, 3_000)))
    this.#often(5_000, () => this.#model.nextEpoch())
    this.#often(5_000, () => {
      this.#model.rollBack()
      for (let writes = this.#random.between(0, 20); writes > 0; writes--) this.#write()
    })
    this.#often(3_000, () => this.#model.trim())
  }

  /** No more writes and no more troubles; who is away comes back. */
  calmDown(): void {
    this.#busy = false
    for (const worker of this.#workers) worker.stall(0)
    for (const client of this.#clients) {
      client.stall(0)
      client.quality = { ...client.quality, loss: 0 }
      if (!client.connected) client.connect(this.#random.pick(this.#workers))
    }
  }

  /** What must hold at every moment: a position names one state, and nobody goes back (F1). */
  check(): void {
    for (const client of this.#clients) {
      const { position } = client.store
      const before = this.#lastPositions.get(client)
      this.#asksMax = Math.max(this.#asksMax, client.asks)
      if (position === undefined || position === before) continue
      this.#lastPositions.set(client, position)
      if (
        before !== undefined &&
        (position.epoch < before.epoch || (position.epoch === before.epoch && position.revision < before.revision))
      )
        this.#fault(`a client went back from ${named(before)} to ${named(position)}`)
      const states = this.#model.statesAt(position)
      if (states !== undefined && !shows(client, states))
        this.#fault(`a client shows another map than ${named(position)}`)
    }
  }

  report(): RunReport {
    this.#clients.forEach((client, index) => {
      const at = client.store.position
      const there = this.#model.position
      const inStep = at?.epoch === there.epoch && at.revision === there.revision && shows(client, this.#model.states)
      if (!inStep || client.feed.state !== 'live')
        this.#fault(`client ${index} is ${client.feed.state} at ${at && named(at)}, the server at ${named(there)}`)
    })
    if (this.#weather === 'calm' && this.#asksMax > 2) this.#fault(`a client asked ${this.#asksMax} times to join (F3)`)
    return { faults: this.#faults, writes: this.#writes, epochs: this.#model.position.epoch, asksMax: this.#asksMax }
  }

  #write(): void {
    this.#writes++
    this.#model.write()
  }

  /** Away for a moment or for long, then on the same node or on another. */
  #changeNode(client: SimClient): void {
    client.disconnect()
    this.#clock.after(this.#random.pick([1, 50, 400, 2_000]), () => {
      if (!client.connected) client.connect(this.#random.pick(this.#workers))
    })
  }

  #often(everyMs: number, act: () => void): void {
    this.#clock.after(this.#random.between(1, 2 * everyMs), () => {
      if (!this.#busy) return
      act()
      this.#often(everyMs, act)
    })
  }

  #fault(what: string): void {
    if (this.#faults.length < 5) this.#faults.push(`at ${Math.round(this.#clock.nowMs())} ms ${what}`)
  }
}

const named = ({ epoch, revision }: Position): string => `${epoch}-${revision}`

function shows(client: SimClient, states: Uint8Array): boolean {
  return states.every((state, seat) => client.store.statuses[seat] === STATUS_OF_STATE[state as SeatState])
}
