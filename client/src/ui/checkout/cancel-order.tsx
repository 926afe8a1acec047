import { batch, useSignal } from '@preact/signals'
import type { Order } from '@seatcast/shared/protocol/order.ts'
import { RequestRefused, type RequestProblem } from '../../connection/authorized.ts'
import { cancelOrder } from '../../connection/orders-api.ts'
import { money } from '../../i18n/format.ts'
import { words } from '../../i18n/language.ts'
import { orderWords } from '../../i18n/order-words.ts'
import type { OrderFollower } from './order-follower.ts'
import { paymentPhase } from './order-view.ts'

interface CancelOrderProps {
  readonly follower: OrderFollower
  readonly order: Order
  /** Only the whole order: there is no room for single seats. */
  readonly whole: boolean
}

/** Gives back the order or single seats of it, after asking once. */
export function CancelOrder({ follower, order, whole }: CancelOrderProps) {
  const t = orderWords.value.order
  const { seat: place } = words.value
  const asking = useSignal(false)
  const picking = useSignal(false)
  const picked = useSignal<ReadonlySet<number>>(new Set())
  const working = useSignal(false)
  const problem = useSignal<RequestProblem | null>(null)
  const kept = order.seats.filter(({ released }) => !released)
  if (!order.cancellable) return <p class="muted">{t.notCancellable}</p>

  const chosen = kept.filter(({ seat }) => !picking.value || picked.value.has(seat))
  const all = chosen.length === kept.length
  const worth = money(
    chosen.reduce((sum, { price }) => sum + price, 0),
    order.currency,
  )
  const toggle = (seat: number): void => {
    const next = new Set(picked.value)
    if (!next.delete(seat)) next.add(seat)
    picked.value = next
  }
  const cancel = async (): Promise<void> => {
    if (working.value) return
    batch(() => {
      working.value = true
      problem.value = null
    })
    try {
      follower.take(await cancelOrder(order, all ? null : chosen.map(({ seat }) => seat)))
      batch(() => {
        asking.value = false
        picking.value = false
        picked.value = new Set()
      })
    } catch (error) {
      if (!(error instanceof RequestRefused)) throw error
      problem.value = error.code
      await follower.readAgain()
    } finally {
      working.value = false
    }
  }
  return (
    <div class="cancel-order">
      {picking.value && (
        <ul>
          {kept.map(({ seat, section, row, number, price }) => (
            <li key={seat}>
              <label class="check">
                <input type="checkbox" checked={picked.value.has(seat)} onChange={() => toggle(seat)} />
                <span class="visually-hidden">{t.pick(place.spoken(section, row, number))}</span>
                <span aria-hidden="true">
                  {section} · {place.row(row)} · {place.number(number)}
                </span>
                <span class="price">{money(price, order.currency)}</span>
              </label>
            </li>
          ))}
        </ul>
      )}
      {asking.value ? (
        <div class="ask" role="group" aria-labelledby="ask-cancel">
          <p id="ask-cancel">
            {order.status === 'paid' ? t.surePaid(chosen.length, worth) : t.sureUnpaid(chosen.length)}
            {order.status !== 'paid' && all && paymentPhase(order.payments) === 'running' && <> {t.surePaying}</>}
          </p>
          <div class="actions">
            <button type="button" class="button danger" aria-disabled={working.value} onClick={() => void cancel()}>
              {working.value ? t.cancelling : t.yes}
            </button>
            <button type="button" class="button" onClick={() => (asking.value = false)}>
              {t.no}
            </button>
          </div>
        </div>
      ) : (
        <div class="actions">
          {picking.value ? (
            <>
              <button type="button" class="button" disabled={chosen.length === 0} onClick={() => (asking.value = true)}>
                {t.cancelSome(chosen.length)}
              </button>
              <button type="button" class="button quiet" onClick={() => (picking.value = false)}>
                {t.no}
              </button>
            </>
          ) : (
            <>
              <button type="button" class="button quiet" onClick={() => (asking.value = true)}>
                {t.cancelAll}
              </button>
              {!whole && kept.length > 1 && (
                <button type="button" class="button quiet" onClick={() => (picking.value = true)}>
                  {t.chooseToCancel}
                </button>
              )}
            </>
          )}
        </div>
      )}
      {problem.value !== null && (
        <p class="checkout-problem" role="alert">
          {orderWords.value.problem[problem.value] ?? orderWords.value.other(problem.value)}
        </p>
      )}
    </div>
  )
}
