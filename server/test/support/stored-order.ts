import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { OrderStatus } from '@seatcast/shared/domain/order-state.ts'
import type { Db } from '../../src/database/client.ts'
import { newId } from '../../src/database/uuid.ts'

export interface OrderToStore {
  readonly performanceId: string
  readonly seats: readonly number[]
  readonly userId?: string
  readonly status?: OrderStatus
  /** Those of `seats` that were given back. */
  readonly released?: Readonly<Record<number, 'cancel' | 'change'>>
}

/** Writes an order's rows as if it had been placed and paid; `key`: its link's secret. */
export async function storeOrder(db: Db, order: OrderToStore): Promise<{ id: string; userId: string; key: string }> {
  const { performanceId, seats, userId = randomUUID(), status = 'paid', released = {} } = order
  const id = newId()
  const key = randomBytes(24).toString('base64url')
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('orders')
      .values({
        id,
        performance_id: performanceId,
        user_id: userId,
        status,
        currency: 'EUR',
        deadline_at: new Date(Date.now() + 600_000),
        paying_until: null,
        key_sha256: createHash('sha256').update(key).digest(),
        hold_id: randomUUID(),
      })
      .execute()
    await trx
      .insertInto('order_seats')
      .values(
        seats.map((seat) => ({
          order_id: id,
          order_status: status,
          performance_id: performanceId,
          seat,
          zone_id: 'all',
          price_minor: 1_000,
          released_at: released[seat] === undefined ? null : new Date(),
          released_by: released[seat] ?? null,
        })),
      )
      .execute()
  })
  return { id, userId, key }
}
