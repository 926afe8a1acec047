import { batch, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Order, Wallet } from '@seatcast/shared/protocol/order.ts'
import { RequestRefused, type RequestProblem } from '../../connection/authorized.ts'
import { payOrder, readWallet, type PaymentChoice } from '../../connection/orders-api.ts'
import { money } from '../../i18n/format.ts'
import { orderWords } from '../../i18n/order-words.ts'
import { Picker } from '../frame/picker.tsx'
import type { OrderFollower } from './order-follower.ts'

/** How soon the wallet is read again when it could not be, ms. Source: a guess. */
const WALLET_AGAIN_MS = 4_000

interface PayFormProps {
  /** Minor units. */
  readonly amount: number
  readonly currency: string
  /** The wallet is read again when it changes. */
  readonly walletVersion: string
  /** On the button. */
  readonly label: string
  /** Beside the ways to pay, when they do not take the money for good at once. */
  readonly notes?: { readonly wallet: string; readonly card: string } | undefined
  readonly pay: (choice: PaymentChoice) => Promise<void>
  /** A refusal was met: whatever it was, what is paid for says whether it was paid after all. */
  readonly onRefused: () => Promise<void>
}

interface PaymentFormProps {
  readonly follower: OrderFollower
  readonly order: Order
  /** A payment has failed before. */
  readonly again: boolean
  /** A share among friends: reserved or charged now, for good when everybody has paid. */
  readonly shared?: boolean
}

/** Pays an order. */
export function PaymentForm({ follower, order, again, shared = false }: PaymentFormProps) {
  const t = orderWords.value
  const { amount, currency } = order
  const sum = money(amount, currency)
  return (
    <PayForm
      amount={amount}
      currency={currency}
      walletVersion={`${order.payments.length}:${amount}`}
      label={again ? t.checkout.payAgain(sum) : t.checkout.pay(sum)}
      notes={shared ? t.share : undefined}
      pay={async (choice) => follower.take((await payOrder(order, choice)).order)}
      onRefused={() => follower.readAgain()}
    />
  )
}

/** Ways to pay and one button; pressed twice, over a lost answer or a reload, it pays once. */
export function PayForm({ amount, currency, walletVersion, label, notes, pay: ask, onRefused }: PayFormProps) {
  const t = orderWords.value
  const wallet = useWallet(currency, walletVersion)
  const chosen = useSignal<'wallet' | 'card' | null>(null)
  const card = useSignal('ok')
  const paying = useSignal(false)
  const problem = useSignal<RequestProblem | null>(null)

  const balance = wallet === null ? null : (wallet.balances.find((one) => one.currency === currency)?.balance ?? 0)
  const enough = balance === null || balance >= amount
  const cards = wallet?.sandboxCards ?? []
  const method = chosen.value ?? (enough || cards.length === 0 ? 'wallet' : 'card')

  const pay = async (event: Event): Promise<void> => {
    event.preventDefault()
    if (paying.value || (method === 'wallet' && !enough)) return
    const choice: PaymentChoice =
      method === 'wallet' ? { method } : { method, ...(cards.length === 0 ? {} : { card: card.value }) }
    batch(() => {
      paying.value = true
      problem.value = null
    })
    try {
      await ask(choice)
    } catch (error) {
      if (!(error instanceof RequestRefused)) throw error
      problem.value = error.code
      await onRefused()
    } finally {
      paying.value = false
    }
  }
  return (
    <form class="payment" onSubmit={(event) => void pay(event)}>
      <fieldset>
        <legend>{t.checkout.method}</legend>
        <label class="method">
          <input
            type="radio"
            name="method"
            value="wallet"
            checked={method === 'wallet'}
            disabled={!enough}
            onChange={() => (chosen.value = 'wallet')}
          />
          <span class="method-name">{t.checkout.wallet}</span>
          {balance !== null && <strong class="balance">{t.checkout.balance(money(balance, currency))}</strong>}
          <span class="method-hint muted">
            {balance === null
              ? t.checkout.noBalance
              : enough
                ? t.checkout.after(money(balance - amount, currency))
                : t.checkout.tooLittle}
            {notes !== undefined && <span class="method-note">{notes.wallet}</span>}
          </span>
        </label>
        {cards.length > 0 && (
          <label class="method">
            <input
              type="radio"
              name="method"
              value="card"
              checked={method === 'card'}
              onChange={() => (chosen.value = 'card')}
            />
            <span class="method-name">{t.checkout.card}</span>
            <span class="method-hint muted">
              {t.checkout.sandbox}
              {notes !== undefined && <span class="method-note">{notes.card}</span>}
            </span>
          </label>
        )}
      </fieldset>
      {method === 'card' && cards.length > 0 && (
        <Picker
          label={t.checkout.behaviour}
          value={card.value}
          choices={cards.map((value) => ({ value, label: t.checkout.behaviourOf(value) }))}
          onChoose={(value) => (card.value = value)}
        />
      )}
      {problem.value !== null && (
        <p class="checkout-problem" role="alert">
          {t.problem[problem.value] ?? t.other(problem.value)}
        </p>
      )}
      <button
        type="submit"
        class="button primary big pay"
        aria-disabled={paying.value || (method === 'wallet' && !enough)}
        aria-busy={paying.value}
      >
        {paying.value ? t.checkout.paying : label}
      </button>
    </form>
  )
}

/** What can be paid with; read again when `version` changes. null: not known. */
function useWallet(currency: string, version: string): Wallet | null {
  const wallet = useSignal<Wallet | null>(null)
  useEffect(() => {
    let left = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const read = async (): Promise<void> => {
      try {
        const answer = await readWallet(currency)
        if (!left) wallet.value = answer
      } catch (error) {
        if (!(error instanceof RequestRefused)) throw error
        if (!left) timer = setTimeout(() => void read(), WALLET_AGAIN_MS)
      }
    }
    void read()
    return () => {
      left = true
      clearTimeout(timer)
    }
  }, [currency, version])
  return wallet.value
}
