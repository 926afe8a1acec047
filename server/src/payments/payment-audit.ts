import { sql } from 'kysely'
import type { Db } from '../database/client.ts'

/** One finding of a check of the money; the audit route counts them (design, section 8). */
export interface MoneyCheck {
  readonly name: string
  readonly rule: string
  readonly violations: readonly string[]
}

/** Money in flight between two of our transactions is not a violation before this, s. Source: what the next look takes. */
const SETTLING_SECONDS = 60

/**
 * What must hold of a performance's money, in one snapshot of the database (P6). Of the ledger it looks at the transfers of
 * the performance's orders and at the wallets that they touched, never at all of it.
 */
export async function auditMoney(db: Db, performanceId: string): Promise<MoneyCheck[]> {
  return await db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => [
      {
        name: 'captured_payments',
        rule: 'every captured payment belongs to a paid order or has a refund',
        violations: await strayPayments(trx, performanceId),
      },
      {
        name: 'money',
        rule: "captured minus refunded equals the paid orders' amounts",
        violations: await unbalancedOrders(trx, performanceId),
      },
      {
        name: 'ledger',
        rule: "the orders' transfers sum to zero, and the wallets that they touched to their balances",
        violations: await unbalancedLedger(trx, performanceId),
      },
    ])
}

/** Of a group's order: while it waits for the others, it keeps what was paid for it (G12). */
const WAITS_JOINTLY = sql`(orders.group_id is not null and orders.status in ('pending', 'authorized'))`

async function strayPayments(trx: Db, performanceId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string; status: string; order_status: string }>`
    select payments.id, payments.status, orders.status as order_status
    from payments join orders on orders.id = payments.order_id
    where orders.performance_id = ${performanceId} and payments.status = 'captured' and orders.status <> 'paid'
      and payments.returned_minor < payments.amount_minor and not ${WAITS_JOINTLY}`.execute(trx)
  return rows.map(({ id, order_status }) => `payment ${id} is captured, its order ${order_status}, and has no refund`)
}

/** Money that refunds will give back counts as given back; a refund that stays due is told of. */
async function unbalancedOrders(trx: Db, performanceId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string; taken: number; owed: number }>`
    select orders.id, money.taken, money.owed
    from orders
    cross join lateral (
      select coalesce(sum(amount_minor - returned_minor), 0)::bigint as taken from payments
      where order_id = orders.id and status in ('captured', 'refund_due', 'refunded')
    ) paid
    cross join lateral (
      select coalesce(sum(price_minor), 0)::bigint as price from order_seats
      where order_id = orders.id and released_at is null
    ) priced
    cross join lateral (
      select paid.taken, case
        when orders.status = 'paid' then priced.price
        when ${WAITS_JOINTLY} then least(paid.taken, priced.price)
        else 0 end as owed
    ) money
    where orders.performance_id = ${performanceId} and money.taken <> money.owed`.execute(trx)
  const late = await sql<{ id: string; order_id: string }>`
    select refunds.id, refunds.order_id from refunds join orders on orders.id = refunds.order_id
    where orders.performance_id = ${performanceId} and refunds.status = 'due'
      and refunds.created_at < now() - make_interval(secs => ${SETTLING_SECONDS})`.execute(trx)
  return [
    ...rows.map(({ id, taken, owed }) => `order ${id} keeps ${taken} and is worth ${owed}`),
    ...late.rows.map(({ id, order_id }) => `refund ${id} of order ${order_id} is still due`),
  ]
}

async function unbalancedLedger(trx: Db, performanceId: string): Promise<string[]> {
  // By their keys, which have an index; the ledger itself knows no performances.
  const transfersOf = sql`
    select ledger_transfers.id
    from orders
    join payments on payments.order_id = orders.id
    left join refunds on refunds.payment_id = payments.id
    join ledger_transfers on ledger_transfers.key in ('payment:' || payments.id, 'refund:' || refunds.id)
    where orders.performance_id = ${performanceId}`
  const transfers = await sql<{ id: string; total: number }>`
    select transfer_id as id, sum(amount_minor)::bigint as total from ledger_entries
    where transfer_id in (${transfersOf})
    group by transfer_id having sum(amount_minor) <> 0`.execute(trx)
  const wallets = await sql<{ id: string; balance: number; total: number }>`
    select ledger_accounts.id, balance_minor as balance, coalesce(sum(amount_minor), 0)::bigint as total
    from ledger_accounts left join ledger_entries on ledger_entries.account_id = ledger_accounts.id
    where kind = 'wallet'
      and ledger_accounts.id in (select account_id from ledger_entries where transfer_id in (${transfersOf}))
    group by ledger_accounts.id
    having balance_minor <> coalesce(sum(amount_minor), 0)`.execute(trx)
  return [
    ...transfers.rows.map(({ id, total }) => `transfer ${id} sums to ${total}`),
    ...wallets.rows.map(({ id, balance, total }) => `${id} says ${balance}, its entries sum to ${total}`),
  ]
}
