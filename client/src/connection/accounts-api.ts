import type { Account, ClaimedOrders, Session } from '@seatcast/shared/protocol/account.ts'
import type { Guest } from '@seatcast/shared/protocol/http.ts'
import { askPlainly } from './authorized.ts'
import { visitor } from './visitor.ts'

/** Who this browser is, with the account where it has one. */
type Visitor = Guest & { readonly account?: Account; readonly roles?: readonly string[] }

/** The account of this browser; null: a guest. */
export async function currentAccount(): Promise<Account | null> {
  return ((await visitor.current()) as Visitor).account ?? null
}

/** Makes an account of the guest that this browser is: same user, so holds and orders stay. */
export async function signUp(wish: { email: string; password: string; name?: string }): Promise<Account> {
  const before = (await visitor.current()) as Visitor
  const session = await askPlainly<Session>('/api/accounts', { method: 'POST', body: wish }, before.token)
  visitor.adopt(session)
  return session.account
}

/** Logs in; orders made here as a guest move to the account. */
export async function signIn(wish: { email: string; password: string }): Promise<Account> {
  const before = (await visitor.current()) as Visitor
  const session = await askPlainly<Session>('/api/sessions', { method: 'POST', body: wish }, null)
  visitor.adopt(session)
  if (before.account === undefined && before.userId !== session.userId) {
    const body = { guestToken: before.token }
    await askPlainly<ClaimedOrders>('/api/accounts/claim', { method: 'POST', body }, session.token).catch(
      () => undefined, // They stay where they are: their links still open them.
    )
  }
  return session.account
}

/** From now on a new guest. */
export function signOut(): void {
  visitor.adopt(null)
}
