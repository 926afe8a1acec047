import type { PerformanceId, SeatIndex, UserId } from '@seatcast/shared/domain/ids.ts'
import type { Layout } from '@seatcast/shared/domain/layout.ts'
import type { Position } from '@seatcast/shared/domain/revision.ts'
import type { HoldChanged } from '@seatcast/shared/protocol/hold.ts'
import type { ReplyOf } from '@seatcast/shared/protocol/command.ts'
import type { SaleChanged, SaleStatus } from '@seatcast/shared/protocol/sale.ts'
import type { Mine, watchMap } from '@seatcast/shared/protocol/watch.ts'
import type { Performance } from '../catalogue/performance.ts'
import type { Watcher } from './watcher.ts'

/** What a mirror shows to who only reads it. Live: the same object changes as the stream goes on. */
export interface MirrorView {
  readonly position: Position
  /** Five-state seats, 0..4. Never write to it. */
  readonly states: Uint8Array
  readonly availableCount: number
  /** By section, then by zone in the performance's order: available seats. */
  availableBySection(): number[][]
  /** The buyer's live hold; undefined: none. `deadlineMs`: Unix ms of Redis's clock. */
  holdOf(
    buyer: UserId,
  ): { readonly holdId: string; readonly seats: readonly SeatIndex[]; readonly deadlineMs: number } | undefined
}

/** A snapshot ready to be sent: encoded and compressed once for all who ask for this position. */
export interface EncodedSnapshot {
  readonly position: Position
  readonly etag: string
  readonly json: Buffer
  readonly gzip: Buffer
}

/** A worker's copy of one performance's map. */
export interface LiveMapView {
  readonly performance: Performance
  readonly layout: Layout
  /** Zone number by seat; NO_ZONE: not for sale. */
  readonly zoneOfSeat: Uint8Array
  readonly mirror: MirrorView
  /** For scripts: which keys, and which epoch the caller believes in. */
  readonly target: { readonly id: PerformanceId; readonly partition: number; readonly epoch: number }
  /** False while this copy is stale or being rebuilt (F8). */
  readonly live: boolean
  /** By Redis's clock: `scheduled` with its time past is `on_sale`. */
  readonly saleStatus: SaleStatus
  readonly opensInMs: number | null
  readonly watcherCount: number
  /** Adds the watcher (again: idempotent) and answers `map:watch`. No Redis command, no SQL (F5). */
  watch(watcher: Watcher, buyer: UserId, from?: Position): ReplyOf<typeof watchMap>
  unwatch(watcherId: string): void
  mineOf(buyer: UserId): Mine
  /** Waits up to 1 s for a state at or after `min`; then answers with what there is. */
  snapshot(min?: Position): Promise<EncodedSnapshot>
}

/** A worker's performances. */
export interface LiveMapsView {
  /** Opens if need be; undefined: no such performance. Rejects (MapNotReadyError) while it cannot be read: MAP_RELOADING. */
  open(performanceId: PerformanceId): Promise<LiveMapView | undefined>
  /** Only what is open already. */
  peek(performanceId: PerformanceId): LiveMapView | undefined
  /** Takes a watcher out of every performance: its socket is gone. */
  forget(watcherId: string): void
  /** Performances whose oldest deadline is overdue by more than 500 ms by Redis's clock (design, rule 7). */
  overdue(): LiveMapView[]
  close(): Promise<void>
}

/** What the feed tells the worker. Called for every buyer in the stream, whether or not they are connected here. */
export interface FeedEvents extends FeedMeasures {
  readonly holdChanged?: (buyer: UserId, change: HoldChanged) => void
  /** The hold of a group; nobody's `holdChanged`. */
  readonly groupHoldChanged?: (groupId: string, change: HoldChanged) => void
  readonly saleChanged?: (change: SaleChanged) => void
}

/** What can be measured only where it happens; at most one call a delta or a hold, none a socket. */
export interface FeedMeasures {
  /** A change was handed to the fan-out: so long after its script, ms by Redis's clock. The oldest change of each delta. */
  readonly changePropagated?: (elapsedMs: number) => void
  /** A hold ended by its deadline: so long after it, ms, both by Redis's clock. */
  readonly holdExpired?: (performanceId: PerformanceId, lateMs: number) => void
  /** A mirror took the whole state anew, and told so many watchers to do the same. */
  readonly mapRestarted?: (cause: string, watcherCount: number) => void
}

/** A map that cannot be read now; asking again after `retryInMs` may help. */
export class MapNotReadyError extends Error {
  override readonly name = 'MapNotReadyError'
  readonly facts: { readonly performanceId: PerformanceId; readonly retryInMs: number }

  constructor(facts: MapNotReadyError['facts'], options?: ErrorOptions) {
    super(`performance ${facts.performanceId}: its map cannot be read now`, options)
    this.facts = facts
  }
}
