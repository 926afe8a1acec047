import type { MapDelta } from '../../../shared/src/protocol/delta.ts'
import { seatOfPacked, statusOfPacked } from '../../../shared/src/protocol/seat-codec.ts'
import { type Beat, clickedAtMs, dueAtMs, isHold, placeOf } from './beats.ts'
import { PROBE_SEATS } from './hall.ts'
import { becomeGuest, pause } from './http-api.ts'
import type { Knobs } from './knobs.ts'
import { clickLateness, propagation } from './metrics.ts'
import { Page } from './page.ts'
import type { Sale } from './sale.ts'
import { offsetHere } from './server-clock.ts'

/** A new buyer after so many beats: limits on squatting (2 x (holdSeconds + paymentSeconds) an hour) are a buyer's. */
const BEATS_A_BUYER = 500
const HELD = 1

/** Clicks begin with the run, or with the sale. */
const beatsOf = (sale: Sale, knobs: Knobs): Beat => ({
  firstDueAtMs: Math.max(sale.startsAtMs, sale.opensAtMs),
  clickMs: knobs.CLICK_MS,
})
const firstSeat = (sale: Sale): number => Math.max(0, sale.seatCount - PROBE_SEATS)

/** Clicks until the run's end. Runs in one virtual user. */
export async function beatTime(sale: Sale, knobs: Knobs): Promise<void> {
  const { offsetMs } = await offsetHere(sale.clock, sale.clockPerformanceId)
  const beats = beatsOf(sale, knobs)
  // The last beat is a release: nothing of the metronome's stays held.
  const count = Math.floor((sale.endsAtMs - beats.firstDueAtMs) / beats.clickMs / 2) * 2
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
    if (waitMs < -beats.clickMs && !isHolding) continue
    if (waitMs > 0) await pause(waitMs)
    clickLateness.add(Math.max(0, Date.now() + offsetMs - dueAtMs(beats, beat)))
    const seats = [firstSeat(sale) + placeOf(beat)]
    isHolding = isHold(beat)
    // Not awaited: the next beat is due whether or not this one was answered.
    void page?.command(isHolding ? 'seats:hold' : 'seats:release', { seats })
  }
  await page?.command('seats:release', {})
  page?.close()
}

/** Measures, for a watcher, how long the metronome's clicks took to this frame. */
export function propagationMeter(sale: Sale, knobs: Knobs, offsetMs: number): (delta: MapDelta) => void {
  const beats = beatsOf(sale, knobs)
  const first = firstSeat(sale)
  return (delta) => {
    for (const packed of delta[4]) {
      const place = seatOfPacked(packed) - first
      const status = statusOfPacked(packed)
      if (place < 0 || status > HELD) continue
      const nowMs = Date.now() + offsetMs
      const atMs = clickedAtMs(beats, place, status === HELD, nowMs)
      if (atMs !== undefined) propagation.add(Math.max(0, nowMs - atMs))
    }
  }
}
