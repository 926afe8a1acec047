import type { GroupView } from '@seatcast/shared/protocol/group.ts'
import { groupWords } from '../../i18n/group-words.ts'
import { words } from '../../i18n/language.ts'
import type { Checkout } from '../checkout/checkout.ts'
import { Icon } from '../frame/icon.tsx'
import type { PerformanceSession } from '../performance/performance-session.ts'
import { Members } from './members.tsx'

interface GroupSoldProps {
  readonly group: GroupView
  readonly session: PerformanceSession
  readonly checkout: Checkout
  readonly onClose: () => void
}

/** It worked: who sits where, and the way to my tickets. */
export function GroupSold({ group, session, checkout, onClose }: GroupSoldProps) {
  const t = groupWords.value
  const mine = group.payment?.myOrderId ?? null
  return (
    <section class="card group sold" aria-labelledby="group-title" data-group={group.status} data-rule={group.rule}>
      <header class="group-head">
        <Icon name="check" />
        <h2 id="group-title">{t.pay.sold}</h2>
        <button type="button" class="icon-button" aria-label={words.value.close} onClick={onClose}>
          <Icon name="close" size={18} />
        </button>
      </header>
      <p>{group.rule === 'one_pays' && mine === null ? t.pay.soldOneText : t.pay.soldText}</p>
      {mine !== null && checkout.openId.value !== mine && (
        <button type="button" class="button primary" onClick={() => checkout.look(mine)}>
          {t.pay.myTickets}
        </button>
      )}
      <Members session={session} group={group} />
    </section>
  )
}
