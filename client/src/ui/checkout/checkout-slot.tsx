import { useEffect } from 'preact/hooks'
import { words } from '../../i18n/language.ts'
import { isUnpaid } from '../../store/my-orders.ts'
import { Icon } from '../frame/icon.tsx'
import { Later } from '../frame/later.tsx'
import type { NoticeCode } from '../performance/notice.ts'
import type { PerformanceSession } from '../performance/performance-session.ts'
import type { ViewState } from '../performance/view-state.ts'
import type { Checkout } from './checkout.ts'
import { loadCheckout } from './load-checkout.ts'
import { isSecured } from './secured.ts'

interface CheckoutSlotProps {
  readonly session: PerformanceSession
  readonly view: ViewState
  readonly checkout: Checkout
}

const loadPanel = async () => (await loadCheckout()).CheckoutPanel

/** Where the order stands beside the map; empty without one. */
export function CheckoutSlot({ session, view, checkout }: CheckoutSlotProps) {
  const orderId = checkout.openId.value
  return (
    <>
      {orderId !== null && <Later key={orderId} load={loadPanel} props={{ session, view, checkout, orderId }} />}
      <OtherOrders session={session} checkout={checkout} />
    </>
  )
}

/** My orders on this map that are not open: one tap opens them. */
function OtherOrders({ session, checkout }: Omit<CheckoutSlotProps, 'view'>) {
  const t = words.value
  const others = session.orders.value.filter(({ orderId }) => orderId !== checkout.openId.value)
  if (others.length === 0 || checkout.changing.value) return null
  const open = { orderId: checkout.openId.value, state: checkout.state.value }
  return (
    <section class="card other-orders" aria-labelledby="other-orders">
      <h2 id="other-orders">{t.checkout.myOrders}</h2>
      <ul>
        {others.map((order) => (
          <li key={order.orderId}>
            <button type="button" class="offer" onClick={() => checkout.look(order.orderId)}>
              <span>
                <Icon name={isUnpaid(order) ? 'clock' : 'ticket'} size={18} />
                {isSecured(order, open, session.group.view.value)
                  ? t.checkout.secured
                  : isUnpaid(order)
                    ? t.checkout.toPay
                    : t.checkout.bought}
              </span>
              <strong>{t.mySeats.count(order.seats.length)}</strong>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** One button below my seats: the hold becomes an order. */
export function ContinueToPayment({ session, checkout }: Omit<CheckoutSlotProps, 'view'>) {
  const t = words.value
  const { seats } = session.hold.value
  const some = seats.length > 0
  useEffect(() => {
    // Meanwhile: who holds seats will want to pay.
    if (some) loadCheckout().catch(() => undefined)
  }, [some])
  if (!some || session.wish.value !== null) return null
  const problem = checkout.problem.value
  const placing = checkout.placing.value
  const known = problem !== null && problem in t.notice.text
  return (
    <section class="card checkout-go" aria-label={t.checkout.go}>
      <button type="button" class="button primary big" aria-disabled={placing} onClick={() => void checkout.place()}>
        {placing ? t.checkout.going : t.checkout.go}
      </button>
      {problem !== null && (
        <p class="checkout-problem" role="alert">
          {t.notice.text[known ? (problem as NoticeCode) : 'BAD_REQUEST']({
            count: seats.length,
            maxSeats: session.performance.maxSeatsPerBuyer,
            wait: '',
            sale: session.sale.value.status,
          })}
        </p>
      )}
    </section>
  )
}
