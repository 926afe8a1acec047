import type { NewPayment } from '@seatcast/shared/protocol/order.ts'
import { isInFlight } from '@seatcast/shared/domain/payment-state.ts'
import type { Db } from '../database/client.ts'
import { badRequest, RefusalError } from '../http/refusal.ts'
import { applyReport } from './apply-report.ts'
import { standingOf } from './order-standing.ts'
import { payAtOnce } from './pay-at-once.ts'
import { beginPayment } from './payment-calls.ts'
import type { PaymentContext } from './payment-context.ts'
import type { PaymentProvider, Providers, Report } from './payment-provider.ts'
import {
  chargeOf,
  insertPayment,
  isWaiting,
  lockPayableOrder,
  type PayableOrder,
  type PaymentRow,
  paymentsOf,
} from './payment-repository.ts'

export interface PaymentWish {
  readonly orderId: string
  /** Who pays: from the token. */
  readonly userId: string
  readonly choice: Pick<NewPayment, 'method' | 'card'>
  /** The request's Idempotency-Key. */
  readonly requestKey: string | null
  /** Of that request: another one with its key is refused (O12). */
  readonly requestSha256?: Buffer | null
}

/** A provider that was asked outside of any transaction, and what it said; undefined: nothing yet, or nobody was asked. */
export interface Begun {
  readonly report: Report | undefined
  /** The payment that the wish made, or that answers it; undefined: the order is paid, or pays inside the transaction. */
  readonly paymentId: string | undefined
}

/** Seconds until somebody else begins a payment whose request got stuck. More than a provider's answer may take. */
export const TAKEN_OVER_SECONDS = 15
/** Without a card named, the sandbox's does what a card should. */
const CARD = 'ok'

/**
 * The part of a payment that talks to others, before the transaction that answers the request: the payment is written
 * down, then its provider is asked (P4). A provider inside our database is left to `finishPayment`.
 */
export async function beginOutside(db: Db, { providers, step }: PaymentContext, wish: PaymentWish): Promise<Begun> {
  const provider = providerFor(providers, db, wish)
  if (provider.capabilities.transactional) return { report: undefined, paymentId: undefined }
  const written = await db.transaction().execute(async (trx) => {
    const order = await lockOpenOrder(trx, wish.orderId)
    if (order.status === 'paid' || order.due === 0) return undefined
    const payments = await paymentsOf(trx, order.id)
    refuseOtherRequest(payments, wish)
    const earlier = securing(order, payments) ?? sameWish(payments, wish)
    if (earlier === undefined) refusePastDeadline(order)
    const fresh = { ...wishedPayment(wish, order, provider), retryInSeconds: TAKEN_OVER_SECONDS }
    return { payment: earlier ?? (await insertPayment(trx, fresh)), expiresInMs: order.expiresInMs }
  })
  if (written === undefined) return { report: undefined, paymentId: undefined }
  const { payment, expiresInMs } = written
  await step?.('payment written')
  const isFresh = payment.status === 'created'
  const report = isFresh ? await beginPayment(provider, chargeOf(payment, expiresInMs)) : undefined
  await step?.('provider began')
  return { report, paymentId: payment.id }
}

/** The part that belongs to the transaction of the request's answer. Returns the payment to show; none: it was paid before. */
export async function finishPayment(
  trx: Db,
  context: PaymentContext,
  wish: PaymentWish,
  begun: Begun,
): Promise<string | undefined> {
  if (begun.report !== undefined) await applyReport(trx, context, begun.report)
  if (begun.paymentId !== undefined) return begun.paymentId
  const chosen = providerFor(context.providers, trx, wish)
  const order = await lockOpenOrder(trx, wish.orderId)
  // Nothing is to be paid: nobody else need be asked.
  const provider = order.due === 0 ? (context.providers.forMethod('wallet', trx) ?? chosen) : chosen
  if (order.status === 'paid' || !provider.capabilities.transactional) return undefined
  const payments = await paymentsOf(trx, order.id)
  refuseOtherRequest(payments, wish)
  const earlier = securing(order, payments)
  if (earlier !== undefined) return earlier.id
  refusePastDeadline(order)
  const { userId, choice } = wish
  const payment = { userId, method: choice.method, card: cardOf(choice), amount: order.due, earlier: payments }
  const paymentId = await payAtOnce(trx, context, provider, order, payment)
  if (paymentId === undefined) throw new RefusalError('INSUFFICIENT_FUNDS')
  return paymentId
}

export function providerFor(providers: Providers, trx: Db, { choice }: Pick<PaymentWish, 'choice'>): PaymentProvider {
  const provider = providers.forMethod(choice.method, trx)
  if (provider === undefined) throw badRequest([{ path: '/method', message: 'this method is not offered here' }])
  if (!provider.acceptsCard(cardOf(choice))) throw badRequest([{ path: '/card', message: 'no such card' }])
  return provider
}

export const cardOf = ({ method, card }: PaymentWish['choice']): string | null =>
  method === 'card' ? (card ?? CARD) : null

async function lockOpenOrder(trx: Db, orderId: string): Promise<PayableOrder> {
  const order = await lockPayableOrder(trx, orderId)
  if (order === undefined) throw new RefusalError('NOT_FOUND')
  if (!isWaiting(order.status) && order.status !== 'paid') throw new RefusalError('ORDER_ENDED')
  return order
}

function refusePastDeadline(order: PayableOrder): void {
  if (order.expiresInMs <= 0) throw new RefusalError('ORDER_ENDED')
}

/** Its key began a payment for another request, which was never answered. */
function refuseOtherRequest(payments: readonly PaymentRow[], { requestKey, requestSha256, userId }: PaymentWish): void {
  const first = payments.find(({ request_key: key, user_id }) => key === requestKey && user_id === userId)
  const isOther =
    requestKey !== null && first?.request_sha256 && requestSha256 && !first.request_sha256.equals(requestSha256)
  if (isOther) throw new RefusalError('IDEMPOTENCY_KEY_REUSED')
}

/** What a share of a group's price is paid with already, while it waits for the others' (G12). */
function securing(order: PayableOrder, payments: readonly PaymentRow[]): PaymentRow | undefined {
  if (order.groupId === null || !isWaiting(order.status)) return undefined
  const { isSecured, counted } = standingOf(order.due, payments)
  return isSecured ? counted.at(-1) : undefined
}

/** A button pressed twice, a request sent again: the payment that is under way answers it. */
export function sameWish(payments: readonly PaymentRow[], wish: PaymentWish): PaymentRow | undefined {
  const card = cardOf(wish.choice)
  return (
    payments.find(
      ({ request_key: key, user_id }) => key !== null && key === wish.requestKey && user_id === wish.userId,
    ) ??
    payments.find(
      ({ status, failure, method, card: other }) =>
        failure === null &&
        (status === 'authorized' || (isInFlight(status) && method === wish.choice.method && other === card)),
    )
  )
}

export const wishedPayment = (wish: PaymentWish, order: PayableOrder, provider: PaymentProvider) => ({
  orderId: order.id,
  userId: wish.userId,
  provider: provider.name,
  method: wish.choice.method,
  card: cardOf(wish.choice),
  amount: order.due,
  currency: order.currency,
  requestKey: wish.requestKey,
  requestSha256: wish.requestSha256 ?? null,
})
