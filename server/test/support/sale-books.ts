import { sql } from 'kysely'
import { connectDatabase } from '../../src/database/client.ts'

/** What PostgreSQL says of a performance that was sold. Money in minor units. */
export interface SaleBooks {
  /** Seats of paid orders, a seat as often as it was sold. */
  readonly sold: readonly number[]
  readonly ordersWaiting: number
  /** Sum of the frozen prices of paid orders. */
  readonly ordered: number
  /** Sum of what payments took and did not give back. */
  readonly taken: number
  /** Sum of what left the wallets for these orders. */
  readonly debited: number
  /** Of all entries of the ledger, the demo's grants included. */
  readonly ledger: number
}

export async function readBooks(databaseUrl: string, performanceId: string): Promise<SaleBooks> {
  const database = connectDatabase({ databaseUrl, poolSize: 1 })
  try {
    const { rows } = await sql<SaleBooks>`
      select
        (select coalesce(array_agg(seat order by seat), '{}') from order_seats
          where performance_id = ${performanceId} and order_status = 'paid' and released_at is null) as sold,
        (select count(*) from orders
          where performance_id = ${performanceId} and status in ('pending', 'authorized'))::int as "ordersWaiting",
        (select coalesce(sum(price_minor), 0) from order_seats
          where performance_id = ${performanceId} and order_status = 'paid' and released_at is null)::int as ordered,
        (select coalesce(sum(amount_minor - returned_minor), 0) from payments join orders on orders.id = order_id
          where performance_id = ${performanceId} and payments.status in ('captured', 'refund_due', 'refunded'))::int as taken,
        (select coalesce(-sum(amount_minor), 0) from ledger_entries
          join ledger_transfers on ledger_transfers.id = transfer_id
          join orders on orders.id = ledger_transfers.order_id
          where performance_id = ${performanceId} and account_id like 'wallet:%')::int as debited,
        (select coalesce(sum(amount_minor), 0) from ledger_entries)::int as ledger`.execute(database.db)
    const [books] = rows
    if (books === undefined) throw new Error('no books')
    return books
  } finally {
    await database.close()
  }
}

/** Deadlocks of the database so far, as PostgreSQL counts them; it learns of them about a second late. */
export async function countDeadlocks(databaseUrl: string): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  const database = connectDatabase({ databaseUrl, poolSize: 1 })
  try {
    const { rows } = await sql<{ deadlocks: number }>`
      select deadlocks from pg_stat_database where datname = current_database()`.execute(database.db)
    return rows[0]?.deadlocks ?? Number.NaN
  } finally {
    await database.close()
  }
}
