import { ORDER_STATUSES } from '@seatcast/shared/domain/order-state.ts'
import { PAYMENT_STATUSES } from '@seatcast/shared/domain/payment-state.ts'
import { sql } from 'kysely'
import type { Db } from '../database/client.ts'
import type { StoredGroupStatus } from '../database/group-tables.ts'
import { firstIdSince } from '../database/uuid.ts'
import type { Metrics } from './metrics.ts'

type BookMetrics = Pick<
  Metrics,
  'orders' | 'groups' | 'payments' | 'refundsDue' | 'refundAgeSeconds' | 'outboxEntries' | 'outboxAgeSeconds'
>

/** Counts younger than this are shown again, ms: several Prometheus servers cost one look. Source: a third of the usual scrape interval. */
const FRESH_MS = 5_000
/** A look that takes longer is given up: metrics must not be a load of their own, ms. Source: a guess. */
const PATIENCE_MS = 2_000
const DAY_MS = 86_400_000

const GROUP_STATUSES: readonly StoredGroupStatus[] = ['open', 'paying', 'capturing', 'short', 'sold', 'ended']
const STATUSES = {
  orders: ORDER_STATUSES,
  payments: PAYMENT_STATUSES,
  groups: GROUP_STATUSES,
} as const

/**
 * What PostgreSQL's books say, for the gauges of one process a scheduler: looked at when somebody asks for metrics, and at
 * most once in FRESH_MS. While PostgreSQL is away these gauges have no value; the others do.
 */
export function bookCounts(db: Db, metrics: BookMetrics, nowMs = () => performance.now()): () => Promise<void> {
  let countedMs = -Infinity
  let counting: Promise<void> | undefined

  const count = async (): Promise<void> => {
    try {
      show(metrics, await readBooks(db))
    } catch {
      // Not logged: the jobs of this process meet the same fault and say so.
      for (const gauge of [metrics.orders, metrics.groups, metrics.payments]) gauge.reset()
      for (const gauge of [
        metrics.refundsDue,
        metrics.refundAgeSeconds,
        metrics.outboxEntries,
        metrics.outboxAgeSeconds,
      ])
        gauge.remove()
    } finally {
      countedMs = nowMs()
      counting = undefined
    }
  }
  return () => (nowMs() - countedMs < FRESH_MS ? Promise.resolve() : (counting ??= count()))
}

interface Books {
  readonly states: readonly {
    readonly book: keyof typeof STATUSES
    readonly status: string
    readonly count: number
  }[]
  readonly refundsDue: number
  readonly refundAgeSeconds: number
  readonly outboxEntries: number
  readonly outboxAgeSeconds: number
}

/** Ids sort by the time of creation, so a day is a range of the primary key. */
async function readBooks(db: Db): Promise<Books> {
  const since = firstIdSince(Date.now() - DAY_MS)
  return await db
    .transaction()
    .setAccessMode('read only')
    .execute(async (trx) => {
      await sql`select set_config('statement_timeout', ${String(PATIENCE_MS)}, true)`.execute(trx)
      const states = await sql<Books['states'][number]>`
        select 'orders' as book, status, count(*) as count from orders where id >= ${since} group by status
        union all
        select 'payments', status, count(*) from payments where id >= ${since} group by status
        union all
        select 'groups', status, count(*) from groups where id >= ${since} group by status`.execute(trx)
      const waiting = await sql<Omit<Books, 'states'>>`
        select refunds.count as "refundsDue", refunds.age as "refundAgeSeconds",
          entries.count as "outboxEntries", entries.age as "outboxAgeSeconds"
        from (
          select count(*), coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as age
          from refunds where next_attempt_at is not null
        ) refunds, (
          select count(*), coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as age from outbox
        ) entries`.execute(trx)
      const [one] = waiting.rows
      if (one === undefined) throw new Error('counting gave no row')
      return { states: states.rows, ...one }
    })
}

function show(metrics: BookMetrics, books: Books): void {
  const counted = (book: keyof typeof STATUSES, status: string): number =>
    books.states.find((one) => one.book === book && one.status === status)?.count ?? 0
  for (const status of STATUSES.orders) metrics.orders.set({ status }, counted('orders', status))
  for (const status of STATUSES.payments) metrics.payments.set({ status }, counted('payments', status))
  for (const status of STATUSES.groups) metrics.groups.set({ status }, counted('groups', status))
  metrics.refundsDue.set(books.refundsDue)
  metrics.refundAgeSeconds.set(books.refundAgeSeconds)
  metrics.outboxEntries.set(books.outboxEntries)
  metrics.outboxAgeSeconds.set(books.outboxAgeSeconds)
}
