import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Db } from '../database/client.ts'
import { isUuid } from '../database/uuid.ts'
import { isRefusedByRedis } from '../redis/client.ts'
import type { MapTarget } from '../seats/map-commands.ts'
import type { OrderCommands, OrderLock } from '../seats/order-commands.ts'
import { deliverOrder, type OutboxNeeds } from './order-outbox.ts'
import { type Step, noStep } from './step.ts'

export interface LockNeeds {
  readonly db: Db
  readonly orders: OrderCommands
  readonly delivered?: OutboxNeeds['delivered']
  readonly step?: Step
}

/** Younger locks are still being written down, ms. Source: locks without an order are to be gone within 5 s. */
export const LOCK_AGE_MS = 3_000

/**
 * Ends what a crash left between Redis and PostgreSQL (O7): seats taken for an order that was not written go back to their
 * hold, those of an order that exists become what it says. Returns how many were looked at. Any process may run it.
 */
export async function resolveLocks(needs: LockNeeds, target: MapTarget, ageMs = LOCK_AGE_MS): Promise<number> {
  const locks = await needs.orders.overdueLocks(target, ageMs)
  let refused: unknown
  for (const lock of locks)
    try {
      await resolveLock(needs, target, lock)
    } catch (fault) {
      // One that Redis does not take must not keep the others; it is told once they are done.
      if (!isRefusedByRedis(fault)) throw fault
      refused ??= fault
    }
  if (refused !== undefined) throw refused
  return locks.length
}

/** Claims the order's id in PostgreSQL first, so that an order that is still on its way there must fail. */
export async function resolveLock(
  needs: LockNeeds,
  target: MapTarget,
  lock: OrderLock,
): Promise<'returned' | 'exists'> {
  const { db, orders, step = noStep } = needs
  if (isUuid(lock.orderId) && (await existsOrClaim(db, target, lock))) {
    await deliverOrder(needs, lock.orderId)
    return 'exists'
  }
  await step('order id claimed')
  await orders.returnOrder(target, lock.orderId)
  return 'returned'
}

/** An id that was claimed stays an order without seats for ever: nobody sees it, nothing becomes of it. */
async function existsOrClaim(
  db: Db,
  { id: performanceId }: MapTarget,
  { orderId, buyer }: OrderLock,
): Promise<boolean> {
  await db
    .insertInto('orders')
    .values({
      id: orderId,
      performance_id: performanceId,
      user_id: isUuid(buyer) ? buyer : NOBODY,
      status: 'cancelled',
      currency: 'XXX',
      deadline_at: sql<Date>`now()`,
      paying_until: null,
      key_sha256: createHash('sha256').update(orderId).digest(),
      hold_id: '',
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
  const seat = await db
    .selectFrom('order_seats')
    .select('seat')
    .where('order_id', '=', orderId)
    .limit(1)
    .executeTakeFirst()
  return seat !== undefined
}

const NOBODY = '00000000-0000-0000-0000-000000000000'
