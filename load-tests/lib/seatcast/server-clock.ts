import exec from 'k6/execution'
import type { PerformanceDetail } from '../../../shared/src/protocol/http.ts'
import { ask } from './http-api.ts'

/*
 * Clicks and watchers may be on different generators, so moments are told in the server's clock. A performance that opens far
 * in the future tells it to the millisecond: now = onSaleAt - opensInMs. As NTP does, the question with the shortest way
 * there and back is believed, half of which is the error.
 *
 *   generator   sent ───────────── received          offset = server's now - (sent + received) / 2
 *   server            now
 */

export interface ClockOffset {
  /** Server's clock minus this generator's, ms. */
  readonly offsetMs: number
  /** Half of the shortest way there and back, ms. */
  readonly errorMs: number
}

/** Source: a guess: the third question usually finds a quiet moment; more cost a crowd's start. */
const QUESTIONS = 5

export async function measureOffset(clockPerformanceId: string): Promise<ClockOffset | undefined> {
  let best: ClockOffset | undefined
  for (let question = 0; question < QUESTIONS; question++) {
    const sentMs = Date.now()
    const { body } = await ask<PerformanceDetail>('GET', `/api/performances/${clockPerformanceId}`)
    const receivedMs = Date.now()
    if (body?.onSaleAt == null || body.opensInMs === null || body.opensInMs === 0) return undefined
    const errorMs = (receivedMs - sentMs) / 2
    const offsetMs = Date.parse(body.onSaleAt) - body.opensInMs - (sentMs + receivedMs) / 2
    if (best === undefined || errorMs < best.errorMs) best = { offsetMs, errorMs }
  }
  return best
}

let own: Promise<ClockOffset> | undefined

/**
 * This virtual user's offset. All of one generator have one clock: set-up's measurement is right for them, and exact between
 * them. Only a part of a distributed run (it has an execution segment) measures its own.
 */
export function offsetHere(ofSetup: ClockOffset, clockPerformanceId: string): Promise<ClockOffset> {
  const segment: unknown = exec.test.options.executionSegment
  if (segment === null || segment === undefined || clockPerformanceId === '') return Promise.resolve(ofSetup)
  own ??= measureOffset(clockPerformanceId).then((measured) => measured ?? ofSetup)
  return own
}
