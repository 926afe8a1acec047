import { scenario } from 'k6/execution'
import { asciiBytes } from './ascii-bytes.ts'
import { pause } from './http-api.ts'
import { buyersChecked, mapDiffers, mapsUnchecked } from './metrics.ts'
import { differencesInMotion } from './moving-map.ts'
import type { Page } from './page.ts'
import { fetchSnapshot } from './snapshot-shelf.ts'

/** Of the visits that k6 counts, one in so many is compared, the first among them: each costs a snapshot. Source: a guess. */
const ONE_IN = 10
/** A page that is behind for longer is told as not compared, ms. Source: four times what design, section 8, gives a map. */
const PATIENCE_MS = 20_000

/** Compares the map of somebody who leaves with the server's, if their visit is one of the sample. */
export async function checkLeaver(performanceId: string, page: Page): Promise<void> {
  if (scenario.iterationInTest % ONE_IN !== 0 || !page.isLive) return
  const count = await differencesInMotion(
    {
      get isLive() {
        return page.isLive
      },
      map: page.map,
      listen: (hear) => {
        page.socket.on('map:delta', hear)
        return () => void page.socket.off('map:delta', hear)
      },
    },
    {
      fetchSnapshot: () => fetchSnapshot(performanceId, page.map.position),
      bytesOf: asciiBytes,
      pause,
      patienceMs: PATIENCE_MS,
    },
  ).catch(() => undefined) // the server refused the snapshot: nothing was proved
  if (count === undefined) return
  if (count === 'behind') return mapsUnchecked.add(1)
  buyersChecked.add(1)
  if (count === 0) return
  mapDiffers.add(1)
  console.error(`MAP DIFFERS ${count} seats of a leaving buyer's map differ from the server's`)
}
