import type { Db } from '../database/client.ts'
import { newId } from '../database/uuid.ts'
import type { Zone } from './performance.ts'

/** A performance as checked: its show and layout exist, its zones fit the layout. */
export interface PerformanceToCreate {
  readonly showId: string
  readonly layoutId: string
  readonly startsAt: Date
  readonly onSaleAt: Date | null
  readonly holdSeconds: number
  readonly paymentSeconds: number
  /** Absent: the table's default. */
  readonly groupHoldSeconds?: number | undefined
  readonly maxSeatsPerBuyer: number
  /** Hours before the start until which paid seats can be given back; null: never; absent: the table's default. */
  readonly refundableHours?: number | null | undefined
  readonly zones: readonly Zone[]
  readonly createdBy: string
}

/** Stores a performance with its zones; call it inside a transaction. `partitions`: of this installation's Redis. */
export async function createPerformance(db: Db, performance: PerformanceToCreate, partitions: number): Promise<string> {
  const id = newId()
  await db
    .insertInto('performances')
    .values({
      id,
      show_id: performance.showId,
      layout_id: performance.layoutId,
      partition: partitionOf(id, partitions),
      starts_at: performance.startsAt,
      on_sale_at: performance.onSaleAt,
      hold_seconds: performance.holdSeconds,
      payment_seconds: performance.paymentSeconds,
      max_seats_per_buyer: performance.maxSeatsPerBuyer,
      ...(performance.groupHoldSeconds !== undefined && { group_hold_seconds: performance.groupHoldSeconds }),
      ...(performance.refundableHours !== undefined && { refundable_hours: performance.refundableHours }),
      redis_run_id: null,
      created_by: performance.createdBy,
    })
    .execute()
  await db
    .insertInto('price_zones')
    .values(
      performance.zones.map((zone, position) => ({
        performance_id: id,
        id: zone.id,
        position,
        name: zone.name,
        color: zone.color,
        price_minor: zone.price,
        currency: zone.currency,
      })),
    )
    .execute()
  await db
    .insertInto('zone_categories')
    .values(
      performance.zones.flatMap((zone) =>
        zone.categories.map((category) => ({ performance_id: id, category, zone_id: zone.id })),
      ),
    )
    .execute()
  return id
}

/** Spreads performances evenly: the last 32 bits of a UUIDv7 are random. */
function partitionOf(id: string, partitions: number): number {
  return Number.parseInt(id.slice(-8), 16) % partitions
}
