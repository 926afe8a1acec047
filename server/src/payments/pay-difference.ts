import { isInFlight, isTaken } from '@seatcast/shared/domain/payment-state.ts'
import { sql } from 'kysely'
import type { Db } from '../database/client.ts'
import { badRequest, RefusalError } from '../http/refusal.ts'
import type { Difference, SecuredMoney } from '../orders/order-money.ts'
import { applyReport } from './apply-report.ts'
import { payAtOnce } from './pay-at-once.ts'
import { ask, beginPayment, writeDown } from './payment-calls.ts'
import type { PaymentContext } from './payment-context.ts'
import {
  chargeOf,
  findPayment,
  insertPayment,
  lockPayableOrder,
  type PaymentRow,
  paymentsOf,
  paymentView,
} from './payment-repository.ts'
import { cardOf, providerFor, TAKEN_OVER_SECONDS } from './start-payment.ts'

/** How long reserved money waits for its buyer to carry the seat change out, s. Source: a guess: a bank's page, and back. */
const HELD_SECONDS = 180

/**
 * Reserves what dearer seats cost more, by any provider that can reserve, before anything changes: written down, then asked
 * (P4). A provider inside our database only says whether there is enough: `chargeDifference` takes it. Money that nobody
 * uses goes back by itself.
 */
export async function secureDifference(db: Db, context: PaymentContext, wish: Difference): Promise<SecuredMoney> {
  const provider = providerFor(context.providers, db, wish)
  if (provider.capabilities.transactional) {
    const isThere = await db
      .transaction()
      .execute((trx) => providerFor(context.providers, trx, wish).covers?.(wish) ?? Promise.resolve(true))
    if (!isThere) throw new RefusalError('INSUFFICIENT_FUNDS')
    return { payment: undefined, isReady: true }
  }
  if (!provider.capabilities.authorization)
    throw badRequest([{ path: '/method', message: 'this method cannot reserve money' }])
  const written = await db.transaction().execute(async (trx) => {
    const order = await lockPayableOrder(trx, wish.orderId)
    if (order?.status !== 'paid') throw new RefusalError('ORDER_ENDED')
    const answer = (await paymentsOf(trx, order.id)).find((payment) => hasKeyOf(payment, wish))
    const { orderId, userId, amount, currency, choice, requestKey, requestSha256 } = wish
    if (answer !== undefined && !isSameRequest(answer, wish)) throw new RefusalError('IDEMPOTENCY_KEY_REUSED')
    const known = answer ?? (await findReserved(trx, wish))
    const fresh = { orderId, userId, amount, currency, provider: provider.name, method: choice.method }
    const timing = { requestKey, requestSha256, retryInSeconds: TAKEN_OVER_SECONDS, heldSeconds: HELD_SECONDS }
    return known ?? (await insertPayment(trx, { ...fresh, card: cardOf(choice), ...timing }))
  })
  await context.step?.('payment written')
  if (written.status === 'created') {
    const report = await beginPayment(provider, chargeOf(written, HELD_SECONDS * 1_000))
    await context.step?.('provider began')
    await writeDown(db, context, report)
  }
  // Its buyer waits: no word from the provider is no reason to.
  if (written.status === 'pending')
    await writeDown(db, context, await ask(written.id, () => provider.retrieve(written.id)))
  const payment = (await findPayment(db, written.id)) ?? written
  return { payment: paymentView(payment), isReady: payment.status === 'authorized' }
}

const hasKeyOf = ({ request_key: key, user_id }: PaymentRow, { requestKey, userId }: Difference): boolean =>
  key !== null && key === requestKey && user_id === userId

/** A seat change's, and of this one: a payment of the order is another request's. */
const isSameRequest = ({ held_until, request_sha256: known }: PaymentRow, { requestSha256 }: Difference): boolean =>
  held_until !== null && (known === null || (requestSha256 !== null && known.equals(requestSha256)))

/** Asked for before, and still there for a change of this price. */
async function findReserved(trx: Db, wish: Difference): Promise<PaymentRow | undefined> {
  const { orderId, userId, amount, choice } = wish
  const payments = await trx
    .selectFrom('payments')
    .selectAll()
    .where('order_id', '=', orderId)
    .where('user_id', '=', userId)
    .where('held_until', '>', sql<Date>`now()`)
    .where('amount_minor', '=', amount)
    .where('method', '=', choice.method)
    .where('card', 'is not distinct from', cardOf(choice))
    .orderBy('created_at')
    .execute()
  return payments.find(({ status }) => isInFlight(status))
}

/**
 * Takes the difference in the transaction that changes the seats, whose order is locked: from the wallet, or what was
 * reserved. Money that a provider took and a transaction then did not confirm is found by asking, and goes back (P6, P8).
 */
export async function chargeDifference(
  trx: Db,
  context: PaymentContext,
  { orderId, userId, choice }: Difference,
  secured: string | undefined,
): Promise<boolean> {
  const order = await lockPayableOrder(trx, orderId)
  if (order === undefined) return false
  const taken = (await paymentsOf(trx, orderId))
    .filter(({ status }) => isTaken(status))
    .reduce((sum, payment) => sum + payment.amount_minor - payment.returned_minor, 0)
  const amount = order.due - taken
  if (amount <= 0) return true
  const provider = providerFor(context.providers, trx, { choice })
  if (provider.capabilities.transactional) {
    const payment = { userId, method: choice.method, card: cardOf(choice), amount }
    return (await payAtOnce(trx, context, provider, order, payment)) !== undefined
  }
  const payment = secured === undefined ? undefined : await findPayment(trx, secured)
  if (payment?.status !== 'authorized' || payment.amount_minor !== amount) return false
  const reference = payment.provider_reference ?? payment.id
  const asked = await ask(payment.id, () => provider.capture(reference, chargeOf(payment, 0)))
  await context.step?.('provider captured')
  if (asked === undefined) throw new RefusalError('UNAVAILABLE')
  await applyReport(trx, context, asked)
  return asked.status === 'captured'
}

/** What was reserved for a seat change that does not come is voided by the next run of the payment work. */
export async function giveUpDifference(db: Db, paymentId: string): Promise<void> {
  await db
    .updateTable('payments')
    .set({ held_until: sql<Date>`now()`, next_attempt_at: sql<Date>`now()` })
    .where('id', '=', paymentId)
    .where('status', 'in', ['created', 'pending', 'authorized'])
    .execute()
}
