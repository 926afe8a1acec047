import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Order } from '@seatcast/shared/protocol/order.ts'
import { orderLink, readTickets } from '../../connection/orders-api.ts'
import { RequestRefused } from '../../connection/authorized.ts'
import { language, localPath } from '../../i18n/language.ts'
import { orderWords } from '../../i18n/order-words.ts'
import { Icon } from '../frame/icon.tsx'
import { CancelOrder } from './cancel-order.tsx'
import type { OrderFollower } from './order-follower.ts'
import type { OrderView } from './order-view.ts'

interface OrderActionsProps {
  readonly follower: OrderFollower
  readonly order: Order
  readonly state: OrderView
  readonly onShow: () => void
  /** Change its seats; absent on pages without a map. */
  readonly onChange: () => void
  /** Beside the map: back to choosing. */
  readonly onClose?: () => void
  /** Its group is being paid for: it is neither changed nor cancelled alone. */
  readonly fixed?: boolean
}

/** Whether the order's seats can be moved to others. */
const mayChange = ({ cancellable }: Order, state: OrderView): boolean =>
  cancellable && (state === 'open' || state === 'failed' || state === 'paid')

/** What the owner of an order can do with it now. */
export function OrderActions({ follower, order, state, onShow, onChange, onClose, fixed = false }: OrderActionsProps) {
  const t = orderWords.value
  const redirect = order.payments.find(({ status }) => status === 'created' || status === 'pending')?.redirectUrl
  const has = order.status === 'paid' || order.status === 'pending' || order.status === 'authorized'
  return (
    <div class="order-actions">
      {state === 'waiting' && redirect !== undefined && (
        <a class="button primary big" href={redirect}>
          {t.checkout.continueAt}
        </a>
      )}
      {order.status === 'paid' && <TicketsLink order={order} />}
      <div class="actions">
        {has && (
          <button type="button" class="button" onClick={onShow}>
            {t.order.showOnMap}
          </button>
        )}
        {mayChange(order, state) && !fixed && follower.owned.value && (
          <button type="button" class="button" onClick={onChange}>
            {t.order.change}
          </button>
        )}
        {onClose !== undefined && (
          <a class="button" href={localPath(`/orders/${encodeURIComponent(order.id)}`)}>
            {t.checkout.details}
          </a>
        )}
        {onClose !== undefined && !has && (
          <button type="button" class="button primary" onClick={onClose}>
            {t.checkout.chooseAgain}
          </button>
        )}
        {onClose === undefined && !has && (
          <a class="button primary" href={localPath(`/p/${encodeURIComponent(order.performanceId)}`)}>
            {t.checkout.chooseAgain}
          </a>
        )}
        {onClose !== undefined && order.status === 'paid' && (
          <button type="button" class="button" onClick={onClose}>
            {t.checkout.close}
          </button>
        )}
      </div>
      {has && !fixed && follower.owned.value && (
        <CancelOrder follower={follower} order={order} whole={onClose !== undefined} />
      )}
    </div>
  )
}

/** The printable page: by a link of an hour, or by the order's own secret when that cannot be had. */
function TicketsLink({ order }: { readonly order: Order }) {
  const t = orderWords.value.order
  const url = useSignal<string | null>(null)
  const seats = order.seats.filter(({ released }) => !released).length
  useEffect(() => {
    let left = false
    const read = async (): Promise<void> => {
      try {
        const { pageUrl } = await readTickets(order.id)
        if (!left) url.value = pageUrl
      } catch (error) {
        if (!(error instanceof RequestRefused)) throw error
        const link = orderLink(order.id)
        if (!left && link !== null) url.value = link.replace('?', '/tickets?')
      }
    }
    void read()
    return () => {
      left = true
    }
  }, [order.id, seats])
  if (url.value === null) return null
  const page = new URL(url.value, location.href)
  page.searchParams.set('lang', language.value)
  return (
    <a class="button primary big tickets-link" href={page.href} target="_blank" rel="noopener">
      <Icon name="ticket" />
      {t.tickets}
    </a>
  )
}
