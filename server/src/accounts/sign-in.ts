import type { UserId } from '@seatcast/shared/domain/ids.ts'
import type { NewAccount, NewSession, Role, Session } from '@seatcast/shared/protocol/account.ts'
import type { Db } from '../database/client.ts'
import { newId } from '../database/uuid.ts'
import type { AccessTokens, Identity } from '../http/authentication.ts'
import { badRequest, RefusalError } from '../http/refusal.ts'
import { findAccount, grantedRoles, insertAccount, type StoredAccount } from './account-repository.ts'
import type { AttemptLimit } from './attempt-limit.ts'
import { normalisedEmail } from './email.ts'
import type { Passwords } from './passwords.ts'

/** Where those without an account get one. */
export const SIGN_UP_ROUTE = '/api/accounts'
/** The longest a token with a granted role is good, s: a revoked role is gone by then. Source: a guess; a long shift. */
const GRANTED_ROLE_SECONDS_MAX = 43_200

export interface SignInNeeds {
  readonly db: Db
  readonly tokens: AccessTokens
  readonly passwords: Passwords
  readonly attempts: AttemptLimit
  /** Lifetime of an account's token. */
  readonly accountTokenSeconds: number
}

/** Makes an account. `caller`: a guest keeps the user id (U2); null: somebody new. `address`: the caller's IP address. */
export async function signUp(
  needs: SignInNeeds,
  caller: Identity | null,
  address: string,
  wanted: NewAccount,
): Promise<Session> {
  const email = normalisedEmail(wanted.email)
  if (email === undefined) throw badRequest([{ path: '/email', message: 'is not an e-mail address' }])
  if (caller !== null && !isGuest(caller)) throw new RefusalError('FORBIDDEN', { detail: 'the token has an account' })
  await needs.attempts.count({ address, email })
  const account: StoredAccount = {
    userId: caller?.userId ?? newId(),
    email,
    name: wanted.name?.trim() ?? null,
    passwordHash: await needs.passwords.hash(wanted.password),
  }
  if (await insertAccount(needs.db, account)) return await newSession(needs, account)

  const known = await findAccount(needs.db, { email })
  if (known !== undefined && known.userId === caller?.userId) {
    // The same guest again: a retry whose first answer was lost.
    if (await needs.passwords.verify(wanted.password, known.passwordHash)) return await newSession(needs, known)
  }
  if (known !== undefined) throw new RefusalError('EMAIL_TAKEN')
  throw new RefusalError('FORBIDDEN', { detail: 'the token has an account' })
}

/** A token for who knows the password. The same answer and the same work, whether the e-mail is known or not (U4). */
export async function signIn(needs: SignInNeeds, address: string, given: NewSession): Promise<Session> {
  const known = normalisedEmail(given.email)
  const email = known ?? given.email
  await needs.attempts.count({ address, email })
  const account = await findAccount(needs.db, { email: known ?? '' })
  const isRight = await needs.passwords.verify(given.password, account?.passwordHash)
  if (account === undefined || !isRight) {
    throw new RefusalError('UNAUTHENTICATED', {
      detail: `no account has this e-mail and password; without an account: POST ${SIGN_UP_ROUTE} {email, password}`,
      signUp: SIGN_UP_ROUTE,
    })
  }
  await needs.attempts.forgive({ address, email })
  return await newSession(needs, account)
}

/** A guest's token names nobody with an account, whatever else it says. */
export const isGuest = ({ roles }: Identity): boolean => roles.length === 1 && roles[0] === 'guest'

async function newSession(needs: SignInNeeds, account: StoredAccount): Promise<Session> {
  const granted = await grantedRoles(needs.db, account.userId)
  const roles: Role[] = ['user', ...granted]
  const expiresInSeconds =
    granted.length === 0 ? needs.accountTokenSeconds : Math.min(needs.accountTokenSeconds, GRANTED_ROLE_SECONDS_MAX)
  return {
    userId: account.userId,
    token: await needs.tokens.issueToken({ userId: account.userId, role: roles, seconds: expiresInSeconds }),
    expiresInSeconds,
    roles,
    account: { email: account.email, name: account.name },
  }
}

/** The account of a token's user; null: none. */
export async function accountOf(db: Db, userId: UserId): Promise<Session['account'] | null> {
  const account = await findAccount(db, { userId })
  return account === undefined ? null : { email: account.email, name: account.name }
}
