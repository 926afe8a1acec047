import type { CategoryIndex, PerformanceId, ZoneId } from '@seatcast/shared/domain/ids.ts'
import type { SaleStatus } from '@seatcast/shared/protocol/sale.ts'

/** A performance's price zone. `price`: integer minor units of `currency` (ISO 4217). */
export interface Zone {
  readonly id: ZoneId
  readonly name: string
  readonly color: string
  readonly price: number
  readonly currency: string
  readonly categories: readonly CategoryIndex[]
}

/** A performance as PostgreSQL knows it. Seats of a category in no zone are not for sale (blocked). */
export interface Performance {
  readonly id: PerformanceId
  readonly showId: string
  readonly venueId: string
  readonly layoutId: string
  /** Redis partition, 0..PARTITIONS-1, fixed at creation. */
  readonly partition: number
  readonly startsAt: Date
  readonly onSaleAt: Date | null
  readonly status: SaleStatus
  readonly holdSeconds: number
  readonly paymentSeconds: number
  /** Length of a group's hold; its one extension adds half of it (G3). */
  readonly groupHoldSeconds: number
  readonly maxSeatsPerBuyer: number
  readonly zones: readonly Zone[]
  readonly seatCount: number
  /** The number of the map's present incarnation; 0 before the first load. Never goes back. */
  readonly epoch: number
  /** Run id of the Redis that carries the present epoch; null before the first load. */
  readonly redisRunId: string | null
}
