import { checkMaps } from '../lib/seatcast/check-maps.ts'
import { becomeGuest, pause } from '../lib/seatcast/http-api.ts'
import type { Knobs } from '../lib/seatcast/knobs.ts'
import { PropagationMeter } from '../lib/seatcast/metronome.ts'
import { Page } from '../lib/seatcast/page.ts'
import { type Sale, serverNow, timeLeft } from '../lib/seatcast/sale.ts'
import { offsetHere } from '../lib/seatcast/server-clock.ts'
import { broken, unbroken } from '../lib/seatcast/unbroken.ts'
import { type Task, User, type WaitMs } from './user.ts'

/** Who comes at the very end still waits so long for the map, ms. Source: a guess: what a smoke on a busy machine needs. */
const PATIENCE_MS = 15_000
/** From a look to the next. */
const LOOK_MS: WaitMs = [500, 1_500]
/** Longer than any run. */
const TO_THE_END_MS: WaitMs = [1e9, 1e9]

export interface WatcherHabits {
  readonly token: string
  readonly offsetMs: number
  /** How much more often they just look than lose their connection and come back; 0: never lost. */
  readonly looksPerLoss: number
}

/** Looks at the map from the moment they come to the run's end, and measures every click of the metronome. */
export class Watcher extends User {
  protected readonly name = 'watcher'
  protected readonly waitMs: WaitMs
  readonly page: Page
  readonly #meter: PropagationMeter
  readonly #habits: WatcherHabits
  #isIn = false

  constructor(sale: Sale, knobs: Knobs, habits: WatcherHabits) {
    super(sale)
    this.#habits = habits
    // Who is never lost has nothing to do between two looks: to the end in one.
    this.waitMs = habits.looksPerLoss > 0 ? LOOK_MS : TO_THE_END_MS
    this.#meter = new PropagationMeter(sale, knobs, habits.offsetMs)
    this.page = new Page({ sale, token: habits.token, onFrame: (delta) => this.#meter.hear(delta) })
  }

  /** They got in: their map is to be compared with the server's. */
  get isIn(): boolean {
    return this.#isIn
  }

  protected tasks(): readonly Task[] {
    const { looksPerLoss } = this.#habits
    return [
      { weight: Math.max(1, looksPerLoss), run: async () => {} },
      { weight: looksPerLoss > 0 ? 1 : 0, run: async () => this.page.loseConnection() },
    ]
  }

  protected async arrive(): Promise<boolean> {
    this.#isIn = await this.page.open(Math.max(PATIENCE_MS, timeLeft(this.sale)))
    if (this.#isIn) this.#meter.begin()
    return this.#isIn
  }

  /** When their last frames are there: tells what they saw, and whether they saw anything. */
  conclude(): void {
    if (this.#isIn) this.#meter.tell()
    else broken(this.name, 'their map was never live')
  }

  /** The page stays open: its map is looked at first. */
  protected async leave(): Promise<void> {}
}

export interface Audience {
  readonly sockets: number
  /** Sockets of this virtual user are opened over so long, ms. */
  readonly spreadMs: number
  readonly looksPerLoss?: number
  /** All of them lose their connection at these moments after the run's start, ms. */
  readonly lossesAtMs?: readonly number[]
}

/** Several watchers in one virtual user, with one guest's token: they open their pages, look, and at last compare maps. */
export async function audience(sale: Sale, knobs: Knobs, crowd: Audience): Promise<void> {
  await unbroken('watcher', () => watchTogether(sale, knobs, crowd))
}

async function watchTogether(sale: Sale, knobs: Knobs, crowd: Audience): Promise<void> {
  const { sockets, spreadMs, looksPerLoss = 0, lossesAtMs = [] } = crowd
  const { token } = await becomeGuest()
  const { offsetMs } = await offsetHere(sale.clock, sale.clockPerformanceId)
  // From the run's start, whenever this virtual user came up: the crowd's spread is the load's shape.
  const sinceStartMs = () => Math.max(0, serverNow(sale.clock) - sale.startsAtMs)
  const watchers = Array.from({ length: sockets }, () => new Watcher(sale, knobs, { token, offsetMs, looksPerLoss }))
  const visits = watchers.map(async (watcher) => {
    await pause(Math.min(spreadMs * Math.random() - sinceStartMs(), timeLeft(sale)))
    await watcher.visit()
  })
  const storms = lossesAtMs.map(async (atMs) => {
    await pause(atMs - sinceStartMs())
    for (const { page } of watchers) page.loseConnection()
  })
  await Promise.all([...visits, ...storms])
  const there = watchers.filter(({ isIn }) => isIn).map(({ page }) => page)
  await checkMaps(sale.performanceId, there)
  for (const watcher of watchers) {
    watcher.conclude()
    watcher.page.close()
  }
}
