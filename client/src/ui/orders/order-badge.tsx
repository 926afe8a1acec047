import type { OrderStatus } from '@seatcast/shared/domain/order-state.ts'
import type { Order } from '@seatcast/shared/protocol/order.ts'
import { orderWords } from '../../i18n/order-words.ts'
import { orderView } from '../checkout/order-view.ts'
import { Icon, type IconName } from '../frame/icon.tsx'

const SHAPE: Record<OrderStatus, IconName> = {
  pending: 'clock',
  authorized: 'clock',
  paid: 'check',
  expired: 'close',
  cancelled: 'close',
  refund_due: 'sync',
  refunded: 'back',
}

/** An order's state in a word; of one that ended unpaid, what becomes of money that came all the same. */
export function OrderBadge({ order }: { readonly order: Order }) {
  const { status } = order
  const t = orderWords.value
  const view = orderView(order, order.expiresInMs)
  return (
    <span class={`order-badge ${status}`}>
      <Icon name={SHAPE[status]} size={16} />
      {view === 'returning' || view === 'returned' ? t.view[view].title : t.status[status]}
    </span>
  )
}
