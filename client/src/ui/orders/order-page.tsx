import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Order } from '@seatcast/shared/protocol/order.ts'
import { dateAndTime, money } from '../../i18n/format.ts'
import { localPath } from '../../i18n/language.ts'
import { orderWords } from '../../i18n/order-words.ts'
import { showTitle } from '../../i18n/show-title.ts'
import { AccountLine } from '../account/account-line.tsx'
import { OrderActions } from '../checkout/order-actions.tsx'
import { followOrder, type OrderFollower } from '../checkout/order-follower.ts'
import { named } from '../checkout/named-order.ts'
import { OrderSeats } from '../checkout/order-seats.tsx'
import { OrderStatusBlock } from '../checkout/order-status-block.tsx'
import { CAN_PAY } from '../checkout/order-view.ts'
import { PaymentForm } from '../checkout/payment-form.tsx'
import { openOrderHints } from './order-hints.ts'
import { OrderLink } from './order-link.tsx'
import { hallNames } from './hall-names.ts'
import { performanceOf } from './performance-titles.ts'
import '../styles/checkout.css'
import '../styles/orders.css'

/** Time to pay when the performance is not read yet, s. Source: the default of 10 minutes. */
const DEFAULT_PAYMENT_SECONDS = 600

/** One order, by its owner or by its secret link. */
export function OrderPage({ orderId }: { readonly orderId: string }) {
  const following = useSignal<OrderFollower | null>(null)
  useEffect(() => {
    const linkKey = new URLSearchParams(location.search).get('key')
    const hints = openOrderHints(() => void follower.readAgain())
    const follower = followOrder(orderId, { hints: (listener) => hints.onChanged(listener), linkKey })
    following.value = follower
    return () => {
      follower.close()
      hints.close()
    }
  }, [orderId])

  const t = orderWords.value
  const follower = following.value
  const order = follower?.order.value ?? null
  useEffect(() => {
    document.title = `${t.order.one} · Seatcast`
  }, [t])
  return (
    <>
      <a class="orders-back" href={localPath('/orders')}>
        {t.order.back}
      </a>
      {follower === null || order === null ? (
        <NotYet follower={follower} />
      ) : (
        <OpenOrder follower={follower} order={order} />
      )}
    </>
  )
}

function NotYet({ follower }: { readonly follower: OrderFollower | null }) {
  const t = orderWords.value
  const problem = follower?.problem.value ?? null
  return (
    <>
      <h1>{t.order.one}</h1>
      <p role="status">{problem === null ? t.checkout.reading : (t.problem[problem] ?? t.other(problem))}</p>
      {problem === 'NOT_FOUND' && <AccountLine />}
    </>
  )
}

function OpenOrder({ follower, order: read }: { readonly follower: OrderFollower; readonly order: Order }) {
  const t = orderWords.value
  const performance = performanceOf(read.performanceId)
  const order = named(read, hallNames(performance))
  const state = follower.view.value ?? 'open'
  const kept = order.seats.filter(({ released }) => !released).map(({ seat }) => seat)
  const map = `/p/${encodeURIComponent(order.performanceId)}`
  const go = (name: string, value: string): void => {
    const url = new URL(localPath(map), location.href)
    url.searchParams.set(name, value)
    location.assign(url)
  }
  return (
    <article data-order={order.id} data-order-view={state}>
      <header class="order-head">
        <h1>{performance === null ? t.order.one : showTitle(performance.show)}</h1>
        {performance !== null && <p>{dateAndTime(performance.startsAt)}</p>}
        <p class="muted">{t.order.placed(dateAndTime(order.createdAt))}</p>
        <p class="muted order-number">{t.order.number(order.id)}</p>
      </header>
      <div class="order-columns">
        <section class="checkout order-card">
          <OrderStatusBlock
            follower={follower}
            order={order}
            state={state}
            paymentSeconds={performance?.paymentSeconds ?? DEFAULT_PAYMENT_SECONDS}
          />
          {CAN_PAY[state] && <PaymentForm follower={follower} order={order} again={state === 'failed'} />}
          <OrderActions
            follower={follower}
            order={order}
            state={state}
            onShow={() => go('seats', kept.join())}
            onChange={() => go('change', order.id)}
          />
        </section>
        <section class="order-card">
          <OrderSeats order={order} colorOf={(zoneId) => performance?.zones.find(({ id }) => id === zoneId)?.color} />
          {order.payments.length > 0 && (
            <div class="payments">
              <h2>{t.order.payments}</h2>
              <ul>
                {order.payments.map((payment) => (
                  <li key={payment.id}>
                    <span>{t.order.methodOf(payment.method)}</span>
                    <span class="muted">{t.order.payment[payment.status] ?? payment.status}</span>
                    <span class="price">{money(payment.amount, order.currency)}</span>
                    {payment.refunded > 0 && (
                      <span class="muted payment-refund">
                        {t.checkout.returnedSoFar(money(payment.refunded, order.currency))}
                      </span>
                    )}
                  </li>
                ))}
              </ul>
            </div>
          )}
          <OrderLink orderId={order.id} />
        </section>
      </div>
    </article>
  )
}
