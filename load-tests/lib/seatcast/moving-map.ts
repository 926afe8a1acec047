import type { MapDelta, Snapshot } from '../../../shared/src/protocol/delta.ts'
import { MapCopy } from './map-copy.ts'

/*
 * A map that never rests is at no snapshot's revision for long. So the snapshot gets the frames that the page gets, until both are at one:
 *
 *   page       4 ── 5 ──────── 7 ── 9 ┐
 *   frames          5     (5 to 7)  9 │ compared at 9
 *   snapshot             6 ─── 7 ── 9 ┘
 */

/** Somebody's open map, as far as it is needed here. */
export interface MovingPage {
  readonly isLive: boolean
  readonly map: MapCopy
  /** Hears every frame after the page did; what it returns ends that. */
  listen(hear: (delta: MapDelta) => void): () => void
}

export interface Tools {
  /** At the page's position or after it. */
  readonly fetchSnapshot: () => Promise<Snapshot>
  readonly bytesOf: (text: string) => Uint8Array
  readonly pause: (ms: number) => Promise<void>
  /** The page is waited for so long, ms. */
  readonly patienceMs: number
}

const LOOK_EVERY_MS = 50

/**
 * How many seats of the page differ from the server's. `behind`: it did not get as far as the snapshot. Undefined: the page lost
 * its connection meanwhile, or began anew, which proves nothing.
 */
export async function differencesInMotion(page: MovingPage, tools: Tools): Promise<number | 'behind' | undefined> {
  const frames: MapDelta[] = []
  const stop = page.listen((delta) => void frames.push(delta))
  try {
    const server = new MapCopy(page.map.seatCount, tools.bytesOf)
    if (!server.applySnapshot(await tools.fetchSnapshot())) return page.map.seatCount
    for (const startedMs = Date.now(); ; await tools.pause(LOOK_EVERY_MS)) {
      const hasGap = frames.splice(0).some((delta) => server.applyDelta(delta) === 'gap')
      if (hasGap || !page.isLive) return undefined
      const count = page.map.differencesTo(server)
      if (count !== undefined) return count
      if (Date.now() - startedMs > tools.patienceMs) return 'behind'
    }
  } finally {
    stop()
  }
}
