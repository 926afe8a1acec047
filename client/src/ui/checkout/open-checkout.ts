import { batch, effect, signal } from '@preact/signals'
import type { Order } from '@seatcast/shared/protocol/order.ts'
import { isUnpaid } from '../../store/my-orders.ts'
import type { PerformanceSession } from '../performance/performance-session.ts'
import type { ViewState } from '../performance/view-state.ts'
import type { Checkout } from './checkout.ts'
import { loadCheckout } from './load-checkout.ts'
import type { OrderView } from './order-view.ts'

/** Address of the map that changes an order's seats: `/p/<id>?change=<orderId>`; one that points seats out: `?seats=1,2`. */
const asked = (name: string): string | null => new URLSearchParams(location.search).get(name)

export function openCheckout(session: PerformanceSession, view: ViewState): Checkout {
  const openId = signal<string | null>(asked('change'))
  const changing = signal(openId.value !== null)
  const state = signal<OrderView | null>(null)
  const placed = signal<Order | null>(null)
  const placing = signal(false)
  const problem = signal<string | null>(null)
  const dismissed = new Set<string>()

  const pointed = (asked('seats') ?? '').split(',').map(Number).filter(Number.isInteger)
  view.pointedAt.value = asked('seats') === null ? [] : pointed.filter((seat) => seat in session.store.statuses)

  // After a reload, or when another tab placed it: an order that waits for payment opens by itself.
  effect(() => {
    if (placing.value) return // the answer opens it
    const waiting = session.orders.value.find((order) => isUnpaid(order) && !dismissed.has(order.orderId))
    if (waiting !== undefined && openId.peek() === null) openId.value = waiting.orderId
  })
  // Once: the seats that the address points out.
  effect(() => {
    const map = view.map.value
    if (map !== null && session.hasMap.value && view.pointedAt.peek().length > 0) map.focusSeats(view.pointedAt.peek())
  })

  // They are pointed out until the buyer goes on to seats of their own.
  effect(() => {
    if (session.hold.value.seats.length > 0) view.pointedAt.value = []
  })

  // It had ended and was put aside, and is paid after all (P10): that is said at once.
  session.onOrderChanged(({ orderId, status }) => {
    const isMine = session.orders.peek().some((order) => order.orderId === orderId)
    if (status === 'paid' && !isMine && dismissed.has(orderId) && openId.peek() === null) openId.value = orderId
  })

  return {
    openId,
    state,
    placed,
    changing,
    placing,
    problem,
    async place() {
      const { holdId, seats } = session.hold.value
      if (placing.value || holdId === null) return
      batch(() => {
        placing.value = true
        problem.value = null
      })
      try {
        const { placeHold } = await loadCheckout()
        const answer = await placeHold(session.performance.id, holdId, seats)
        batch(() => {
          if ('code' in answer) {
            problem.value = answer.code
            session.readAgain()
            return
          }
          placed.value = answer.order
          openId.value = answer.order.id
          changing.value = false
          view.sheetOpen.value = true
          session.takeOrder(answer.order, { epoch: answer.epoch, revision: answer.revision })
        })
      } catch {
        problem.value = 'NO_ANSWER' // The chunk did not come: nothing was asked yet.
      } finally {
        placing.value = false
      }
    },
    look(orderId) {
      batch(() => {
        openId.value = orderId
        changing.value = false
        problem.value = null
      })
    },
    dismiss() {
      batch(() => {
        if (openId.value !== null) dismissed.add(openId.value)
        openId.value = null
        placed.value = null
        changing.value = false
        problem.value = null
        view.pointedAt.value = []
      })
      const url = new URL(location.href)
      url.searchParams.delete('change')
      url.searchParams.delete('seats')
      history.replaceState(history.state, '', url)
    },
  }
}
