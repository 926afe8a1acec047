import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Order } from '@seatcast/shared/protocol/order.ts'
import { RequestRefused, type RequestProblem } from '../../connection/authorized.ts'
import { listOrders } from '../../connection/orders-api.ts'
import { dateAndTime, money } from '../../i18n/format.ts'
import { localPath, words } from '../../i18n/language.ts'
import { orderWords } from '../../i18n/order-words.ts'
import { showTitle } from '../../i18n/show-title.ts'
import { AccountLine } from '../account/account-line.tsx'
import { openOrderHints } from './order-hints.ts'
import { OrderBadge } from './order-badge.tsx'
import { performanceOf } from './performance-titles.ts'
import '../styles/checkout.css'
import '../styles/orders.css'

interface ListState {
  readonly orders: readonly Order[] | null
  readonly nextCursor: string | null
  readonly problem: RequestProblem | null
}

/** All orders of this buyer, newest first. */
export function OrdersPage() {
  const list = useSignal<ListState>({ orders: null, nextCursor: null, problem: null })
  const read = async (cursor: string | null): Promise<void> => {
    try {
      const page = await listOrders(cursor)
      const before = cursor === null ? [] : (list.value.orders ?? [])
      list.value = { orders: [...before, ...page.orders], nextCursor: page.nextCursor, problem: null }
    } catch (error) {
      if (!(error instanceof RequestRefused)) throw error
      list.value = { ...list.value, problem: error.code }
    }
  }
  useEffect(() => {
    const first = (): void => void read(null)
    const hints = openOrderHints(first)
    const stop = hints.onChanged(first)
    const onVisible = (): void => {
      if (document.visibilityState === 'visible') first()
    }
    document.addEventListener('visibilitychange', onVisible)
    first()
    return () => {
      stop()
      hints.close()
      document.removeEventListener('visibilitychange', onVisible)
    }
  }, [])

  const t = orderWords.value
  useEffect(() => {
    document.title = `${t.order.title} · Seatcast`
  }, [t])
  const { orders, nextCursor, problem } = list.value
  return (
    <>
      <h1>{t.order.title}</h1>
      <AccountLine />
      {problem !== null && (
        <div class="orders-problem" role="alert">
          <p>{t.problem[problem] ?? t.other(problem)}</p>
          <button type="button" class="button" onClick={() => void read(null)}>
            {words.value.retry}
          </button>
        </div>
      )}
      {orders === null && problem === null && <p class="muted">{t.order.loading}</p>}
      {orders?.length === 0 && (
        <div class="orders-none">
          <p>{t.order.none}</p>
          <p class="muted">{t.order.noneHint}</p>
          <a class="button primary" href={localPath('/')}>
            {words.value.home}
          </a>
        </div>
      )}
      <ul class="order-list">
        {orders?.map((order) => (
          <OrderRow key={order.id} order={order} />
        ))}
      </ul>
      {nextCursor !== null && (
        <button type="button" class="button" onClick={() => void read(nextCursor)}>
          {t.order.more}
        </button>
      )}
    </>
  )
}

function OrderRow({ order }: { readonly order: Order }) {
  const t = orderWords.value
  const performance = performanceOf(order.performanceId)
  const kept = order.seats.filter(({ released }) => !released).length
  return (
    <li>
      <a class="order-row" href={localPath(`/orders/${encodeURIComponent(order.id)}`)} data-order={order.id}>
        <span class="order-row-title">
          <strong>{performance === null ? t.order.one : showTitle(performance.show)}</strong>
          <span>{performance === null ? '\u00a0' : dateAndTime(performance.startsAt)}</span>
        </span>
        <OrderBadge order={order} />
        <span class="order-row-sum">
          <span>{t.checkout.count(kept)}</span>
          <strong>{money(order.amount, order.currency)}</strong>
        </span>
        <span class="muted order-row-when">{t.order.placed(dateAndTime(order.createdAt))}</span>
      </a>
    </li>
  )
}
