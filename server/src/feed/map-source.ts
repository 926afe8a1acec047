import type { HoldId, OrderId, PerformanceId, SeatIndex, UserId } from '@seatcast/shared/domain/ids.ts'
import type { Layout } from '@seatcast/shared/domain/layout.ts'
import type { OrderStatus } from '@seatcast/shared/domain/order-state.ts'
import type { SaleStatus } from '@seatcast/shared/protocol/sale.ts'
import type { Performance } from '../catalogue/performance.ts'

/** A live hold as Redis has it. `deadlineMs`: Unix ms of Redis's clock. */
export interface LiveHold {
  readonly holdId: HoldId
  readonly buyer: UserId
  readonly deadlineMs: number
  readonly seats: readonly SeatIndex[]
}

/** An order that has seats, as Redis has it. `deadlineMs`: payment is due, Unix ms of Redis's clock. */
export interface LiveOrder {
  readonly orderId: OrderId
  readonly buyer: UserId
  readonly status: OrderStatus
  readonly deadlineMs: number
  readonly seats: readonly SeatIndex[]
}

/** A performance's whole state at one position, read atomically. */
export interface MapState {
  readonly epoch: number
  readonly revision: number
  readonly chain: string
  /** Five-state seats: values 0..4 (not their ASCII digits). */
  readonly states: Uint8Array
  readonly holds: readonly LiveHold[]
  readonly orders?: readonly LiveOrder[]
  readonly sale: {
    readonly status: SaleStatus
    /** Unix ms of Redis's clock, 0 without a time. */ readonly opensAtMs: number
  }
}

/** What a mirror has seen, when it no longer trusts what is in Redis. */
export interface SeenPosition {
  readonly epoch: number
  readonly revision: number
  readonly chain: string
  /** The chain did not match: history was rewritten, so this epoch must end whatever its revision (R3, R5). */
  readonly rewritten: boolean
  /** The mirror's holds: those still valid go over into a new epoch (R5). */
  readonly holds: readonly LiveHold[]
}

/** Where the feed gets its facts and states from. Every function rejects when its store is away. */
export interface MapSource {
  /** A performance and its layout from PostgreSQL; undefined: no such performance. */
  loadPerformance(
    id: PerformanceId,
  ): Promise<{ readonly performance: Performance; readonly layout: Layout } | undefined>
  /**
   * Makes sure that Redis carries the map, on the run that PostgreSQL knows, at least as new as `seen`;
   * otherwise starts the next epoch (a compare-and-set: two callers with the same `seen` start one). Idempotent.
   */
  ensureLoaded(performance: Performance, seen?: SeenPosition): Promise<void>
  /** The state as it now is; undefined: not there. */
  readState(performance: Performance): Promise<MapState | undefined>
}
