import { SeatState } from '@seatcast/shared/domain/seat-state.ts'
import type { MapState } from './map-commands.ts'

/**
 * Whether Redis's map can be gone on with (R5).
 * `missing`: none, or a part of it. `other run`: on a Redis that may have lost its last moments.
 * `rolled back`: older than PostgreSQL's epoch or than what a mirror has seen, or another history at the same revision.
 * Everything but `ok` needs a new epoch (load-seats.ts).
 */
export type MapHealth = 'ok' | 'missing' | 'rolled back' | 'other run'

/** What a mirror has seen of a map. */
export interface SeenPosition {
  readonly epoch: number
  readonly revision: number
  readonly chain: string
}

/**
 * Judges a reading of Redis (`read`) against PostgreSQL (`known`, read before it), the id of Redis's present run and a mirror.
 * A later epoch than PostgreSQL's is ok: `known` was read before another worker's load.
 */
export function mapHealth(
  read: (Pick<MapState, 'epoch' | 'revision' | 'chain'> & MapParts) | undefined,
  known: { readonly epoch: number; readonly redisRunId: string | null },
  runId: string,
  mirror?: SeenPosition,
): MapHealth {
  if (read === undefined || !isWhole(read)) return 'missing'
  if (read.epoch < known.epoch) return 'rolled back'
  if (mirror !== undefined && isBehind(read, mirror)) return 'rolled back'
  if (read.epoch === known.epoch && known.redisRunId !== runId) return 'other run'
  return 'ok'
}

/** What parts of a map tell of each other. */
type MapParts = Pick<MapState, 'seatCount' | 'seats' | 'holds' | 'orders' | 'counts'>

/**
 * Whether no part of a map is gone, as far as counts tell: a key that is lost leaves more of what should have one of its
 * records (H2, H5, H8). Orders are compared with PostgreSQL's instead (O7).
 */
export function isWhole({ seats, seatCount, holds, orders, counts }: MapParts): boolean {
  if (seats.length !== seatCount) return false
  let held = 0
  let owned = 0
  for (const state of seats) {
    if (state > SeatState.blocked) return false
    if (state === SeatState.held) held += 1
    if (state !== SeatState.free && state !== SeatState.blocked) owned += 1
  }
  const inHolds = holds.reduce((sum, hold) => sum + hold.seats.length, 0)
  const buyers = new Set([...holds, ...orders.filter((order) => order.seats.length > 0)].map(({ buyer }) => buyer))
  return held === inHolds && counts.owners >= owned && counts.deadlines >= holds.length && counts.buyers >= buyers.size
}

function isBehind(read: SeenPosition, mirror: SeenPosition): boolean {
  if (read.epoch !== mirror.epoch) return read.epoch < mirror.epoch
  return read.revision < mirror.revision || (read.revision === mirror.revision && read.chain !== mirror.chain)
}
