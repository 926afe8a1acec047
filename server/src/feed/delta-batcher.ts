import type { PerformanceId } from '@seatcast/shared/domain/ids.ts'
import type { MapDelta } from '@seatcast/shared/protocol/delta.ts'
import { packStatus } from '@seatcast/shared/protocol/seat-codec.ts'
import type { RecentDeltas } from './recent-deltas.ts'
import type { SeatMirror } from './seat-mirror.ts'

/** The most seats a broadcast delta names. Source: about 60 KB; beyond, everybody's snapshot from a cache is cheaper. */
export const DELTA_SEATS_MAX = 8_192

/**
 * Everything that changed since the last call as one delta with absolute statuses, put into the ring; undefined when
 * nothing did. A change that does not show (held to ordered) still moves the revision on. A change of too many seats
 * becomes a heartbeat at the new revision: a gap for everybody, who then take the snapshot.
 */
export function takeDelta(performanceId: PerformanceId, mirror: SeatMirror, ring: RecentDeltas): MapDelta | undefined {
  const from = ring.end.revision
  const to = mirror.revision
  if (from === to) return undefined
  const seats = mirror.dirtySeats
  ring.add({ from, to, seats })
  mirror.clearDirty()
  if (seats.length > DELTA_SEATS_MAX) return heartbeat(performanceId, mirror)
  return [performanceId, mirror.epoch, from, to, seats.map((seat) => packStatus(seat, mirror.statusOf(seat)))]
}

/** Where the map is: exposes silent loss (F2). */
export function heartbeat(performanceId: PerformanceId, mirror: SeatMirror): MapDelta {
  return [performanceId, mirror.epoch, mirror.revision, mirror.revision, []]
}
