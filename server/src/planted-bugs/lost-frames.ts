import type { PlantedBug } from '../config.ts'
import type { Watcher } from '../feed/watcher.ts'

/** The share of frames that is not sent. */
export const LOST_SHARE = 1 / 20

/** A watcher that now and then does not get a frame which the server believes sent. */
export function losingFrames(watcher: Watcher, random: () => number = Math.random): Watcher {
  return {
    ...watcher,
    send(packet) {
      if (random() >= LOST_SHARE) watcher.send(packet)
    },
  }
}

/** What stands between the feed and a socket when the bug is planted; undefined: nothing. */
export const plantedWatcher = (bug: PlantedBug | ''): ((watcher: Watcher) => Watcher) | undefined =>
  bug === 'lost-frames' ? (watcher) => losingFrames(watcher) : undefined
