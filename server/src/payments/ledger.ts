import { sql } from 'kysely'
import type { Db } from '../database/client.ts'
import { newId } from '../database/uuid.ts'

/** Points of one user in one currency. */
export interface Wallet {
  readonly accountId: string
  /** Minor units. */
  readonly balance: number
}

export interface Posting {
  readonly accountId: string
  /** Minor units, added to the account; negative: taken from it. */
  readonly amount: number
}

export interface Transfer {
  /** What it is for; a transfer happens once. */
  readonly key: string
  readonly kind: 'grant' | 'payment' | 'refund'
  readonly currency: string
  readonly orderId?: string
  readonly postings: readonly Posting[]
}

/**
 * Moves points, once (P1), in one statement, which also opens the system's account that takes part. The database refuses
 * postings that do not sum to zero and wallets that would go below it.
 */
export async function post(trx: Db, transfer: Transfer): Promise<'posted' | 'posted before'> {
  const { key, kind, currency, postings } = transfer
  const { rows } = await sql<{ account_id: string }>`
    with opened as (
      insert into ledger_accounts (id, kind, user_id, currency)
      select id, split_part(id, ':', 1), null, ${currency} from unnest(${postings.map(({ accountId }) => accountId)}::text[]) as id
      where id not like 'wallet:%'
      on conflict do nothing
    ), moved as (
      insert into ledger_transfers (id, key, kind, currency, order_id)
      values (${newId()}, ${key}, ${kind}, ${currency}, ${transfer.orderId ?? null})
      on conflict on constraint a_transfer_happens_once do nothing
      returning id
    )
    insert into ledger_entries (transfer_id, account_id, currency, amount_minor)
    select moved.id, posting.account_id, ${currency}, posting.amount
    from moved, unnest(${postings.map(({ accountId }) => accountId)}::text[], ${postings.map(({ amount }) => amount)}::bigint[])
      as posting (account_id, amount)
    returning account_id`.execute(trx)
  return rows.length > 0 ? 'posted' : 'posted before'
}

/** What a wallet is to be charged for. */
export interface Spending extends Omit<Transfer, 'kind' | 'postings'> {
  readonly userId: string
  /** Minor units, > 0. */
  readonly amount: number
}

/**
 * Moves points from a wallet to what was sold, if there are enough: once, and in one statement, which locks the wallet until
 * the end of the transaction.
 */
export async function spend(trx: Db, spending: Spending): Promise<'spent' | 'not enough' | 'no wallet'> {
  const { userId, key, currency, amount, orderId } = spending
  const [wallet, sales] = [walletId(userId, currency), systemAccount('sales', currency)]
  const { rows } = await sql<{ is_enough: boolean }>`
    with wallet as (
      select balance_minor >= ${amount} as is_enough from ledger_accounts where id = ${wallet} for no key update
    ), opened as (
      insert into ledger_accounts (id, kind, currency) values (${sales}, 'sales', ${currency}) on conflict do nothing
    ), moved as (
      insert into ledger_transfers (id, key, kind, currency, order_id)
      select ${newId()}::uuid, ${key}, 'payment', ${currency}, ${orderId ?? null}::uuid from wallet where is_enough
      on conflict on constraint a_transfer_happens_once do nothing
      returning id
    ), entered as (
      insert into ledger_entries (transfer_id, account_id, currency, amount_minor)
      select moved.id, posting.account_id, ${currency}, posting.amount
      from moved, (values (${wallet}, -${amount}::bigint), (${sales}, ${amount}::bigint)) as posting (account_id, amount)
    )
    select is_enough from wallet`.execute(trx)
  const [found] = rows
  if (found === undefined) return 'no wallet'
  return found.is_enough ? 'spent' : 'not enough'
}

const walletId = (userId: string, currency: string): string => `wallet:${userId}:${currency}`

/** What was sold for points, and where granted points come from; their balances are the sums of their entries. */
export const systemAccount = (kind: 'sales' | 'issuer', currency: string): string => `${kind}:${currency}`

/**
 * The user's wallet, opened at first sight with `demoBalance` points, exactly once (P2). Locked until the end of the
 * transaction: what is read here is there to be spent.
 */
export async function openWallet(
  trx: Db,
  owner: { readonly userId: string; readonly currency: string; readonly demoBalance: number },
): Promise<Wallet> {
  const { userId, currency, demoBalance } = owner
  const accountId = walletId(userId, currency)
  const lock = () =>
    trx
      .selectFrom('ledger_accounts')
      .select('balance_minor as balance')
      .where('id', '=', accountId)
      .forNoKeyUpdate()
      .executeTakeFirst()
  const known = await lock()
  if (known !== undefined) return { accountId, balance: known.balance }
  const opened = await trx
    .insertInto('ledger_accounts')
    .values({ id: accountId, kind: 'wallet', user_id: userId, currency })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if (opened.numInsertedOrUpdatedRows === 1n) {
    const postings = [
      { accountId: systemAccount('issuer', currency), amount: -demoBalance },
      { accountId, amount: demoBalance },
    ]
    if (demoBalance > 0) await post(trx, { key: `grant:${accountId}`, kind: 'grant', currency, postings })
    return { accountId, balance: demoBalance }
  }
  const other = await lock() // opened at the same moment by another request
  if (other === undefined) throw new Error(`wallet ${accountId} is neither there nor to be opened`)
  return { accountId, balance: other.balance }
}

/** A movement on a wallet, as its owner sees it. */
export interface WalletEntry {
  readonly id: string
  readonly kind: 'grant' | 'payment' | 'refund'
  readonly amount: number
  readonly orderId: string | null
  readonly createdAt: Date
}

/** Newest first; `before`: the id of the last one seen. */
export async function walletEntries(
  db: Db,
  accountId: string,
  page: { readonly limit: number; readonly before: string | undefined },
): Promise<WalletEntry[]> {
  let query = db
    .selectFrom('ledger_entries')
    .innerJoin('ledger_transfers', 'ledger_transfers.id', 'ledger_entries.transfer_id')
    .select([
      'ledger_transfers.id',
      'ledger_transfers.kind',
      'ledger_entries.amount_minor as amount',
      'ledger_transfers.order_id as orderId',
      'ledger_transfers.created_at as createdAt',
    ])
    .where('ledger_entries.account_id', '=', accountId)
    .orderBy('ledger_entries.transfer_id', 'desc')
    .limit(page.limit)
  if (page.before !== undefined) query = query.where('ledger_entries.transfer_id', '<', page.before)
  return await query.execute()
}

/** Every wallet of the user. */
export async function walletBalances(db: Db, userId: string): Promise<{ currency: string; balance: number }[]> {
  return await db
    .selectFrom('ledger_accounts')
    .select(['currency', 'balance_minor as balance'])
    .where('user_id', '=', userId)
    .orderBy('currency')
    .execute()
}
