import type { MapDelta } from '../../../shared/src/protocol/delta.ts'
import { packStatus, seatOfPacked, statusOfPacked } from '../../../shared/src/protocol/seat-codec.ts'
import { type Beat, beatsSince, clickedAtMs, dueAtMs, isHold, placeOf } from './beats.ts'
import { PROBE_SEATS } from './hall.ts'
import { becomeGuest, pause } from './http-api.ts'
import type { Knobs } from './knobs.ts'
import { clickLateness, clicksAnswered, clicksRefused, completeness, propagation } from './metrics.ts'
import { Page } from './page.ts'
import type { Sale } from './sale.ts'
import { offsetHere } from './server-clock.ts'
import { unbroken } from './unbroken.ts'

/** A new buyer after so many beats: limits on squatting (2 x (holdSeconds + paymentSeconds) an hour) are a buyer's. */
const BEATS_A_BUYER = 500
const HELD = 1

/** Clicks begin with the run, or with the sale. */
const beatsOf = (sale: Sale, knobs: Knobs): Beat => ({
  firstDueAtMs: Math.max(sale.startsAtMs, sale.opensAtMs),
  clickMs: knobs.CLICK_MS,
})
const firstSeat = (sale: Sale): number => Math.max(0, sale.seatCount - PROBE_SEATS)

/** The last beat is a release: nothing of the metronome's stays held. */
const beatCount = (sale: Sale, { firstDueAtMs, clickMs }: Beat): number =>
  Math.max(0, Math.floor((sale.endsAtMs - firstDueAtMs) / clickMs / 2) * 2)

/** Clicks until the run's end. Runs in one virtual user. */
export async function beatTime(sale: Sale, knobs: Knobs): Promise<void> {
  await unbroken('metronome', () => beatAll(sale, knobs))
}

async function beatAll(sale: Sale, knobs: Knobs): Promise<void> {
  const { offsetMs } = await offsetHere(sale.clock, sale.clockPerformanceId)
  const beats = beatsOf(sale, knobs)
  const count = beatCount(sale, beats)
  let page: Page | undefined
  let isHolding = false
  for (let beat = 0; beat < count; beat++) {
    if (beat % BEATS_A_BUYER === 0) {
      page?.close()
      page = new Page({ token: (await becomeGuest()).token, sale })
      await page.open()
    }
    const waitMs = dueAtMs(beats, beat) - offsetMs - Date.now()
    // It was late in coming up: such a click says nothing. But what is held is released, or its expiry would look like a click.
    if (waitMs < -beats.clickMs && !isHolding) {
      clickLateness.add(-waitMs)
      continue
    }
    if (waitMs > 0) await pause(waitMs)
    clickLateness.add(Math.max(0, Date.now() + offsetMs - dueAtMs(beats, beat)))
    const seats = [firstSeat(sale) + placeOf(beat)]
    isHolding = isHold(beat)
    // Not awaited: the next beat is due whether or not this one was answered.
    void click(page, isHolding ? 'seats:hold' : 'seats:release', seats)
  }
  await page?.command('seats:release', {})
  page?.close()
}

async function click(page: Page | undefined, event: 'seats:hold' | 'seats:release', seats: number[]): Promise<void> {
  const said = await page?.command(event, { seats })
  if (said?.answer.ok === true) clicksAnswered.add(1)
  else clicksRefused.add(1, { code: said?.answer.code ?? 'NO_ANSWER' })
}

/**
 * Measures, for one watcher, how long the metronome's clicks took to this live frame, and how many of them came as one. What is
 * caught up after a loss, or comes with a snapshot, is on the map and not in these figures.
 */
export class PropagationMeter {
  readonly #beats: Beat
  readonly #count: number
  readonly #first: number
  /** Below it are the buyers' seats, most of what is heard. */
  readonly #firstPacked: number
  readonly #offsetMs: number
  #seen = 0
  #sinceMs = Infinity

  constructor(sale: Sale, knobs: Knobs, offsetMs: number) {
    this.#beats = beatsOf(sale, knobs)
    this.#count = beatCount(sale, this.#beats)
    this.#first = firstSeat(sale)
    this.#firstPacked = packStatus(this.#first, 0)
    this.#offsetMs = offsetMs
  }

  /** The map is live: clicks from now on are to come as frames. */
  begin(): void {
    this.#sinceMs = Date.now() + this.#offsetMs
  }

  hear(delta: MapDelta): void {
    const seats = delta[4]
    for (let place = 0; place < seats.length; place++) {
      const packed = seats[place] ?? -1
      if (packed >= this.#firstPacked) this.#see(packed)
    }
  }

  #see(packed: number): void {
    const status = statusOfPacked(packed)
    if (status > HELD) return
    const nowMs = Date.now() + this.#offsetMs
    const atMs = clickedAtMs(this.#beats, seatOfPacked(packed) - this.#first, status === HELD, nowMs)
    if (atMs === undefined) return
    propagation.add(Math.max(0, nowMs - atMs))
    if (atMs >= this.#sinceMs) this.#seen += 1
  }

  /** Once, when the last frames are there: the share of the clicks that came as frames. */
  tell(): void {
    const due = beatsSince(this.#beats, this.#count, this.#sinceMs)
    if (due > 0) completeness.add((100 * Math.min(this.#seen, due)) / due)
  }
}
