import { sql } from 'kysely'
import type { Db } from '../database/client.ts'
import { openWallet, post, spend, systemAccount } from './ledger.ts'
import {
  type Charge,
  NotOfferedError,
  type PaymentProvider,
  PaymentRefusedError,
  type Report,
} from './payment-provider.ts'

export const WALLET = 'wallet'

/**
 * Points in our own ledger. Charge only: `capture` moves the points, in the transaction that it is given, so that an
 * order is paid and its points are gone in the same instant, or neither (P3). References are our payment ids.
 */
export function walletProvider(trx: Db, { demoBalance }: { readonly demoBalance: number }): PaymentProvider {
  const retrieve = async (paymentId: string): Promise<Report | undefined> => {
    const transfer = await trx
      .selectFrom('ledger_transfers')
      .innerJoin('ledger_entries', 'ledger_entries.transfer_id', 'ledger_transfers.id')
      .innerJoin('ledger_accounts', 'ledger_accounts.id', 'ledger_entries.account_id')
      .select(['ledger_transfers.currency', 'ledger_entries.amount_minor as amount'])
      .where('ledger_transfers.key', '=', paymentKey(paymentId))
      .where('ledger_accounts.kind', '=', 'sales')
      .executeTakeFirst()
    if (transfer === undefined) return undefined
    const { rows } = await sql<{ amount: number }>`
      select coalesce(sum(refunds.amount_minor), 0)::bigint as amount
      from refunds join ledger_transfers on ledger_transfers.key = 'refund:' || refunds.id
      where refunds.payment_id = ${paymentId}`.execute(trx)
    return {
      ...reportOf(paymentId, 'captured', transfer.amount, transfer.currency),
      refunded: rows[0]?.amount ?? 0,
    }
  }

  return {
    name: WALLET,
    capabilities: { authorization: false, webhooks: false, transactional: true },
    acceptsCard: (card) => card === null,
    covers: async ({ userId, amount, currency }) =>
      (await openWallet(trx, { userId, currency, demoBalance })).balance >= amount,
    create: (charge) => Promise.resolve(reportOf(charge.paymentId, 'created', charge.amount, charge.currency)),
    authorize: () => Promise.reject(new NotOfferedError(WALLET, 'authorization')),
    async capture(_reference, charge) {
      const { paymentId, amount, currency } = charge
      if (await take(trx, charge, demoBalance)) return reportOf(paymentId, 'captured', amount, currency)
      // What is missing may have been spent on this very payment.
      return (await retrieve(paymentId)) ?? reportOf(paymentId, 'failed', amount, currency)
    },
    void: () => Promise.reject(new NotOfferedError(WALLET, 'anything to void')),
    async refund({ paymentId, refundId, amount, currency, orderId }) {
      const paid = await trx
        .selectFrom('ledger_transfers')
        .innerJoin('ledger_entries', 'ledger_entries.transfer_id', 'ledger_transfers.id')
        .innerJoin('ledger_accounts', 'ledger_accounts.id', 'ledger_entries.account_id')
        .leftJoin('payments', (join) => join.on('payments.id', '=', paymentId))
        // Whose the payment is now: an account that claimed a guest's order has its money too (U8).
        .select((row) => row.fn.coalesce('payments.user_id', 'ledger_accounts.user_id').as('userId'))
        .where('ledger_transfers.key', '=', paymentKey(paymentId))
        .where('ledger_accounts.kind', '=', 'wallet')
        .executeTakeFirst()
      if (paid?.userId == null) throw new PaymentRefusedError(WALLET, 'unknown_payment')
      const wallet = await openWallet(trx, { userId: paid.userId, currency, demoBalance })
      const postings = [
        { accountId: systemAccount('sales', currency), amount: -amount },
        { accountId: wallet.accountId, amount },
      ]
      await post(trx, { key: `refund:${refundId}`, kind: 'refund', currency, orderId, postings })
      return { reference: refundId }
    },
    retrieve,
    verifyWebhook: () => ({ ok: false, code: 'WEBHOOK_FORGED' }),
  }
}

const paymentKey = (paymentId: string): string => `payment:${paymentId}`

/** Once, also when asked again. False: there is not enough. */
async function take(
  trx: Db,
  { paymentId, orderId, userId, amount, currency }: Charge,
  demoBalance: number,
): Promise<boolean> {
  if (amount === 0) return true
  const spending = { userId, key: paymentKey(paymentId), currency, orderId, amount }
  const outcome = await spend(trx, spending)
  if (outcome !== 'no wallet') return outcome === 'spent'
  await openWallet(trx, { userId, currency, demoBalance })
  return (await spend(trx, spending)) === 'spent'
}

const reportOf = (paymentId: string, status: Report['status'], amount: number, currency: string): Report => ({
  reference: paymentId,
  paymentId,
  status,
  amount,
  currency,
  refunded: 0,
  failure: status === 'failed' ? 'insufficient_funds' : null,
  redirectUrl: null,
})
