import type { OrderStatus } from '@seatcast/shared/domain/order-state.ts'
import type { PaymentView } from '@seatcast/shared/protocol/order.ts'
import { type Selectable, sql } from 'kysely'
import type { Db } from '../database/client.ts'
import type { Database } from '../database/tables.ts'
import { newId } from '../database/uuid.ts'
import { lockOrder } from '../orders/order-repository.ts'
import type { Charge } from './payment-provider.ts'

export type PaymentRow = Selectable<Database['payments']>

/** What payments need of an order. */
export interface PayableOrder {
  readonly id: string
  readonly performanceId: string
  /** The group that it is sold with; null: it stands alone. */
  readonly groupId: string | null
  readonly status: OrderStatus
  readonly currency: string
  /** Until the payment deadline, by the database's clock, ms; negative when it is past. */
  readonly expiresInMs: number
  /** Sum of the frozen prices of the seats that it (still) has, minor units. */
  readonly due: number
}

/** Locks the order, and its group before it, against every other change of it and of its payments; undefined: there is none. */
export async function lockPayableOrder(trx: Db, orderId: string): Promise<PayableOrder | undefined> {
  await lockOrder(trx, orderId)
  return await findPayableOrder(trx, orderId)
}

/** Read after the lock, by a statement of its own: it sees what the lock waited for. */
export async function findPayableOrder(trx: Db, orderId: string): Promise<PayableOrder | undefined> {
  return await trx
    .selectFrom('orders')
    .select(['id', 'performance_id as performanceId', 'group_id as groupId', 'status', 'currency'])
    .select([EXPIRES_IN_MS.as('expiresInMs'), DUE.as('due')])
    .where('id', '=', orderId)
    .executeTakeFirst()
}

/** Of an order, by the database's clock; negative when its deadline is past. */
export const EXPIRES_IN_MS = sql<number>`ceil(extract(epoch from deadline_at - now()) * 1000)::bigint`

/** Of an order's seats that it (still) has, minor units. */
export const DUE = sql<number>`(select coalesce(sum(price_minor), 0)::bigint from order_seats
  where order_id = orders.id and released_at is null)`

/** It waits for payment. */
export const isWaiting = (status: OrderStatus): boolean => status === 'pending' || status === 'authorized'

/** The order's payments, oldest first. */
export const paymentsOf = (trx: Db, orderId: string): Promise<PaymentRow[]> =>
  trx.selectFrom('payments').selectAll().where('order_id', '=', orderId).orderBy('created_at').orderBy('id').execute()

export const findPayment = (trx: Db, id: string): Promise<PaymentRow | undefined> =>
  trx.selectFrom('payments').selectAll().where('id', '=', id).executeTakeFirst()

export interface PaymentToBegin {
  readonly orderId: string
  readonly userId: string
  readonly provider: string
  readonly method: string
  readonly card: string | null
  readonly amount: number
  readonly currency: string
  readonly requestKey: string | null
  /** Of the request with the key. */
  readonly requestSha256?: Buffer | null
  /** When somebody else is to begin it, because whoever wrote it down did not get far, s from now; null: nobody. */
  readonly retryInSeconds: number | null
  /** Of a seat change: how long reserved money waits for it, s. */
  readonly heldSeconds?: number
}

/** Writes a payment down before its provider hears of it, so that no crash can lose it (P4). */
export async function insertPayment(trx: Db, payment: PaymentToBegin): Promise<PaymentRow> {
  return await trx
    .insertInto('payments')
    .values({
      id: newId(),
      order_id: payment.orderId,
      user_id: payment.userId,
      provider: payment.provider,
      method: payment.method,
      card: payment.card,
      amount_minor: payment.amount,
      currency: payment.currency,
      request_key: payment.requestKey,
      ...(payment.requestSha256 !== undefined && { request_sha256: payment.requestSha256 }),
      next_attempt_at:
        payment.retryInSeconds === null ? null : sql<Date>`now() + make_interval(secs => ${payment.retryInSeconds})`,
      ...(payment.heldSeconds !== undefined && {
        held_until: sql<Date>`now() + make_interval(secs => ${payment.heldSeconds})`,
      }),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** The work takes up the order's payments of which the provider knows and nobody how they end; it finds out what is to be done with them. */
export async function askAtOnce(trx: Db, orderId: string): Promise<void> {
  await trx
    .updateTable('payments')
    .set({ next_attempt_at: sql<Date>`now()`, attempts: 0 })
    .where('order_id', '=', orderId)
    .where('status', 'in', ['pending', 'authorized'])
    .execute()
}

export function chargeOf(payment: PaymentRow, expiresInMs: number): Charge {
  return {
    paymentId: payment.id,
    orderId: payment.order_id,
    userId: payment.user_id,
    amount: payment.amount_minor,
    currency: payment.currency,
    expiresInMs: Math.max(0, expiresInMs),
    card: payment.card,
  }
}

/** Payments as their orders' owners see them, oldest first, by order. */
export async function paymentViews(db: Db, orderIds: readonly string[]): Promise<Map<string, PaymentView[]>> {
  const views = new Map<string, PaymentView[]>(orderIds.map((id) => [id, []]))
  if (orderIds.length === 0) return views
  const rows = await db
    .selectFrom('payments')
    .selectAll()
    .where('order_id', 'in', orderIds)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  for (const row of rows) views.get(row.order_id)?.push(paymentView(row))
  return views
}

/** Columns of `payments` that its view is made of. */
export const PAYMENT_VIEW = [
  'payments.id',
  'method',
  'payments.status',
  'amount_minor',
  'refunded_minor',
  'failure',
  'redirect_url',
] as const

export function paymentView(
  row: Pick<PaymentRow, 'id' | 'method' | 'status' | 'amount_minor' | 'refunded_minor' | 'failure' | 'redirect_url'>,
): PaymentView {
  return {
    id: row.id,
    method: row.method,
    status: row.status,
    amount: row.amount_minor,
    refunded: row.refunded_minor,
    failure: row.failure,
    ...(row.redirect_url !== null && { redirectUrl: row.redirect_url }),
  }
}
