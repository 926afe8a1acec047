import type { MapDelta } from '../../../shared/src/protocol/delta.ts'
import { seatOfPacked, statusOfPacked } from '../../../shared/src/protocol/seat-codec.ts'
import { PROBE_SEATS } from './hall.ts'
import { becomeGuest, pause } from './http-api.ts'
import type { Knobs } from './knobs.ts'
import { clickLateness, propagation } from './metrics.ts'
import { Page } from './page.ts'
import type { Sale } from './sale.ts'
import { offsetHere } from './server-clock.ts'

/*
 * One buyer clicks at moments that everybody can compute: beat b is due at start + b x CLICK_MS; even beats hold the next of
 * 20 seats, odd ones release it. Whoever sees one of these seats change knows when the click was due, without being told.
 *
 *   beat     0       1        2       3       …  40
 *   seat     0 held  0 free   1 held  1 free     0 held again: a frame may be 40 x CLICK_MS late before it is taken for another
 *
 * The clock runs from the moment the click was due, not from when it was sent: a generator or a server that cannot keep up
 * does not get to hide what its buyers wait (click_lateness_ms says how much of it is the generator's).
 */

const HELD = 1
const FREE = 0
const BEATS_A_CYCLE = 2 * PROBE_SEATS
/** A new buyer after so many beats: limits on squatting (2 x (holdSeconds + paymentSeconds) an hour) are a buyer's. */
const BEATS_A_BUYER = 500

/** Clicks begin with the run, or with the sale. */
const firstDueAtMs = (sale: Sale): number => Math.max(sale.startsAtMs, sale.opensAtMs)
const dueAtMs = (sale: Sale, clickMs: number, beat: number): number => firstDueAtMs(sale) + beat * clickMs
const seatOf = (sale: Sale, beat: number): number =>
  Math.max(0, sale.seatCount - PROBE_SEATS) + (Math.floor(beat / 2) % PROBE_SEATS)

/** Clicks until the run's end. Runs in one virtual user. */
export async function beatTime(sale: Sale, knobs: Knobs): Promise<void> {
  const { offsetMs } = await offsetHere(sale.clock, sale.clockPerformanceId)
  let page: Page | undefined
  // The last beat is a release: nothing of the metronome's stays held.
  const beats = Math.floor((sale.endsAtMs - firstDueAtMs(sale)) / knobs.CLICK_MS / 2) * 2
  for (let beat = 0; beat < beats; beat++) {
    if (beat % BEATS_A_BUYER === 0) {
      page?.close()
      page = new Page({ token: (await becomeGuest()).token, sale })
      await page.open()
    }
    const waitMs = dueAtMs(sale, knobs.CLICK_MS, beat) - offsetMs - Date.now()
    if (waitMs < -knobs.CLICK_MS) continue // it was late in coming up; a click that nobody waited for says nothing
    if (waitMs > 0) await pause(waitMs)
    clickLateness.add(Math.max(0, Date.now() + offsetMs - dueAtMs(sale, knobs.CLICK_MS, beat)))
    const seats = [seatOf(sale, beat)]
    // Not awaited: the next beat is due whether or not this one was answered.
    void page?.command(beat % 2 === 0 ? 'seats:hold' : 'seats:release', { seats })
  }
  await page?.command('seats:release', {})
  page?.close()
}

/** Measures, for a watcher, how long the metronome's clicks took to this frame. */
export function propagationMeter(sale: Sale, knobs: Knobs, offsetMs: number): (delta: MapDelta) => void {
  const first = Math.max(0, sale.seatCount - PROBE_SEATS)
  return (delta) => {
    for (const packed of delta[4]) {
      const place = seatOfPacked(packed) - first
      const status = statusOfPacked(packed)
      if (place < 0 || status > HELD) continue
      const nowMs = Date.now() + offsetMs
      const beat = latestBeat(nowMs - firstDueAtMs(sale), knobs.CLICK_MS, 2 * place + (status === FREE ? 1 : 0))
      if (beat >= 0) propagation.add(Math.max(0, nowMs - dueAtMs(sale, knobs.CLICK_MS, beat)))
    }
  }
}

/** The last beat due by `elapsedMs` that is this one of its cycle; negative: none yet. */
function latestBeat(elapsedMs: number, clickMs: number, placeInCycle: number): number {
  // The clocks' error must not turn the present beat into one of 40 beats ago.
  const latest = Math.floor((elapsedMs + CLOCK_ERROR_MS) / clickMs)
  return latest - ((((latest - placeInCycle) % BEATS_A_CYCLE) + BEATS_A_CYCLE) % BEATS_A_CYCLE)
}

/** Source: a guess above the error of any handshake that is worth something. */
const CLOCK_ERROR_MS = 50
