import type { Clock } from '@seatcast/shared/domain/clock.ts'
import type { Logger } from 'pino'
import type { Performance } from '../catalogue/performance.ts'
import type { MapSource, MapState, SeenPosition } from './map-source.ts'

/** First and longest wait between attempts, ms. Source: clients are to heal within 5 s of Redis coming back. */
const RETRY_MS = { first: 100, longest: 1_000 } as const

/**
 * The state that a mirror can trust again: on the run that PostgreSQL knows, at or after what was seen, in another epoch
 * if history was rewritten. Tries until there is one; undefined once `signal` aborts.
 */
export async function trustworthyState(
  source: MapSource,
  performance: Performance,
  seen: SeenPosition,
  options: { readonly clock: Clock; readonly log: Logger; readonly signal: AbortSignal },
): Promise<MapState | undefined> {
  let doubt = seen
  for (let failures = 0; !options.signal.aborted; failures++) {
    try {
      await source.ensureLoaded(performance, doubt)
      const state = await source.readState(performance)
      if (options.signal.aborted) return undefined
      if (state !== undefined && agrees(state, doubt)) return state
      // The same revision with another history: this epoch cannot go on (R3).
      if (state?.epoch === doubt.epoch && state.revision === doubt.revision && state.chain !== doubt.chain)
        doubt = { ...doubt, rewritten: true }
    } catch (fault) {
      if (failures === 0) options.log.warn({ performanceId: performance.id, err: fault }, 'map could not be read')
    }
    await pause(Math.min(RETRY_MS.longest, RETRY_MS.first * 2 ** failures), options)
  }
  return undefined
}

function agrees(state: MapState, seen: SeenPosition): boolean {
  if (state.epoch !== seen.epoch) return state.epoch > seen.epoch
  if (seen.rewritten || state.revision < seen.revision) return false
  return state.revision > seen.revision || state.chain === seen.chain
}

function pause(ms: number, { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal }): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, end)
    signal.addEventListener('abort', end, { once: true })
    function end(): void {
      cancel()
      signal.removeEventListener('abort', end)
      resolve()
    }
  })
}
