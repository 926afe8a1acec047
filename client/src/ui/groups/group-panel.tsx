import { useSignalEffect } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { groupWords } from '../../i18n/group-words.ts'
import { isOpenGroup } from '../../store/group-store.ts'
import type { Checkout } from '../checkout/checkout.ts'
import { CAN_PAY } from '../checkout/order-view.ts'
import { Icon } from '../frame/icon.tsx'
import type { PerformanceSession } from '../performance/performance-session.ts'
import { BlockCard } from './block-card.tsx'
import { GroupPayment } from './group-payment.tsx'
import { GroupSold } from './group-sold.tsx'
import type { GroupPartProps } from './group-slots.tsx'
import { InvitationCard } from './invitation.tsx'
import { LeaveGroup } from './leave-group.tsx'
import { Members } from './members.tsx'
import '../styles/checkout.css'
import '../styles/groups.css'
import '../styles/group-invitation.css'

interface GroupPanelProps extends GroupPartProps {
  /** Puts a group that is over away. */
  readonly onClose: () => void
}

/** The group beside the map: who is there, whose seat is whose, what comes next. */
export function GroupPanel({ session, view, checkout, onClose }: GroupPanelProps) {
  const group = session.group.view.value
  useShareOpened(session, checkout)
  if (group === null) return null
  if (!isOpenGroup(group)) return <GroupSold group={group} session={session} checkout={checkout} onClose={onClose} />
  const t = groupWords.value
  const { length } = group.members
  const chooses = group.payment === null
  return (
    <section class="card group" aria-labelledby="group-title" data-group={group.status} data-rule={group.rule}>
      <header class="group-head">
        <Icon name="friends" />
        <h2 id="group-title">{t.title}</h2>
        <span class="count">{length > group.size ? t.moreThanSize(length) : t.members(length, group.size)}</span>
      </header>
      {chooses ? (
        <BlockCard session={session} view={view} checkout={checkout} group={group} />
      ) : (
        <GroupPayment session={session} checkout={checkout} group={group} />
      )}
      <Members session={session} group={group} />
      <details class="group-rule">
        <summary>
          <span class="muted">{t.ruleLabel}</span> <strong>{t.rule[group.rule].title}</strong>
          <Icon name="down" size={18} />
        </summary>
        <p>{t.rule[group.rule].text}</p>
      </details>
      {chooses && <InvitationCard session={session} group={group} />}
      {chooses && <LeaveGroup session={session} group={group} />}
    </section>
  )
}

/** My share opens by itself, once, as soon as it is an order; one that waits for money itself is not taken away for it. */
function useShareOpened(session: PerformanceSession, checkout: Checkout): void {
  const shown = useRef<string | null>(null)
  useSignalEffect(() => {
    const orderId = session.group.view.value?.payment?.myOrderId ?? null
    if (orderId === null || !session.group.isOpen.value || shown.current === orderId) return
    const openId = checkout.openId.value
    const state = checkout.state.value
    const isElsewhere = openId !== null && openId !== orderId
    if (isElsewhere && (checkout.changing.value || state === null || CAN_PAY[state] || state === 'waiting')) return
    shown.current = orderId
    checkout.look(orderId)
  })
}
