import type { ClaimableStatus, OrderStatus } from '@seatcast/shared/domain/order-state.ts'
import type { PaymentStatus } from '@seatcast/shared/domain/payment-state.ts'
import type { SaleStatus } from '@seatcast/shared/protocol/sale.ts'
import type { ColumnType, Generated } from 'kysely'
import type { AccountTables } from './account-tables.ts'
import type { GroupTables } from './group-tables.ts'

/** Row types of every table and view. Units stand in the migrations' column comments. */
export interface Database extends AccountTables, GroupTables {
  venues: VenuesTable
  layouts: LayoutsTable
  shows: ShowsTable
  performances: PerformancesTable
  price_zones: PriceZonesTable
  zone_categories: ZoneCategoriesTable
  blocked_seats: BlockedSeatsTable
  idempotency_keys: IdempotencyKeysTable
  orders: OrdersTable
  order_seats: OrderSeatsTable
  counted_seats: CountedSeatsView
  outbox: OutboxTable
  payments: PaymentsTable
  refunds: RefundsTable
  webhook_events: WebhookEventsTable
  ledger_accounts: LedgerAccountsTable
  ledger_transfers: LedgerTransfersTable
  ledger_entries: LedgerEntriesTable
}

/** Set by the database, never by an update. */
type CreatedAt = ColumnType<Date, never, never>

interface VenuesTable {
  id: string
  name: string
  created_by: string
  created_at: CreatedAt
}

interface LayoutsTable {
  id: string
  venue_id: string
  version: number
  seat_count: number
  section_count: number
  category_names: string[]
  document: Buffer
  document_sha256: Buffer
  source_format: 'pretix' | 'spec'
  source: Buffer
  created_by: string
  created_at: CreatedAt
}

interface ShowsTable {
  id: string
  title_en: string
  title_ko: string | null
  created_by: string
  created_at: CreatedAt
}

interface PerformancesTable {
  id: string
  show_id: string
  layout_id: string
  partition: number
  starts_at: Date
  on_sale_at: Date | null
  status: Generated<SaleStatus>
  hold_seconds: number
  payment_seconds: number
  group_hold_seconds: Generated<number>
  max_seats_per_buyer: number
  refundable_hours: Generated<number | null>
  epoch: Generated<number>
  redis_run_id: string | null
  created_by: string
  created_at: CreatedAt
}

interface PriceZonesTable {
  performance_id: string
  id: string
  position: number
  name: string
  color: string
  price_minor: number
  currency: string
}

interface ZoneCategoriesTable {
  performance_id: string
  category: number
  zone_id: string
}

interface BlockedSeatsTable {
  performance_id: string
  seat: number
  blocked_at: CreatedAt
}

interface IdempotencyKeysTable {
  user_id: string
  key: string
  request_sha256: Buffer
  status: number | null
  answer: string | null
  created_at: ColumnType<Date, never, Date>
}

interface OrdersTable {
  id: string
  performance_id: string
  user_id: string
  status: Generated<OrderStatus>
  currency: string
  deadline_at: Date
  paying_until: Date | null
  key_sha256: Buffer
  hold_id: string
  claimed_late: Generated<boolean>
  /** Written by the database (migrations/0016_late_claims_of_cancelled_orders.sql). */
  claimed_from: ColumnType<ClaimableStatus | null, never, never>
  group_id: string | null
  payment_round: number | null
  member_id: string | null
  created_at: CreatedAt
  changed_at: ColumnType<Date, never, Date>
}

interface OrderSeatsTable {
  order_id: string
  order_status: OrderStatus
  performance_id: string
  seat: number
  zone_id: string
  price_minor: number
  released_at: Date | null
  released_by: 'cancel' | 'change' | null
  counts_for: Generated<string | null>
}

interface CountedSeatsView {
  performance_id: string
  user_id: string
  order_id: string
  seat: number
  claimed_late: boolean
}

interface OutboxTable {
  id: string
  order_id: string
  performance_id: string
  request_id: string | null
  created_at: CreatedAt
}

interface PaymentsTable {
  id: string
  order_id: string
  user_id: string
  provider: string
  method: string
  card: string | null
  status: Generated<PaymentStatus>
  amount_minor: number
  currency: string
  returned_minor: Generated<number>
  refunded_minor: Generated<number>
  provider_reference: string | null
  redirect_url: string | null
  failure: string | null
  request_key: string | null
  request_sha256: Generated<Buffer | null>
  attempts: Generated<number>
  next_attempt_at: Date | null
  held_until: Generated<Date | null>
  created_at: CreatedAt
  changed_at: ColumnType<Date, never, Date>
}

interface RefundsTable {
  id: string
  payment_id: string
  order_id: string
  amount_minor: number
  from_minor: number
  reason: 'cancelled' | 'late' | 'second' | 'changed' | 'group'
  status: Generated<'due' | 'done'>
  provider_reference: string | null
  attempts: Generated<number>
  next_attempt_at: Generated<Date | null>
  created_at: CreatedAt
  done_at: Date | null
}

interface WebhookEventsTable {
  provider: string
  event_id: string
  kind: string
  signature: string
  payment_id: string | null
  received_at: ColumnType<Date, never, Date>
}

interface LedgerAccountsTable {
  id: string
  kind: 'wallet' | 'sales' | 'issuer'
  user_id: string | null
  currency: string
  balance_minor: Generated<number>
  created_at: CreatedAt
}

interface LedgerTransfersTable {
  id: string
  key: string
  kind: 'grant' | 'payment' | 'refund'
  currency: string
  order_id: string | null
  created_at: CreatedAt
}

interface LedgerEntriesTable {
  transfer_id: string
  account_id: string
  currency: string
  amount_minor: number
}
