import type { Order } from '@seatcast/shared/protocol/order.ts'
import { money } from '../../i18n/format.ts'
import { orderWords } from '../../i18n/order-words.ts'
import { Icon, type IconName } from '../frame/icon.tsx'
import type { OrderFollower } from './order-follower.ts'
import { CAN_PAY, lastFailure, type OrderView } from './order-view.ts'
import { TimeRing } from './time-ring.tsx'

type StatusTone = 'plain' | 'good' | 'busy' | 'warning' | 'problem'

/** How each state looks, by shape and colour; its words stand beside. */
const LOOK: Record<OrderView, { readonly tone: StatusTone; readonly icon: IconName }> = {
  open: { tone: 'plain', icon: 'clock' },
  failed: { tone: 'problem', icon: 'warning' },
  waiting: { tone: 'busy', icon: 'sync' },
  reserved: { tone: 'good', icon: 'check' },
  ending: { tone: 'busy', icon: 'sync' },
  paid: { tone: 'good', icon: 'check' },
  expired: { tone: 'warning', icon: 'clock' },
  late: { tone: 'warning', icon: 'sync' },
  returning: { tone: 'warning', icon: 'sync' },
  returned: { tone: 'good', icon: 'check' },
  cancelled: { tone: 'plain', icon: 'close' },
  stopping: { tone: 'plain', icon: 'sync' },
  refunding: { tone: 'busy', icon: 'sync' },
  refunded: { tone: 'good', icon: 'check' },
}

interface OrderStatusBlockProps {
  readonly follower: OrderFollower
  readonly order: Order
  readonly state: OrderView
  readonly paymentSeconds: number
  /** A share among friends: what happens to it depends on everybody. */
  readonly shared?: boolean
}

/** Where an order stands, in words, with the ring of its remaining time; said to screen readers when it changes. */
export function OrderStatusBlock({ follower, order, state, paymentSeconds, shared = false }: OrderStatusBlockProps) {
  const t = orderWords.value
  const { tone, icon } = LOOK[state]
  const { title, text } = (shared ? t.sharedView[state] : undefined) ?? t.view[state]
  const failure = state === 'failed' ? lastFailure(order.payments) : null
  const returned = order.payments.reduce((sum, { refunded }) => sum + refunded, 0)
  // Whose share is secured waits for the group, which has a clock of its own (G15).
  const waits = state === 'waiting' || (state === 'reserved' && !shared)
  const timed = CAN_PAY[state] || (waits && order.expiresInMs > 0)
  return (
    <div class={`order-status ${tone}`}>
      {timed ? (
        <TimeRing deadlineMs={follower.deadlineMs} wholeSeconds={paymentSeconds} />
      ) : (
        <span class="order-sign">
          <Icon name={icon} size={26} />
        </span>
      )}
      <div role="status" class="order-status-words">
        <h2 id="checkout-title" tabIndex={-1}>
          {title}
        </h2>
        {failure !== null && <p class="order-failure">{t.failure(failure)}</p>}
        <p>
          {state === 'paid' && order.claimedFrom !== undefined ? t.claimed[order.claimedFrom](order.cancellable) : text}
        </p>
        {returned > 0 && <p>{t.checkout.returnedSoFar(money(returned, order.currency))}</p>}
      </div>
      {follower.problem.value !== null && (
        <p class="order-status-problem" role="status">
          <Icon name="offline" size={16} />
          {t.problem[follower.problem.value] ?? t.other(follower.problem.value)}
        </p>
      )}
    </div>
  )
}
