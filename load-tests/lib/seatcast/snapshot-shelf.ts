import type { Position } from '../../../shared/src/domain/revision.ts'
import type { Snapshot } from '../../../shared/src/protocol/delta.ts'
import { ask, pause } from './http-api.ts'

/**
 * As a browser's cache or a CDN would have it (`max-age=1`): watchers of one virtual user share a snapshot for a second.
 * A state asked for by name is never older than that.
 */
const FRESH_MS = 1_000
/** Tries before a join fails; the feed then tries again by itself. */
const TRIES = 5

const shelf = new Map<string, { readonly atMs: number; readonly snapshot: Promise<Snapshot> }>()

export function fetchSnapshot(performanceId: string, min?: Position): Promise<Snapshot> {
  if (min !== undefined) return load(performanceId, `?min=${min.epoch}-${min.revision}`)
  const known = shelf.get(performanceId)
  if (known !== undefined && Date.now() - known.atMs < FRESH_MS) return known.snapshot
  const snapshot = load(performanceId, '')
  shelf.set(performanceId, { atMs: Date.now(), snapshot })
  snapshot.catch(() => shelf.delete(performanceId))
  return snapshot
}

async function load(performanceId: string, query: string): Promise<Snapshot> {
  const path = `/api/performances/${performanceId}/snapshot`
  for (let tries = 1; ; tries++) {
    const { code, body, retryInMs } = await ask<Snapshot>('GET', path + query, { name: 'snapshot' })
    if (code === 'OK') return body
    if (retryInMs === 0 || tries === TRIES) throw new Error(`the snapshot was answered with ${code}`)
    await pause(retryInMs)
  }
}
