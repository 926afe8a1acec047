import { useSignalEffect } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import type { OrderPlaced } from '@seatcast/shared/protocol/order.ts'
import { RequestRefused, type RequestProblem } from '../../connection/authorized.ts'
import { placeOrder } from '../../connection/orders-api.ts'
import { orderWords } from '../../i18n/order-words.ts'
import type { PerformanceSession } from '../performance/performance-session.ts'
import type { ViewState } from '../performance/view-state.ts'
import { ChangeSeats } from './change-seats.tsx'
import type { Checkout } from './checkout.ts'
import { followOrder, YOUNG_MS, type OrderFollower } from './order-follower.ts'
import { named } from './named-order.ts'
import { OrderSeats } from './order-seats.tsx'
import { OrderStatusBlock } from './order-status-block.tsx'
import { CAN_PAY } from './order-view.ts'
import { OrderActions } from './order-actions.tsx'
import { PaymentForm } from './payment-form.tsx'
import '../styles/checkout.css'

/** Places an order; a refusal is a value: the page has words for it. */
export async function placeHold(
  performanceId: string,
  holdId: string,
  seats: readonly number[],
): Promise<OrderPlaced | { readonly code: RequestProblem }> {
  try {
    return await placeOrder(performanceId, holdId, seats)
  } catch (error) {
    if (!(error instanceof RequestRefused)) throw error
    return { code: error.code }
  }
}

interface CheckoutPanelProps {
  readonly session: PerformanceSession
  readonly view: ViewState
  readonly checkout: Checkout
  readonly orderId: string
}

/** An order beside the map: what it costs, how long it waits, how to pay, and how it ended. */
export function CheckoutPanel({ session, view, checkout, orderId }: CheckoutPanelProps) {
  const follower = useFollower(session, checkout, orderId)
  const t = orderWords.value
  const order = named(follower.order.value, session.book.nameOf)
  // A phone's sheet comes up once for an order that opened by itself.
  useEffect(() => {
    view.sheetOpen.value = true
  }, [orderId])
  useKeptInSight(follower, checkout)
  useSignalEffect(() => {
    checkout.state.value = follower.view.value
    return () => (checkout.state.value = null)
  })
  useSignalEffect(() => {
    if (session.connection.value === 'live') void follower.readAgain()
  })
  if (order === null) {
    return (
      <section class="card checkout" aria-busy={follower.problem.value === null}>
        <h2>{t.checkout.title}</h2>
        <p class="muted" role="status">
          {follower.problem.value === null ? t.checkout.reading : t.problem[follower.problem.value]}
        </p>
        {follower.problem.value !== null && (
          <button type="button" class="button" onClick={() => checkout.dismiss()}>
            {t.checkout.close}
          </button>
        )}
      </section>
    )
  }
  if (checkout.changing.value) {
    return <ChangeSeats session={session} view={view} checkout={checkout} follower={follower} order={order} />
  }
  const state = follower.view.value ?? 'open'
  const shared = isShare(session, orderId)
  return (
    <section class="card checkout" aria-labelledby="checkout-title" data-order={orderId} data-order-view={state}>
      <OrderStatusBlock
        follower={follower}
        order={order}
        state={state}
        paymentSeconds={session.performance.paymentSeconds}
        shared={shared}
      />
      <OrderSeats order={order} colorOf={(zoneId) => session.book.zones.find(({ id }) => id === zoneId)?.color} />
      {CAN_PAY[state] && <PaymentForm follower={follower} order={order} again={state === 'failed'} shared={shared} />}
      <OrderActions
        follower={follower}
        order={order}
        state={state}
        onShow={() => {
          view.sheetOpen.value = false
          view.map.value?.focusSeats(order.seats.filter(({ released }) => !released).map(({ seat }) => seat))
        }}
        onChange={() => (checkout.changing.value = true)}
        onClose={() => checkout.dismiss()}
        fixed={session.group.isOpen.value && session.group.view.value?.payment?.myOrderId === orderId}
      />
    </section>
  )
}

/** Whether the order is one of several that are sold together or not at all. */
function isShare({ group }: PerformanceSession, orderId: string): boolean {
  const view = group.view.value
  return view !== null && view.rule !== 'one_pays' && view.status !== 'sold' && view.payment?.myOrderId === orderId
}

/** What happens to the order is seen: its state comes into view, and takes the focus of a button that went away. */
function useKeptInSight(follower: OrderFollower, checkout: Checkout): void {
  const asked = useRef(checkout.placed.peek()?.id === follower.orderId)
  useSignalEffect(() => {
    const state = follower.view.value
    if (state === null || checkout.changing.value) return
    const wasAsked = asked.current
    asked.current = true
    requestAnimationFrame(() => {
      const title = document.getElementById('checkout-title')
      if (title === null || !wasAsked) return
      title.closest('.panel-content')?.scrollTo({ top: 0 })
      title.closest('.panel')?.scrollTo({ top: 0 })
      if (document.activeElement === document.body || document.activeElement === null) {
        title.focus({ preventScroll: true })
      }
    })
  })
}

/** Placed within the last moments, as far as the map knows. */
function isYoung({ orders, performance: sale }: PerformanceSession, orderId: string): boolean {
  const deadlineMs = orders.peek().find((order) => order.orderId === orderId)?.deadlineMs ?? null
  return deadlineMs !== null && deadlineMs - performance.now() > sale.paymentSeconds * 1_000 - YOUNG_MS
}

function useFollower(session: PerformanceSession, checkout: Checkout, orderId: string): OrderFollower {
  const follower = useMemo(() => {
    const placed = checkout.placed.peek()
    return followOrder(orderId, {
      hints: (listener) => session.onOrderChanged(listener),
      onOrder: (order) => session.takeOrder(order),
      ...(placed?.id === orderId ? { first: placed } : { young: isYoung(session, orderId) }),
    })
  }, [session, orderId])
  useEffect(() => () => follower.close(), [follower])
  return follower
}
