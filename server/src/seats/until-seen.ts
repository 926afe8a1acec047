import { setTimeout as delay } from 'node:timers/promises'
import type { Position } from '@seatcast/shared/domain/revision.ts'

/** How long a mirror may take to see what a script saw, ms. Source: a guess: one stream read takes a few. */
const LAG_MS_MAX = 500
/** How often it is looked whether the mirror is there, ms. */
const LOOK_MS = 5

/** Until the mirror has seen what a script saw, at most half a second: choosing anew before would be choosing the same. */
export async function untilSeen(mirror: { readonly position: Position }, seen: Position): Promise<void> {
  const until = performance.now() + LAG_MS_MAX
  const hasSeen = () => {
    const { epoch, revision } = mirror.position
    return epoch > seen.epoch || (epoch === seen.epoch && revision >= seen.revision)
  }
  while (!hasSeen() && performance.now() < until) await delay(LOOK_MS)
}
