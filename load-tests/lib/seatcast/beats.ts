import { PROBE_SEATS } from './hall.ts'

/*
 * One buyer clicks at moments that everybody can compute: beat b is due at start + b x clickMs; even beats hold the next of
 * 20 seats, odd ones release it. Whoever sees one of these seats change knows when the click was due, without being told.
 *
 *   beat     0       1        2       3       …  40
 *   seat     0 held  0 free   1 held  1 free     0 held again: a frame may be 40 x clickMs late before it is taken for another
 *
 * The clock runs from the moment the click was due, not from when it was sent: a generator or a server that cannot keep up
 * does not get to hide what its buyers wait (click_lateness_ms says how much of it is the generator's).
 */

export interface Beat {
  /** Of beat 0, Unix ms of the server's clock. */
  readonly firstDueAtMs: number
  readonly clickMs: number
}

const BEATS_A_CYCLE = 2 * PROBE_SEATS
/** An error of the clocks must not turn the present beat into one of 40 beats ago, ms. Source: a guess above any useful handshake's. */
const CLOCK_ERROR_MS = 20

export const dueAtMs = ({ firstDueAtMs, clickMs }: Beat, beat: number): number => firstDueAtMs + beat * clickMs

/** Which of the metronome's seats, and what happens to it. */
export const placeOf = (beat: number): number => Math.floor(beat / 2) % PROBE_SEATS
export const isHold = (beat: number): boolean => beat % 2 === 0

/** When the click was due that made this seat held or free, as seen now; undefined: none was due yet. */
export function clickedAtMs(beats: Beat, place: number, isHeld: boolean, nowMs: number): number | undefined {
  const latest = Math.floor((nowMs + CLOCK_ERROR_MS - beats.firstDueAtMs) / beats.clickMs)
  const inCycle = 2 * place + (isHeld ? 0 : 1)
  const beat = latest - ((((latest - inCycle) % BEATS_A_CYCLE) + BEATS_A_CYCLE) % BEATS_A_CYCLE)
  return beat < 0 ? undefined : dueAtMs(beats, beat)
}

/** How many of `count` clicks were due at that moment or later. */
export function beatsSince({ firstDueAtMs, clickMs }: Beat, count: number, sinceMs: number): number {
  const first = Math.max(0, Math.ceil((sinceMs - firstDueAtMs) / clickMs))
  return Math.max(0, count - first)
}
