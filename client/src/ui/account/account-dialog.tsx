import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { signIn, signUp } from '../../connection/accounts-api.ts'
import { RequestRefused, type RequestProblem } from '../../connection/authorized.ts'
import { words } from '../../i18n/language.ts'
import { orderWords } from '../../i18n/order-words.ts'
import { Icon } from '../frame/icon.tsx'

export type AccountWish = 'sign-in' | 'sign-up'

/** Fewest characters of a new password. Source: shared/src/protocol/account.ts. */
const PASSWORD_MIN = 8

interface AccountDialogProps {
  readonly wish: AccountWish
  readonly onClose: () => void
  readonly onDone: () => void
}

type DialogProblem = RequestProblem | 'WRONG' | 'BAD_EMAIL' | 'SHORT_PASSWORD'

/** Log in or create an account; never needed to buy. A failed login says how to sign up. */
export function AccountDialog({ wish, onClose, onDone }: AccountDialogProps) {
  const t = orderWords.value.account
  const dialog = useRef<HTMLDialogElement>(null)
  const mode = useSignal(wish)
  const email = useSignal('')
  const password = useSignal('')
  const name = useSignal('')
  const working = useSignal(false)
  const problem = useSignal<DialogProblem | null>(null)
  const joining = mode.value === 'sign-up'
  useEffect(() => {
    dialog.current?.showModal()
  }, [])

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    if (working.value) return
    if (!/^\S+@\S+$/.test(email.value.trim())) {
      problem.value = 'BAD_EMAIL'
      return
    }
    if (joining && password.value.length < PASSWORD_MIN) {
      problem.value = 'SHORT_PASSWORD'
      return
    }
    working.value = true
    problem.value = null
    const wished = { email: email.value.trim(), password: password.value }
    try {
      if (joining) await signUp({ ...wished, ...(name.value.trim() === '' ? {} : { name: name.value.trim() }) })
      else await signIn(wished)
      onDone()
    } catch (error) {
      if (!(error instanceof RequestRefused)) throw error
      problem.value = !joining && error.code === 'UNAUTHENTICATED' ? 'WRONG' : error.code
    } finally {
      working.value = false
    }
  }
  const swap = (): void => {
    mode.value = joining ? 'sign-in' : 'sign-up'
    problem.value = null
  }
  return (
    <dialog ref={dialog} class="account-dialog" aria-labelledby="account-title" onClose={onClose}>
      <form noValidate onSubmit={(event) => void submit(event)}>
        <h2 id="account-title">{joining ? t.signUp : t.signIn}</h2>
        <button
          type="button"
          class="icon-button close"
          aria-label={words.value.close}
          onClick={() => dialog.current?.close()}
        >
          <Icon name="close" />
        </button>
        <p class="muted">{joining ? t.keeps : t.optional}</p>
        <label class="field">
          <span>{t.email}</span>
          <input
            type="email"
            autocomplete="email"
            value={email.value}
            aria-invalid={problem.value === 'BAD_EMAIL'}
            onInput={(event) => (email.value = event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>{joining ? t.newPassword : t.password}</span>
          <input
            type="password"
            autocomplete={joining ? 'new-password' : 'current-password'}
            value={password.value}
            aria-invalid={problem.value === 'SHORT_PASSWORD'}
            onInput={(event) => (password.value = event.currentTarget.value)}
          />
        </label>
        {joining && (
          <label class="field">
            <span>{t.name}</span>
            <input
              type="text"
              autocomplete="name"
              value={name.value}
              onInput={(event) => (name.value = event.currentTarget.value)}
            />
          </label>
        )}
        {problem.value !== null && (
          <div class="checkout-problem" role="alert">
            <p>{said(problem.value)}</p>
            {problem.value === 'WRONG' && <p>{t.noAccount}</p>}
          </div>
        )}
        <button type="submit" class="button primary big" aria-disabled={working.value}>
          {working.value ? t.working : joining ? t.signUp : t.signIn}
        </button>
        <button type="button" class="button quiet" onClick={swap}>
          {joining ? t.haveAccount : t.signUp}
        </button>
      </form>
    </dialog>
  )
}

function said(problem: DialogProblem): string {
  const { account, problem: problems, other } = orderWords.value
  if (problem === 'WRONG') return account.wrong
  if (problem === 'GROUP_BUSY') return account.groupPays
  if (problem === 'BAD_EMAIL') return account.badEmail
  return problem === 'SHORT_PASSWORD' ? account.shortPassword : (problems[problem] ?? other(problem))
}
