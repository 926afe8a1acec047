import type { GrantedRole } from '@seatcast/shared/protocol/account.ts'
import type { ColumnType, Generated } from 'kysely'

/** Row types of migrations/0006_accounts_tickets.sql. */
export interface AccountTables {
  accounts: AccountsTable
  account_roles: AccountRolesTable
  sign_in_attempts: SignInAttemptsTable
  ticket_reissues: TicketReissuesTable
  check_ins: CheckInsTable
}

/** Set by the database, never by an update. */
type SetByDatabase = ColumnType<Date, never, never>

interface AccountsTable {
  user_id: string
  email: string
  name: string | null
  password_hash: string
  created_at: SetByDatabase
}

interface AccountRolesTable {
  user_id: string
  role: GrantedRole
  granted_at: SetByDatabase
}

interface SignInAttemptsTable {
  key: Buffer
  attempts: Generated<number>
  since: ColumnType<Date, never, Date>
}

interface TicketReissuesTable {
  order_id: string
  seat: number
  serial: number
}

interface CheckInsTable {
  id: string
  order_id: string
  seat: number
  performance_id: string
  checked_in_at: SetByDatabase
  checked_in_by: string
}
