import type { Db } from '../database/client.ts'
import { newId } from '../database/uuid.ts'
import { followMoney } from './follow-money.ts'
import type { PaymentContext } from './payment-context.ts'
import type { PaymentProvider } from './payment-provider.ts'
import type { PayableOrder, PaymentRow } from './payment-repository.ts'

export interface PaymentAtOnce {
  readonly userId: string
  readonly method: string
  readonly card: string | null
  /** Minor units. */
  readonly amount: number
  /** The order's payments so far, when the lock's holder has read them. */
  readonly earlier?: readonly PaymentRow[]
}

/**
 * A payment by a provider inside our database: the money, the payment and the order's transition, all in the caller's
 * transaction (P3). The caller holds the order's lock. Returns the payment's id; undefined: there is not enough.
 */
export async function payAtOnce(
  trx: Db,
  context: PaymentContext,
  provider: PaymentProvider,
  order: PayableOrder,
  payment: PaymentAtOnce,
): Promise<string | undefined> {
  const { userId, method, card, amount, earlier } = payment
  const { currency } = order
  const id = newId()
  const charge = { paymentId: id, orderId: order.id, userId, amount, currency, expiresInMs: 0, card }
  const report = await provider.capture(id, charge)
  if (report.status !== 'captured') return undefined
  const paid = await trx
    .insertInto('payments')
    .values({
      id,
      order_id: order.id,
      user_id: userId,
      provider: provider.name,
      method,
      card,
      status: 'captured',
      amount_minor: report.amount,
      currency,
      provider_reference: report.reference,
      redirect_url: null,
      failure: null,
      request_key: null, // the answer of the request is kept in this very transaction
      next_attempt_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await context.step?.('report applied')
  await followMoney(trx, context, order, earlier && [...earlier, paid])
  return id
}
