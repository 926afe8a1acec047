import { batch, useSignal, useSignalEffect } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Order } from '@seatcast/shared/protocol/order.ts'
import { RequestRefused, type RequestProblem } from '../../connection/authorized.ts'
import { changeSeats, type PaymentChoice } from '../../connection/orders-api.ts'
import { money } from '../../i18n/format.ts'
import { words } from '../../i18n/language.ts'
import { orderWords } from '../../i18n/order-words.ts'
import { Icon } from '../frame/icon.tsx'
import type { PerformanceSession } from '../performance/performance-session.ts'
import { placeInSection, priceOf, spokenPlace } from '../performance/seat-words.ts'
import type { ViewState } from '../performance/view-state.ts'
import type { Checkout } from './checkout.ts'
import { lastFailure } from './order-view.ts'
import type { OrderFollower } from './order-follower.ts'
import { PayForm } from './payment-form.tsx'

interface ChangeSeatsProps {
  readonly session: PerformanceSession
  readonly view: ViewState
  readonly checkout: Checkout
  readonly follower: OrderFollower
  readonly order: Order
}

/** Other seats for an order: which of its seats go, which come, what it costs; done in one step or not at all. */
export function ChangeSeats({ session, view, checkout, follower, order }: ChangeSeatsProps) {
  const t = orderWords.value.change
  const { seat: place } = words.value
  const kept = order.seats.filter(({ released }) => !released)
  const keeping = useSignal<ReadonlySet<number>>(new Set())
  const working = useSignal(false)
  const problem = useSignal<RequestProblem | 'TAKEN_MEANWHILE' | null>(null)
  /** Why the difference was not paid, in words. */
  const unpaid = useSignal<string | null>(null)
  const wish = session.wish.value ?? []
  const release = kept.filter(({ seat }) => !keeping.value.has(seat))

  useEffect(() => {
    session.wish.value = []
    // Phones: the seats are chosen on the map, which the sheet covers.
    view.sheetOpen.value = false
    view.map.value?.focusSeats(kept.map(({ seat }) => seat))
    return () => {
      session.wish.value = null
    }
  }, [session, order.id])
  useSignalEffect(() => {
    void session.mapVersion.value
    const wished = session.wish.value ?? []
    const free = wished.filter((seat) => session.store.statuses[seat] === 0 || session.hold.value.seats.includes(seat))
    if (free.length === wished.length || working.peek()) return
    batch(() => {
      session.wish.value = free
      problem.value = 'TAKEN_MEANWHILE'
    })
  })

  const worth = wish.reduce((sum, seat) => sum + (session.book.facts(seat).zone?.price ?? 0), 0)
  const difference = worth - release.reduce((sum, { price }) => sum + price, 0)
  const ready = release.length > 0 && wish.length === release.length
  const possible = follower.owned.value && order.cancellable && (order.status === 'pending' || order.status === 'paid')
  const stop = (): void => {
    checkout.changing.value = false
  }
  const toggle = (seat: number): void => {
    const next = new Set(keeping.value)
    if (!next.delete(seat)) next.add(seat)
    keeping.value = next
  }
  /** Throws what refused it. */
  const change = async (choice?: PaymentChoice): Promise<void> => {
    batch(() => {
      working.value = true
      problem.value = null
      unpaid.value = null
    })
    try {
      const answer = await changeSeats(order, {
        release: release.map(({ seat }) => seat).toSorted((a, b) => a - b),
        take: wish.toSorted((a, b) => a - b),
        ...choice,
      })
      batch(() => {
        follower.take(answer.order)
        if (answer.payment === undefined) return stop()
        const failure = lastFailure([answer.payment])
        unpaid.value = failure === null ? t.unanswered : orderWords.value.failure(failure)
      })
    } finally {
      working.value = false
    }
  }
  const confirm = async (): Promise<void> => {
    if (working.value || !ready) return
    try {
      await change()
    } catch (error) {
      if (!(error instanceof RequestRefused)) throw error
      problem.value = error.code
      await follower.readAgain()
    }
  }
  if (!possible) {
    return (
      <section class="card checkout">
        <h2>{t.title}</h2>
        <p role="status">{t.impossible}</p>
        <button type="button" class="button" onClick={stop}>
          {words.value.close}
        </button>
      </section>
    )
  }
  return (
    <section class="card checkout change-seats" aria-labelledby="change-title" data-changing={order.id}>
      <h2 id="change-title">{t.title}</h2>
      <p class="muted">{t.text}</p>
      <fieldset>
        <legend>{t.release}</legend>
        <ul>
          {kept.map(({ seat, section, row, number, price }) => (
            <li key={seat}>
              <label class="check">
                <input type="checkbox" checked={!keeping.value.has(seat)} onChange={() => toggle(seat)} />
                <span>
                  {section} · {place.row(row)} · {place.number(number)}
                </span>
                <span class="price">{money(price, order.currency)}</span>
              </label>
            </li>
          ))}
        </ul>
      </fieldset>
      <div class="wished" role="group" aria-label={t.take}>
        <h3>{t.take}</h3>
        {wish.length === 0 && <p class="muted">{t.none}</p>}
        <ul>
          {wish.map((seat) => {
            const facts = session.book.facts(seat)
            return (
              <li key={seat}>
                <span class="my-seat-place">
                  <span class="muted">{facts.section}</span>
                  <span>{placeInSection(facts)}</span>
                </span>
                <span class="price">{priceOf(facts)}</span>
                <button
                  type="button"
                  class="icon-button"
                  aria-label={t.remove(spokenPlace(facts))}
                  title={t.remove(spokenPlace(facts))}
                  onClick={() => (session.wish.value = wish.filter((other) => other !== seat))}
                >
                  <Icon name="close" size={18} />
                </button>
              </li>
            )
          })}
        </ul>
      </div>
      <p class="total" role="status">
        <span>{ready ? t.difference : t.sameCount(release.length)}</span>
        {ready && (
          <strong>
            {difference === 0
              ? t.same
              : difference > 0
                ? t.toPay(money(difference, order.currency))
                : t.back(money(-difference, order.currency))}
          </strong>
        )}
      </p>
      {problem.value !== null && (
        <p class="checkout-problem" role="alert">
          {problem.value === 'TAKEN_MEANWHILE'
            ? t.takenMeanwhile
            : (orderWords.value.problem[problem.value] ?? orderWords.value.other(problem.value))}
        </p>
      )}
      {unpaid.value !== null && (
        <p class="checkout-problem" role="alert">
          {unpaid.value}
        </p>
      )}
      {ready && difference > 0 && order.status === 'paid' ? (
        <PayForm
          amount={difference}
          currency={order.currency}
          walletVersion={`${order.payments.length}:${order.amount}`}
          label={t.payAndChange(money(difference, order.currency))}
          pay={change}
          onRefused={() => follower.readAgain()}
        />
      ) : (
        <button
          type="button"
          class="button primary big"
          disabled={!ready}
          aria-disabled={working.value}
          onClick={() => void confirm()}
        >
          {working.value ? t.changing : t.confirm}
        </button>
      )}
      <button type="button" class="button quiet" onClick={stop}>
        {t.abort}
      </button>
    </section>
  )
}
