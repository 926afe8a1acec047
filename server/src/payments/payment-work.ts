import { sql } from 'kysely'
import type { Logger } from 'pino'
import type { OrderStatus } from '@seatcast/shared/domain/order-state.ts'
import type { Db } from '../database/client.ts'
import { lockOrder } from '../orders/order-repository.ts'
import { canBeClaimed, noteChange } from '../orders/order-transitions.ts'
import { failedReport } from './apply-report.ts'
import { captureJointly } from './joint-capture.ts'
import { ask, beginPayment, writeDown } from './payment-calls.ts'
import type { PaymentContext, Verdict } from './payment-context.ts'
import { type PaymentProvider, PaymentRefusedError, ProviderUnavailableError } from './payment-provider.ts'
import {
  chargeOf,
  isWaiting,
  lockPayableOrder,
  type PayableOrder,
  type PaymentRow,
  paymentsOf,
} from './payment-repository.ts'
import { confirmRefund, finishRefund } from './settle-order.ts'

/** Payments and refunds that one run looks after. Source: a guess: a run stays below a second. */
const BATCH = 20
/** Pauses between asking a provider about one thing: doubled from the first to the longest, s. Source: a guess. */
const ASK_AGAIN_SECONDS = { first: 3, longest: 60 } as const
/** A payment whose provider never says how it ended is given up after this, h. Money that comes later is still written down. */
const GIVE_UP_HOURS = 24

export interface WorkOptions {
  readonly db: Db
  readonly context: PaymentContext
  readonly log: Logger
  /** Told after something changed: the orders' outbox has news. */
  readonly changed?: () => void
}

/**
 * One run of what providers are still to be asked: payments that were written down and not begun, whose webhook never
 * came, that are to be captured or voided, whose capture was refused, and refunds that are due (P8). Any number of processes may run it at once: what
 * is taken up is put off first, so a crash only delays it. Returns how much there was.
 */
export async function runPaymentWork({ db, context, log, changed }: WorkOptions): Promise<number> {
  const payments = await takeUp(db, 'payments')
  const refunds = await takeUp(db, 'refunds')
  let news = 0
  const safely = async (what: object, work: () => Promise<boolean>) => {
    try {
      if (!(await work())) return
      news += 1
      log.info(what, 'payment work done')
    } catch (fault) {
      log.error({ ...what, err: fault }, 'payment work failed')
    }
  }
  await Promise.all([
    ...payments.map((id) => safely({ paymentId: id }, () => advancePayment(db, context, id))),
    ...refunds.map((id) => safely({ refundId: id }, () => payBack(db, context, id, log))),
  ])
  if (news > 0) changed?.()
  return payments.length + refunds.length
}

/** Puts off what is due, and returns its ids: nobody else takes it up meanwhile. */
async function takeUp(db: Db, table: 'payments' | 'refunds'): Promise<string[]> {
  const { first, longest } = ASK_AGAIN_SECONDS
  const { rows } = await sql<{ id: string }>`
    update ${sql.table(table)}
    set attempts = attempts + 1,
      next_attempt_at = now() + make_interval(secs => least(${longest}, ${first} * power(2, least(attempts, 10))))
    where id in (
      select id from ${sql.table(table)} where next_attempt_at <= now()
      order by next_attempt_at limit ${BATCH} for update skip locked
    )
    returning id`.execute(db)
  return rows.map(({ id }) => id)
}

/** The next step of a payment in flight; any number of processes may take it. True: something changed. */
async function advancePayment(db: Db, context: PaymentContext, paymentId: string): Promise<boolean> {
  const found = await readPayment(db, paymentId)
  if (found === undefined) return false
  const { payment, orderStatus, expiresInMs, isOld, isHeld } = found
  const provider = context.providers.named(payment.provider, db)
  if (provider === undefined) throw new Error(`no provider ${payment.provider} for payment ${payment.id}`)
  const waits = isWaiting(orderStatus) || isHeld

  if (payment.status === 'created') {
    const begin = () => beginPayment(provider, chargeOf(payment, expiresInMs))
    const end = () => ask(paymentId, () => outcomeOf(provider, payment, waits))
    return await writeDown(db, context, await (waits ? begin() : end()))
  }
  if (payment.status === 'pending') {
    const asked = await ask(paymentId, () => outcomeOf(provider, payment, waits))
    const gaveUp = isOld && asked?.status === 'processing'
    return await writeDown(db, context, gaveUp ? failedReport(paymentId, 'no_answer') : asked)
  }
  if (payment.status === 'authorized') {
    if (!isHeld) return await captureOrVoid(db, context, provider, payment)
    // The seat change is still to come, or its process died when the money was taken and nothing changed: then it goes back.
    return await writeDown(db, context, await ask(paymentId, () => provider.retrieve(paymentId)))
  }
  if (payment.status === 'failed') return await releaseReservation(db, context, provider, found)
  return false // somebody else was faster
}

/** An order that ended no longer wants the payment, as long as that can still be said. */
async function outcomeOf(provider: PaymentProvider, payment: PaymentRow, waits: boolean) {
  const report = await provider.retrieve(payment.id)
  if (report === undefined) return failedReport(payment.id, 'unknown_to_provider')
  return (report.status === 'processing' || report.status === 'created') && !waits
    ? await provider.void(report.reference)
    : report
}

/** Money is taken for an order that waits for it, or that can still be claimed late; else its reservation is given up. */
async function captureOrVoid(
  db: Db,
  context: PaymentContext,
  provider: PaymentProvider,
  payment: PaymentRow,
): Promise<boolean> {
  const reference = payment.provider_reference ?? payment.id
  const { verdict, isJoint } = await db.transaction().execute((trx) => judge(trx, context, payment))
  if (verdict === 'wait') return false
  const call = () =>
    verdict === 'capture' ? provider.capture(reference, chargeOf(payment, 0)) : provider.void(reference)
  if (isJoint && verdict === 'capture') return await captureJointly(db, context, payment, call)
  const asked = await ask(payment.id, call)
  await context.step?.('provider captured')
  return await writeDown(db, context, asked)
}

async function judge(trx: Db, { jointSale }: PaymentContext, payment: PaymentRow): Promise<Judged> {
  const order = await lockPayableOrder(trx, payment.order_id)
  if (order === undefined) return { verdict: 'void', isJoint: false }
  const { groupId } = order
  if (groupId === null) return { verdict: (await isWanted(trx, order, payment)) ? 'capture' : 'void', isJoint: false }
  // A group's order that ended is never claimed late (G13).
  if (!isWaiting(order.status) || jointSale === undefined) return { verdict: 'void', isJoint: true }
  const verdict = await jointSale.judge(trx, groupId, payment)
  if (verdict === 'wait')
    await trx.updateTable('payments').set({ next_attempt_at: null, attempts: 0 }).where('id', '=', payment.id).execute()
  return { verdict, isJoint: true }
}

/** Reserved, and refused when it was to be taken: what its provider still keeps of it is given up, or it is captured after all. */
async function releaseReservation(
  db: Db,
  context: PaymentContext,
  provider: PaymentProvider,
  { payment, isOld }: PaymentAtWork,
): Promise<boolean> {
  const asked = await ask(payment.id, () => provider.void(payment.provider_reference ?? payment.id))
  if (asked?.status === 'captured') return await writeDown(db, context, asked)
  if ((asked === undefined || asked.status === 'authorized') && !isOld) return false
  await db
    .updateTable('payments')
    .set({ next_attempt_at: null, attempts: 0 })
    .where('id', '=', payment.id)
    .where('status', '=', 'failed')
    .execute()
  return true
}

interface Judged {
  readonly verdict: Verdict
  readonly isJoint: boolean
}

async function isWanted(trx: Db, order: PayableOrder, payment: PaymentRow): Promise<boolean> {
  const taken = (await paymentsOf(trx, order.id)).reduce(
    (sum, other) => sum + (other.status === 'captured' ? other.amount_minor - other.returned_minor : 0),
    0,
  )
  if (taken + payment.amount_minor < order.due) return false // its seats changed meanwhile: another payment is due
  if (isWaiting(order.status)) return true
  // After the buyer's own cancelling money is no longer taken: only what was taken all the same counts (P10).
  return order.status === 'expired' && (await canBeClaimed(trx, order.id)) && (await seatsAreFree(trx, order.id))
}

async function seatsAreFree(trx: Db, orderId: string): Promise<boolean> {
  const { rows } = await sql<{ free: boolean }>`
    select not exists (
      select from order_seats mine
      join order_seats other on other.performance_id = mine.performance_id and other.seat = mine.seat
      where mine.order_id = ${orderId} and mine.released_at is null
        and other.order_status in ('pending', 'authorized', 'paid') and other.released_at is null
    ) as free`.execute(trx)
  return rows[0]?.free === true
}

/** Asks the provider to give money back, and writes down that it did. */
async function payBack(db: Db, context: PaymentContext, refundId: string, log: Logger): Promise<boolean> {
  const refund = await db
    .selectFrom('refunds')
    .innerJoin('payments', 'payments.id', 'refunds.payment_id')
    .select(['refunds.amount_minor', 'refunds.order_id', 'refunds.payment_id', 'refunds.attempts'])
    .select(['payments.provider', 'payments.provider_reference', 'payments.currency'])
    .where('refunds.id', '=', refundId)
    .where('refunds.status', '=', 'due')
    .executeTakeFirst()
  if (refund === undefined) return false
  const work = async (trx: Db): Promise<boolean> => {
    const provider = context.providers.named(refund.provider, trx)
    if (provider === undefined) throw new Error(`no provider ${refund.provider} for refund ${refundId}`)
    const request = {
      reference: refund.provider_reference ?? refund.payment_id,
      paymentId: refund.payment_id,
      orderId: refund.order_id,
      refundId,
      amount: refund.amount_minor,
      currency: refund.currency,
    }
    const confirm = async (inner: Db, reference: string) => {
      const order = await lockPayableOrder(inner, refund.order_id)
      if (order === undefined || !(await confirmRefund(inner, refundId, reference))) return false
      await context.step?.('refund confirmed')
      if (!(await finishRefund(inner, order.id))) await noteChange(inner, order)
      return true
    }
    if (provider.capabilities.transactional)
      return await db.transaction().execute(async (inner) => {
        await lockOrder(inner, refund.order_id) // before the wallet, as whoever pays does
        const { reference } = await (context.providers.named(refund.provider, inner) ?? provider).refund(request)
        return await confirm(inner, reference)
      })
    const { reference } = await provider.refund(request)
    await context.step?.('provider refunded')
    return await db.transaction().execute((inner) => confirm(inner, reference))
  }
  try {
    return await work(db)
  } catch (fault) {
    if (fault instanceof ProviderUnavailableError) return false
    if (!(fault instanceof PaymentRefusedError)) throw fault
    log.error({ refundId, attempts: refund.attempts, code: fault.code }, 'provider refuses a refund')
    return false
  }
}

interface PaymentAtWork {
  readonly payment: PaymentRow
  readonly orderStatus: OrderStatus
  readonly expiresInMs: number
  readonly isOld: boolean
  /** A seat change may still use it. */
  readonly isHeld: boolean
}

async function readPayment(db: Db, id: string): Promise<PaymentAtWork | undefined> {
  const row = await db
    .selectFrom('payments')
    .innerJoin('orders', 'orders.id', 'payments.order_id')
    .selectAll('payments')
    .select('orders.status as order_status')
    .select(sql<number>`ceil(extract(epoch from orders.deadline_at - now()) * 1000)::bigint`.as('expires_in_ms'))
    .select(sql<boolean>`payments.created_at < now() - make_interval(hours => ${GIVE_UP_HOURS})`.as('is_old'))
    .select(sql<boolean>`(payments.held_until is not null and payments.held_until > now())`.as('is_held'))
    .where('payments.id', '=', id)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const { order_status: orderStatus, expires_in_ms: expiresInMs, is_old: isOld, is_held: isHeld, ...payment } = row
  return { payment, orderStatus, expiresInMs, isOld, isHeld }
}
