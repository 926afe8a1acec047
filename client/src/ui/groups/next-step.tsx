import { useComputed, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { GroupView } from '@seatcast/shared/protocol/group.ts'
import { groupWords } from '../../i18n/group-words.ts'
import { meIn, sitterOf } from '../../store/group-store.ts'
import { loadCheckout } from '../checkout/load-checkout.ts'
import { nowMs } from '../clock.ts'
import { MAY_ASK, salePhase } from '../performance/sale.ts'
import { placeInSection } from '../performance/seat-words.ts'
import type { GroupPartProps } from './group-slots.tsx'
import { startPaying } from './pay-together.ts'
import { SwapAsked } from './swap-asked.tsx'
import '../styles/group-map.css'

/** What one does next. `open`: there is nothing to do but look. */
type Step = 'choose' | 'pay' | 'share' | 'open'

/**
 * What a friend asks of me; else, on phones while the sheet is down, my seat and the next step, so that a friend pays within
 * three taps.
 */
export function NextStep({ session, view, checkout }: GroupPartProps) {
  const t = groupWords.value
  const group = session.group.view.value
  const working = useSignal(false)
  const mayAsk = useComputed(() => MAY_ASK[salePhase(session.sale.value, nowMs.value)]).value
  const holds = group?.hold != null
  useEffect(() => {
    // Meanwhile: who has seats will want to pay.
    if (holds) loadCheckout().catch(() => undefined)
  }, [holds])
  if (group === null) return null
  const asking = group.members.find(({ asksForMySeat }) => asksForMySeat)
  if (asking !== undefined) return <SwapAsked key={asking.memberId} session={session} group={group} member={asking} />
  if (session.notice.value !== null || view.selected.value !== null) return null
  const step = nextStep(group, mayAsk)
  const go = async (): Promise<void> => {
    if (working.value) return
    if (step === 'choose') return session.group.hold()
    if (step === 'pay') {
      working.value = true
      const problem = await startPaying(session, view, checkout)
      working.value = false
      // The panel says why, and what else can be done.
      if (problem === null) return
    } else if (step === 'share' && group.payment?.myOrderId != null) checkout.look(group.payment.myOrderId)
    view.sheetOpen.value = true
  }
  const waiting = step === 'pay' ? waitingSeats(group) : 0
  const labels: Record<Step, string> = {
    choose: session.group.asking.value === 'group:hold' ? t.block.taking : t.step.choose,
    pay: working.value
      ? t.pay.starting
      : group.rule === 'one_pays'
        ? t.step.payAll
        : waiting > 0
          ? t.pay.eachPays
          : t.step.pay,
    share: t.step.pay,
    open: t.step.see,
  }
  const seat = meIn(group)?.seats[0]
  return (
    <div class="floating next-step" data-step={step}>
      <p>
        {seat === undefined ? (
          <strong>{t.step.gathering(group.members.length, group.size)}</strong>
        ) : (
          <>
            <span class="muted">
              {t.step.yourSeat} · {session.book.facts(seat).section}
            </span>
            <strong>{placeInSection(session.book.facts(seat))}</strong>
            {waiting > 0 && <span class="step-note">{t.pay.unassigned(waiting)}</span>}
          </>
        )}
      </p>
      {group.payment === null && (
        <span class="step-rule">
          {t.rule[group.rule].title}
          {step === 'pay' && ` · ${group.rule === 'one_pays' ? t.pay.noteOne : t.pay.note}`}
        </span>
      )}
      <button
        type="button"
        class={step === 'open' ? 'button' : 'button primary'}
        aria-disabled={working.value}
        onClick={() => void go()}
      >
        {labels[step]}
      </button>
    </div>
  )
}

/** Seats of the block that are nobody's yet. */
const waitingSeats = (group: GroupView): number =>
  (group.hold?.seats ?? []).filter((seat) => sitterOf(group, seat) === undefined).length

function nextStep(group: GroupView, mayAsk: boolean): Step {
  const me = meIn(group)
  if (group.payment !== null) return group.payment.myOrderId !== null && me?.share === 'open' ? 'share' : 'open'
  // Paying begins for everybody: while seats wait for friends, that is said first; who would pay for all looks at the group.
  if (group.hold !== null) {
    const isMine = group.rule !== 'one_pays' && (me?.seats.length ?? 0) > 0
    return isMine || waitingSeats(group) === 0 ? 'pay' : 'open'
  }
  return mayAsk && group.members.length >= group.size ? 'choose' : 'open'
}
