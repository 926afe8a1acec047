import type { SeatIndex } from '@seatcast/shared/domain/ids.ts'
import type { RefusalCode } from '@seatcast/shared/protocol/refusal.ts'
import type { SaleStatus } from '@seatcast/shared/protocol/sale.ts'
import type { Performance } from './performance.ts'

/** A position with the change in it, and the seats that could be held then. */
export interface Changed {
  readonly epoch: number
  readonly revision: number
  readonly availableCount: number
}

/** `onSaleAt`: null without a time. */
export interface SaleChange {
  readonly status: SaleStatus
  readonly onSaleAt: Date | null
}

/** The live side of the catalogue, which the realtime role brings: mirrors to read from, scripts to change with. */
export interface LiveCatalogue {
  /** Seats that can be held now, from the node's mirror. */
  availableCount(performance: Performance): Promise<number>
  /**
   * Called before the transaction of a change: makes sure that Redis has the map, rebuilding it if need be.
   * `change` runs inside the transaction, which holds the performance's row, and so must not begin an epoch.
   */
  prepare?(performance: Performance): Promise<void>
  /**
   * Seats and sale in one step, all of it or nothing. A seat that is blocked (or free) already is fine; one that somebody has
   * is SEAT_TAKEN. May refuse by throwing a RefusalError, e.g. MAP_RELOADING; then nothing was changed either.
   */
  change(
    performance: Performance,
    change: {
      readonly block: readonly SeatIndex[]
      readonly unblock: readonly SeatIndex[]
      readonly sale?: SaleChange
    },
  ): Promise<
    | ({ readonly ok: true } & Changed)
    | { readonly ok: false; readonly code: RefusalCode; readonly seats?: readonly SeatIndex[] }
  >
  /** After a fault that may have left a change in Redis which PostgreSQL did not take: Redis follows PostgreSQL again. */
  repair?(performance: Performance): Promise<unknown>
}
