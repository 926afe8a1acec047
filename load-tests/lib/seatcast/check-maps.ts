import type { Snapshot } from '../../../shared/src/protocol/delta.ts'
import { pause } from './http-api.ts'
import { mapDiffers, mapsUnchecked, watchersChecked } from './metrics.ts'
import type { Page } from './page.ts'
import { fetchSnapshot } from './snapshot-shelf.ts'

/** A client's map equals the server's within so long of quiet, also after a reconnect, ms. Source: design, section 8 (5 s). */
const CONVERGE_MS = 5_000
/** How long a map that never gets quiet is looked at, ms. Source: a guess: others still act on it. */
const PATIENCE_MS = 20_000
const LOOK_EVERY_MS = 250

/** Compares every page's whole map with the server's, at the same revision; counts those that differ or never get there. */
export async function checkMaps(performanceId: string, pages: readonly Page[]): Promise<void> {
  let left = [...pages]
  let quietSinceMs = Date.now()
  let position = ''
  for (const startedMs = Date.now(); left.length > 0 && Date.now() - startedMs < PATIENCE_MS;) {
    const snapshot = await fetchSnapshot(performanceId, newest(left)).catch(() => undefined)
    if (snapshot !== undefined) {
      left = left.filter((page) => !settled(page, snapshot))
      const now = `${snapshot.epoch}-${snapshot.revision}`
      if (now !== position) quietSinceMs = Date.now()
      position = now
      if (Date.now() - quietSinceMs > CONVERGE_MS) break
    }
    if (left.length > 0) await pause(LOOK_EVERY_MS)
  }
  const isQuiet = Date.now() - quietSinceMs > CONVERGE_MS
  for (const page of left) {
    if (!isQuiet) mapsUnchecked.add(1)
    else tell(`a map stands at ${JSON.stringify(page.map.position)}, the server's at ${position} for ${CONVERGE_MS} ms`)
  }
}

function settled(page: Page, snapshot: Snapshot): boolean {
  const count = page.map.differences(snapshot)
  if (count === undefined) return false
  watchersChecked.add(1)
  if (count > 0) tell(`${count} seats of a map differ from the server's at ${snapshot.epoch}-${snapshot.revision}`)
  return true
}

function tell(text: string): void {
  mapDiffers.add(1)
  console.error(`MAP DIFFERS ${text}`)
}

/** The furthest of the pages: a snapshot from before it proves nothing. */
function newest(pages: readonly Page[]) {
  return pages
    .flatMap(({ map: { position } }) => (position === undefined ? [] : [position]))
    .toSorted((one, other) => other.epoch - one.epoch || other.revision - one.revision)[0]
}
