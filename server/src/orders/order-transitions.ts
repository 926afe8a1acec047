import { isActive, NEXT_ORDER_STATUSES, ORDER_STATUSES, type OrderStatus } from '@seatcast/shared/domain/order-state.ts'
import { sql } from 'kysely'
import type { Db } from '../database/client.ts'
import { newId } from '../database/uuid.ts'
import { requestId } from '../observability/request-id.ts'

/**
 * `done`: this call changed it. `not so`: it was in none of the expected states, somebody else was faster; nothing changed.
 * `seats gone`: a late claim met seats that another order has, that are blocked, or whose performance has started; nothing
 * changed, the money goes back.
 */
export type Transition = 'done' | 'not so' | 'seats gone'

/**
 * Secures an ended order's seats on the live map before PostgreSQL claims them, so that a late claim never takes a seat
 * that somebody holds (late-claim.ts). False: they are not free.
 */
export type SecureSeats = (trx: Db, orderId: string) => Promise<boolean>

/** Source: migrations/0004_orders.sql */
export const ONE_LIVE_ORDER_PER_SEAT = 'one_live_order_per_seat'

/**
 * Changes an order's state, guarded: a compare-and-set inside the caller's transaction, which also notes in the outbox
 * that Redis is to be told (O4). `from`: default, all legal ones but the late claim's; a late claim says so with
 * what the order had ended as and secures the seats first. After the commit, wake the outbox.
 */
export async function transition(
  trx: Db,
  orderId: string,
  to: OrderStatus,
  from: readonly OrderStatus[] = ordinaryPredecessors(to),
  secure?: SecureSeats,
): Promise<Transition> {
  const claimsSeats = isActive(to) && from.some((status) => !isActive(status))
  if (!claimsSeats) return await compareAndSet(trx, orderId, to, from)
  if (!(await canBeClaimed(trx, orderId))) return 'seats gone'
  if (secure !== undefined && !(await secure(trx, orderId))) return 'seats gone'
  await sql`savepoint late_claim`.execute(trx)
  try {
    const outcome = await compareAndSet(trx, orderId, to, from, true)
    await sql`release savepoint late_claim`.execute(trx)
    return outcome
  } catch (error) {
    if (!breaks(error, ONE_LIVE_ORDER_PER_SEAT)) throw error
    await sql`rollback to savepoint late_claim`.execute(trx)
    return 'seats gone'
  }
}

/** Notes that Redis is to be told how the order is; in the transaction that changes it. */
export async function noteChange(
  trx: Db,
  order: { readonly id: string; readonly performanceId: string },
): Promise<void> {
  await trx
    .insertInto('outbox')
    .values({
      id: newId(),
      order_id: order.id,
      performance_id: order.performanceId,
      request_id: requestId() ?? null,
    })
    .execute()
}

/** Whether a fault is PostgreSQL's refusal by the named constraint. */
export function breaks(error: unknown, constraint: string): boolean {
  return error instanceof Error && 'constraint' in error && error.constraint === constraint
}

/** With its outbox entry, in one statement. */
async function compareAndSet(
  trx: Db,
  orderId: string,
  to: OrderStatus,
  from: readonly OrderStatus[],
  isLate = false,
): Promise<'done' | 'not so'> {
  if (from.length === 0) return 'not so'
  const { rows } = await sql`
    with changed as (
      update orders set status = ${to}, claimed_late = claimed_late or ${isLate}
      where id = ${orderId} and status = any (${from}::text[])
      returning id, performance_id
    )
    insert into outbox (id, order_id, performance_id, request_id)
    select ${newId()}, id, performance_id, ${requestId() ?? null} from changed
    returning id`.execute(trx)
  return rows.length > 0 ? 'done' : 'not so'
}

/** Whether an ended order's seats are still anything to sell: before the start, and none was taken off sale meanwhile (O10). */
export async function canBeClaimed(trx: Db, orderId: string): Promise<boolean> {
  const { rows } = await sql<{ can: boolean }>`
    select starts_at > now() and not exists (
      select from order_seats join blocked_seats using (performance_id, seat)
      where order_seats.order_id = orders.id and order_seats.released_at is null
    ) as can
    from orders join performances on performances.id = orders.performance_id
    where orders.id = ${orderId}`.execute(trx)
  return rows[0]?.can === true
}

/** A late claim is never meant by accident: from an ended order nothing becomes active unless the caller says so. */
function ordinaryPredecessors(to: OrderStatus): OrderStatus[] {
  return ORDER_STATUSES.filter(
    (status) => NEXT_ORDER_STATUSES[status].includes(to) && (isActive(status) || !isActive(to)),
  )
}
