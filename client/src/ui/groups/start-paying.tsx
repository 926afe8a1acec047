import { useSignal } from '@preact/signals'
import type { RequestRefused } from '../../connection/authorized.ts'
import { groupWords } from '../../i18n/group-words.ts'
import { isolated } from '../../i18n/isolated.ts'
import { words } from '../../i18n/language.ts'
import { orderWords } from '../../i18n/order-words.ts'
import { sitterOf } from '../../store/group-store.ts'
import { totalOf } from '../performance/seat-words.ts'
import { loadCheckout } from '../checkout/load-checkout.ts'
import type { GroupView } from '@seatcast/shared/protocol/group.ts'
import { startPaying } from './pay-together.ts'
import type { GroupPartProps } from './group-slots.tsx'

interface StartPayingProps extends GroupPartProps {
  readonly group: GroupView
}

/** The block becomes orders: what that means is said first. */
export function StartPaying({ session, view, checkout, group }: StartPayingProps) {
  const t = groupWords.value.pay
  const working = useSignal(false)
  const problem = useSignal<RequestRefused | null>(null)
  const seats = group.hold?.seats ?? []
  const one = group.rule === 'one_pays'
  const nobodys = seats.filter((seat) => sitterOf(group, seat) === undefined).length
  const start = async (): Promise<void> => {
    if (working.value) return
    working.value = true
    problem.value = await startPaying(session, view, checkout)
    working.value = false
  }
  const said = ({ code, memberId }: RequestRefused): string => {
    const name = group.members.find((member) => member.memberId === memberId)?.name
    const who = name === undefined ? undefined : isolated(name)
    const { maxSeatsPerBuyer: maxSeats } = session.performance
    if (code === 'LIMIT_EXCEEDED')
      return words.value.notice.text.GROUP_LIMIT({ count: seats.length, maxSeats, who, wait: '', sale: 'on_sale' })
    return orderWords.value.problem[code] ?? orderWords.value.other(code)
  }
  return (
    <div class="start-paying" onPointerEnter={() => void loadCheckout().catch(() => undefined)}>
      {!one && nobodys > 0 && <p class="group-note">{t.unassigned(nobodys)}</p>}
      <button type="button" class="button primary big" aria-disabled={working.value} onClick={() => void start()}>
        {working.value ? t.starting : one ? t.onePays(totalOf(session.book, seats)) : t.eachPays}
      </button>
      <p class="muted">{one ? t.noteOne : t.note}</p>
      {problem.value !== null && (
        <p class="checkout-problem" role="alert">
          {said(problem.value)}
        </p>
      )}
    </div>
  )
}
