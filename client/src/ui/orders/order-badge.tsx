import type { OrderStatus } from '@seatcast/shared/domain/order-state.ts'
import { orderWords } from '../../i18n/order-words.ts'
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

/** An order's state in a word. */
export function OrderBadge({ status }: { readonly status: OrderStatus }) {
  return (
    <span class={`order-badge ${status}`}>
      <Icon name={SHAPE[status]} size={16} />
      {orderWords.value.status[status]}
    </span>
  )
}
