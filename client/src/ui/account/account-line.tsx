import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Account } from '@seatcast/shared/protocol/account.ts'
import { currentAccount, signOut } from '../../connection/accounts-api.ts'
import { orderWords } from '../../i18n/order-words.ts'
import { AccountDialog, type AccountWish } from './account-dialog.tsx'

/** Who this browser is, and the way to an account or out of it. */
export function AccountLine() {
  const t = orderWords.value.account
  const account = useSignal<Account | null>(null)
  const wish = useSignal<AccountWish | null>(null)
  useEffect(() => {
    currentAccount().then(
      (known) => (account.value = known),
      () => undefined, // Nobody yet: shown as a guest.
    )
  }, [])
  const leave = (): void => {
    signOut()
    location.reload()
  }
  return (
    <div class="account-line">
      {account.value === null ? (
        <>
          <p class="muted">{t.guest}</p>
          <div class="actions">
            <button type="button" class="button" onClick={() => (wish.value = 'sign-in')}>
              {t.signIn}
            </button>
            <button type="button" class="button quiet" onClick={() => (wish.value = 'sign-up')}>
              {t.signUp}
            </button>
          </div>
        </>
      ) : (
        <>
          <p class="muted">{t.signedIn(account.value.name ?? account.value.email)}</p>
          <button type="button" class="button quiet" onClick={leave}>
            {t.signOut}
          </button>
        </>
      )}
      {wish.value !== null && (
        <AccountDialog
          wish={wish.value}
          onClose={() => (wish.value = null)}
          onDone={() => location.reload() /* everything read before was somebody else's, or a guest's */}
        />
      )}
    </div>
  )
}
