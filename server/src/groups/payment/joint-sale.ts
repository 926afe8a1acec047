import { sql } from 'kysely'
import type { Db } from '../../database/client.ts'
import { noteChange, transition } from '../../orders/order-transitions.ts'
import type { JointSale, Verdict } from '../../payments/payment-context.ts'
import { findPayableOrder, type PaymentRow, paymentsOf } from '../../payments/payment-repository.ts'
import { returnExcess } from '../../payments/settle-order.ts'
import { standingOf } from '../../payments/order-standing.ts'
import { changeGroup, closeGroup, findGroup, type GroupChanges, type StoredGroup } from '../group-repository.ts'
import { isBeingPaid, type Share, sharesOf, waiting } from './shares.ts'
import { noGroupStep, type TakeGroupStep } from './step.ts'

/** How long the host may cover what a failed capture left missing, s; at most as long as payment lasts. Source: the issue. */
const SHORT_SECONDS = 120

/**
 * The orders of a group are sold together or not at all (G12). It looks at sums, not at what happened, so that it may be
 * asked to go on at any time, any number of times, by any process.
 */
export function jointSale(step: TakeGroupStep = noGroupStep): JointSale {
  return {
    advance: (trx, groupId) => advance(trx, groupId, step),
    judge,
  }
}

/** All reserved: all is taken. All taken: all is sold. Reserved and then not to be had: the group is short (G15). */
async function advance(trx: Db, groupId: string, step: TakeGroupStep): Promise<void> {
  const group = await findGroup(trx, groupId, 'lock')
  if (group === undefined || !isBeingPaid(group.status)) return
  const shares = waiting(await sharesOf(trx, group, 'lock'))
  if (shares.length === 0) return
  const isSecured = shares.every(({ standing }) => standing.isSecured)
  if (isSecured && shares.every(({ standing }) => standing.isTaken)) return await sell(trx, group, shares, step)

  for (const { order, standing } of shares) {
    if (standing.taken > order.due) await returnExcess(trx, order, order.due, 'second')
    if (standing.isSecured) await transition(trx, order.id, 'authorized', ['pending'])
  }
  await schedule(
    trx,
    shares.flatMap(({ standing }) => standing.superfluous),
  )
  const begins = isSecured && group.status !== 'capturing'
  if (begins) await step('all reserved')
  if (isSecured) {
    const reserved = shares.flatMap(({ standing }) => standing.counted).filter(({ status }) => status === 'authorized')
    await schedule(
      trx,
      reserved.filter(({ next_attempt_at }) => begins || next_attempt_at === null),
    )
  }
  const isShort = !isSecured && group.status === 'capturing'
  const changes = isShort ? await fallShort(trx, group, shares) : {}
  await changeGroup(trx, group.id, begins ? { status: 'capturing', notice: null } : changes)
}

async function sell(trx: Db, group: StoredGroup, shares: readonly Share[], step: TakeGroupStep): Promise<void> {
  for (const { order } of shares) {
    await transition(trx, order.id, 'paid', [order.status])
    await returnExcess(trx, order, order.due, 'second')
  }
  await schedule(trx, inFlight(shares))
  await changeGroup(trx, group.id, { notice: null, payUntil: null, shortUntil: null })
  await closeGroup(trx, group.id, 'sold')
  await step('group sold')
}

/** The clock runs from the first time on: a host whose cards fail again and again does not keep the friends' money. */
async function fallShort(trx: Db, group: StoredGroup, shares: readonly Share[]): Promise<GroupChanges> {
  const shortUntil = group.shortUntil ?? (await shortDeadline(trx, group))
  for (const { order } of shares) {
    await trx.updateTable('orders').set({ deadline_at: shortUntil }).where('id', '=', order.id).execute()
    await noteChange(trx, order)
  }
  return { status: 'short', notice: 'capture_failed', shortUntil }
}

async function shortDeadline(trx: Db, group: StoredGroup): Promise<Date> {
  const { until } = await trx
    .selectFrom('performances')
    .select(
      sql<Date>`date_trunc('milliseconds', now()) + make_interval(secs => least(${SHORT_SECONDS}, payment_seconds))`.as(
        'until',
      ),
    )
    .where('id', '=', group.performanceId)
    .executeTakeFirstOrThrow()
  return until
}

/**
 * Ends the orders of the group's round that are not sold (G13), all of them, in the caller's transaction: what is reserved is
 * voided, what was taken given back, every seat freed. The group may choose anew. The caller holds the group's lock.
 */
export async function endRound(
  trx: Db,
  group: StoredGroup,
  notice: 'payment_expired' | 'given_up',
  step: TakeGroupStep = noGroupStep,
): Promise<void> {
  const shares = waiting(await sharesOf(trx, group, 'lock'))
  for (const { order } of shares) {
    await transition(trx, order.id, notice === 'given_up' ? 'cancelled' : 'expired', [order.status])
    await returnExcess(trx, order, 0, 'group')
  }
  await schedule(trx, inFlight(shares))
  await changeGroup(trx, group.id, { status: 'open', notice, payUntil: null, shortUntil: null })
  await step('group ended')
}

/** Those of which the provider knows: what it still has reserved or may still reserve is to be given up. */
const inFlight = (shares: readonly Share[]): PaymentRow[] =>
  shares.flatMap(({ payments }) => payments.filter(({ status }) => status === 'authorized' || status === 'pending'))

/** The payment work takes them up at once; it asks `judge` what for. */
async function schedule(trx: Db, payments: readonly PaymentRow[]): Promise<void> {
  if (payments.length === 0) return
  await trx
    .updateTable('payments')
    .set({ next_attempt_at: sql<Date>`now()`, attempts: 0 })
    .where(
      'id',
      'in',
      payments.map(({ id }) => id),
    )
    .execute()
}

async function judge(trx: Db, groupId: string, payment: PaymentRow): Promise<Verdict> {
  const group = await findGroup(trx, groupId, 'lock')
  const order = await findPayableOrder(trx, payment.order_id)
  if (group === undefined || order === undefined) return 'void'
  const { superfluous } = standingOf(order.due, await paymentsOf(trx, order.id))
  if (superfluous.some(({ id }) => id === payment.id)) return 'void'
  return group.status === 'paying' ? 'wait' : 'capture'
}
