import type { SeatIndex } from '@seatcast/shared/domain/ids.ts'
import { sql } from 'kysely'
import type { Db } from '../database/client.ts'
import { badRequest, RefusalError } from '../http/refusal.ts'
import { findOrder, isPaidJointly, type OrderAccess, seatsOf, type StoredOrder } from './order-repository.ts'
import type { FindUsedSeats, OrderMoney } from './order-money.ts'
import { noteChange, transition } from './order-transitions.ts'

export interface CancelNeeds {
  readonly money: OrderMoney
  readonly usedSeats: FindUsedSeats
}

/**
 * Cancels an order or single seats of it, in the caller's transaction (O11): an unpaid one at once, a paid one by the
 * performance's rule, with its money. A payment in flight is called off; money that arrives all the same is late (P10). What
 * is cancelled already stays so, and that is success.
 */
export async function cancelOrder(
  trx: Db,
  needs: CancelNeeds,
  access: OrderAccess,
  seats?: readonly SeatIndex[],
): Promise<StoredOrder> {
  const order = await findOrder(trx, access, 'lock')
  if (order === undefined) throw new RefusalError('NOT_FOUND')
  const live = seatsOf(order)
  const leaving = live.filter((seat) => seats?.includes(seat) ?? true)
  const known = new Set(order.seats.map(({ seat }) => seat))
  const strange = (seats ?? []).flatMap((seat, place) =>
    known.has(seat) ? [] : [{ path: `/seats/${place}`, message: 'is not a seat of this order' }],
  )
  if (strange.length > 0) throw badRequest(strange)
  if (isPaidJointly(order)) throw new RefusalError('ORDER_BUSY')

  const isPaid = order.status === 'paid'
  const waits = order.status === 'pending' || order.status === 'authorized'
  if (leaving.length > 0 && (isPaid || waits)) {
    if (isPaid) await refuseUnrefundable(trx, needs, order, leaving)
    if (leaving.length === live.length) {
      await transition(trx, order.id, isPaid ? 'refund_due' : 'cancelled', [order.status])
      if (waits) await needs.money.callOff(trx, order.id)
    } else {
      if (order.isPaying) throw new RefusalError('ORDER_BUSY', { retryInMs: order.payingForMs })
      await releaseSeats(trx, order.id, leaving, 'cancel')
      await noteChange(trx, order)
    }
    if (isPaid) await needs.money.settle(trx, order.id, 'cancelled')
  }
  return (await findOrder(trx, access)) ?? order
}

/** The performance's rule, and used tickets (T6). */
export async function refuseUnrefundable(
  trx: Db,
  { usedSeats }: Pick<CancelNeeds, 'usedSeats'>,
  order: StoredOrder,
  leaving: readonly SeatIndex[],
): Promise<void> {
  if (!order.cancellable) throw new RefusalError('NOT_REFUNDABLE')
  const used = (await usedSeats(trx, order.id)).filter((seat) => leaving.includes(seat))
  if (used.length > 0) throw new RefusalError('NOT_REFUNDABLE', { seats: used })
}

/** The order goes on with its other seats. The caller holds its lock. */
export async function releaseSeats(
  trx: Db,
  orderId: string,
  seats: readonly SeatIndex[],
  releasedBy: 'cancel' | 'change',
): Promise<void> {
  await trx
    .updateTable('order_seats')
    .set({ released_at: sql<Date>`now()`, released_by: releasedBy })
    .where('order_id', '=', orderId)
    .where(sql<boolean>`seat = any (${[...seats]}::int[])`)
    .where('released_at', 'is', null)
    .execute()
  await trx
    .updateTable('orders')
    .set({ changed_at: sql<Date>`now()` })
    .where('id', '=', orderId)
    .execute()
}
