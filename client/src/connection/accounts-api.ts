import type { Account, ClaimedOrders, Session } from '@seatcast/shared/protocol/account.ts'
import type { Guest } from '@seatcast/shared/protocol/http.ts'
import { askPlainly, RequestRefused } from './authorized.ts'
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

/**
 * Logs in; orders made here as a guest move to the account. Refuses with GROUP_BUSY and stays who one was, while a group that
 * one is in is being paid for and the account cannot take one's place: its host could do nothing more.
 */
export async function signIn(wish: { email: string; password: string }): Promise<Account> {
  const before = (await visitor.current()) as Visitor
  const session = await askPlainly<Session>('/api/sessions', { method: 'POST', body: wish }, null)
  if (before.account === undefined && before.userId !== session.userId) {
    const body = { guestToken: before.token }
    try {
      await askPlainly<ClaimedOrders>('/api/accounts/claim', { method: 'POST', body }, session.token)
    } catch (error) {
      if (!(error instanceof RequestRefused) || error.code === 'GROUP_BUSY') throw error
      // They stay where they are: their links still open them.
    }
  }
  visitor.adopt(session)
  return session.account
}

/** From now on a new guest. */
export function signOut(): void {
  visitor.adopt(null)
}
