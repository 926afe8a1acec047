import type { UserId } from '@seatcast/shared/domain/ids.ts'
import type { GrantedRole } from '@seatcast/shared/protocol/account.ts'
import type { Db } from '../database/client.ts'

export interface StoredAccount {
  readonly userId: UserId
  /** Normalised. */
  readonly email: string
  readonly name: string | null
  /** PHC string. */
  readonly passwordHash: string
}

const COLUMNS = ['user_id as userId', 'email', 'name', 'password_hash as passwordHash'] as const

/** False: the e-mail, or the user, has an account already; nothing changed. */
export async function insertAccount(db: Db, account: StoredAccount): Promise<boolean> {
  const result = await db
    .insertInto('accounts')
    .values({
      user_id: account.userId,
      email: account.email,
      name: account.name,
      password_hash: account.passwordHash,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

export async function findAccount(
  db: Db,
  by: { readonly email: string } | { readonly userId: UserId },
): Promise<StoredAccount | undefined> {
  const query = db.selectFrom('accounts').select(COLUMNS)
  return await ('email' in by ? query.where('email', '=', by.email) : query.where('user_id', '=', by.userId))
    .limit(1)
    .executeTakeFirst()
}

/** The roles an account was granted, by name. */
export async function grantedRoles(db: Db, userId: UserId): Promise<GrantedRole[]> {
  const rows = await db
    .selectFrom('account_roles')
    .select('role')
    .where('user_id', '=', userId)
    .orderBy('role')
    .execute()
  return rows.map(({ role }) => role)
}

/** False: the account had the role. For the command line only (U7). */
export async function grantRole(db: Db, userId: UserId, role: GrantedRole): Promise<boolean> {
  const result = await db
    .insertInto('account_roles')
    .values({ user_id: userId, role })
    .onConflict((conflict) => conflict.constraint('one_grant_per_role').doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** False: the account did not have the role. */
export async function revokeRole(db: Db, userId: UserId, role: GrantedRole): Promise<boolean> {
  const result = await db
    .deleteFrom('account_roles')
    .where('user_id', '=', userId)
    .where('role', '=', role)
    .executeTakeFirst()
  return result.numDeletedRows === 1n
}

export interface RoleGrant {
  readonly email: string
  readonly role: GrantedRole
  readonly grantedAt: Date
}

/** Every grant, by e-mail. */
export async function listGrants(db: Db): Promise<RoleGrant[]> {
  return await db
    .selectFrom('account_roles')
    .innerJoin('accounts', 'accounts.user_id', 'account_roles.user_id')
    .select(['accounts.email', 'account_roles.role', 'account_roles.granted_at as grantedAt'])
    .orderBy('accounts.email')
    .orderBy('account_roles.role')
    .execute()
}
