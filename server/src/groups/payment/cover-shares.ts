import type { UserId } from '@seatcast/shared/domain/ids.ts'
import type { NewPayment } from '@seatcast/shared/protocol/order.ts'
import type { Db } from '../../database/client.ts'
import { badRequest, RefusalError } from '../../http/refusal.ts'
import { applyReport } from '../../payments/apply-report.ts'
import { payAtOnce } from '../../payments/pay-at-once.ts'
import { beginPayment } from '../../payments/payment-calls.ts'
import type { PaymentContext } from '../../payments/payment-context.ts'
import type { PaymentProvider, Report } from '../../payments/payment-provider.ts'
import { chargeOf, insertPayment, type PaymentRow } from '../../payments/payment-repository.ts'
import { cardOf, sameWish, TAKEN_OVER_SECONDS, wishedPayment } from '../../payments/start-payment.ts'
import { findGroup, type StoredGroup } from '../group-repository.ts'
import { membersOf } from '../member-repository.ts'
import { coverOpensInMs } from './group-money.ts'
import { type Share, sharesOf, waiting } from './shares.ts'
import { noGroupStep, type TakeGroupStep } from './step.ts'

export interface CoverWish {
  readonly groupId: string
  /** Who pays: from the token. */
  readonly userId: UserId
  readonly choice: Pick<NewPayment, 'method' | 'card'>
  /** The request's Idempotency-Key. */
  readonly requestKey: string | null
}

/** What providers outside said of the payments that the wish made. */
export type CoverBegun = readonly Report[]

/**
 * The host pays every order of the group that nothing is reserved for (G14, G15): the part that talks to others. All
 * payments are written down, then their provider is asked (P4). One inside our database is left to `finishCover`.
 */
export async function beginCover(
  db: Db,
  { providers }: PaymentContext,
  wish: CoverWish,
  step: TakeGroupStep = noGroupStep,
): Promise<CoverBegun> {
  const provider = providers.forMethod(wish.choice.method, db)
  refuseUnknown(provider, wish)
  if (provider.capabilities.transactional) return []
  const written = await db.transaction().execute(async (trx) => {
    const missing = await lockMissing(trx, wish)
    const fresh: { readonly payment: PaymentRow; readonly expiresInMs: number }[] = []
    for (const { order, payments } of missing) {
      const own = { ...wish, orderId: order.id }
      const mine = payments.filter(({ user_id }) => user_id === wish.userId)
      const known = sameWish(mine, own) // pressed twice, or sent again: what is under way is not begun again
      if (known !== undefined && known.status !== 'created') continue
      const wished = { ...wishedPayment(own, order, provider), retryInSeconds: TAKEN_OVER_SECONDS }
      fresh.push({ payment: known ?? (await insertPayment(trx, wished)), expiresInMs: order.expiresInMs })
    }
    return fresh
  })
  await step('cover written')
  const asked = await Promise.all(
    written.map(({ payment, expiresInMs }) => beginPayment(provider, chargeOf(payment, expiresInMs))),
  )
  return asked.filter((report) => report !== undefined)
}

/** The part that belongs to the transaction of the request's answer. All of what is missing is paid at once, or nothing. */
export async function finishCover(trx: Db, context: PaymentContext, wish: CoverWish, begun: CoverBegun): Promise<void> {
  const provider = context.providers.forMethod(wish.choice.method, trx)
  refuseUnknown(provider, wish)
  if (!provider.capabilities.transactional) {
    await findGroup(trx, wish.groupId, 'lock') // before the first of its orders, of which there are several
    for (const report of begun) await applyReport(trx, context, report)
    return
  }
  const { userId, choice } = wish
  for (const { order, standing } of await lockMissing(trx, wish)) {
    const payment = { userId, method: choice.method, card: cardOf(choice), amount: order.due - standing.taken }
    if ((await payAtOnce(trx, context, provider, order, payment)) === undefined)
      throw new RefusalError('INSUFFICIENT_FUNDS')
  }
}

/** The orders that the host may pay for now; none: all are reserved or sold. */
async function lockMissing(trx: Db, { groupId, userId }: CoverWish): Promise<Share[]> {
  const group = await findGroupOfHost(trx, groupId, userId)
  if (group.status === 'sold' || group.status === 'capturing') return []
  if (group.status !== 'paying' && group.status !== 'short') throw new RefusalError('ORDER_ENDED')
  const opensInMs = await coverOpensInMs(trx, group)
  if (opensInMs === null) throw new RefusalError('FORBIDDEN')
  if (opensInMs > 0) throw new RefusalError('TOO_EARLY', { retryInMs: opensInMs })
  const shares = waiting(await sharesOf(trx, group, 'lock'))
  if (shares.some(({ order }) => order.expiresInMs <= 0)) throw new RefusalError('ORDER_ENDED')
  return shares.filter(({ standing }) => !standing.isSecured)
}

/** Locked. Only its members learn of a group (G8). */
export async function findGroupOfHost(trx: Db, groupId: string, userId: UserId): Promise<StoredGroup> {
  const group = await findGroup(trx, groupId, 'lock')
  const members = group === undefined ? [] : await membersOf(trx, groupId)
  if (group === undefined || !members.some((member) => member.userId === userId)) throw new RefusalError('NOT_FOUND')
  if (group.hostId !== userId) throw new RefusalError('FORBIDDEN')
  return group
}

function refuseUnknown(
  provider: PaymentProvider | undefined,
  { choice }: CoverWish,
): asserts provider is PaymentProvider {
  if (provider === undefined) throw badRequest([{ path: '/method', message: 'this method is not offered here' }])
  if (!provider.acceptsCard(cardOf(choice))) throw badRequest([{ path: '/card', message: 'no such card' }])
}
