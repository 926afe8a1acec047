import { useComputed, useSignal } from '@preact/signals'
import type { GroupView } from '@seatcast/shared/protocol/group.ts'
import { RequestRefused, type RequestProblem } from '../../connection/authorized.ts'
import { giveUp } from '../../connection/groups-api.ts'
import { countdown, money } from '../../i18n/format.ts'
import { groupWords } from '../../i18n/group-words.ts'
import { isolated } from '../../i18n/isolated.ts'
import { orderWords } from '../../i18n/order-words.ts'
import { meIn } from '../../store/group-store.ts'
import type { Checkout } from '../checkout/checkout.ts'
import { nowMs } from '../clock.ts'
import { Icon } from '../frame/icon.tsx'
import type { PerformanceSession } from '../performance/performance-session.ts'
import { Asking } from './asking.tsx'
import { CoverTheRest } from './cover-the-rest.tsx'

interface GroupPaymentProps {
  readonly session: PerformanceSession
  readonly checkout: Checkout
  readonly group: GroupView
}

/** Where everybody's shares stand, for how long, and what the host can do about the rest. */
export function GroupPayment({ session, checkout, group }: GroupPaymentProps) {
  const t = groupWords.value.pay
  const asking = useSignal(false)
  const problem = useSignal<RequestProblem | null>(null)
  const leftMs = useComputed(() => Math.max(0, (session.group.state.value.payUntilMs ?? 0) - nowMs.value))
  const left = useComputed(() => countdown(leftMs.value))
  const { payment } = group
  if (payment === null) return null
  const isHost = meIn(group)?.isHost === true
  const one = group.rule === 'one_pays'
  const paying = group.members.filter(({ share }) => share !== 'none')
  const secured = paying.filter(({ share }) => share === 'reserved' || share === 'paid').length
  const payer = one && payment.myOrderId === null ? paying[0] : undefined
  const stop = async (): Promise<void> => {
    problem.value = null
    try {
      session.group.take(await giveUp(group))
      checkout.dismiss()
    } catch (error) {
      if (!(error instanceof RequestRefused)) throw error
      problem.value = error.code
      session.group.readAgain()
    }
  }
  return (
    <div class="group-payment" data-secured={secured} data-missing={payment.missing}>
      <h3>{one ? t.titleOne : t.title}</h3>
      {payer !== undefined && <p>{t.waitingFor(isolated(payer.name))}</p>}
      {group.status === 'capturing' && (
        <p class="group-note" role="status">
          {t.capturing}
        </p>
      )}
      {group.status === 'short' && (
        <p class="checkout-problem" role="alert">
          {t.short}
        </p>
      )}
      {!one && (
        <div class="shares">
          <progress max={Math.max(1, payment.amount)} value={payment.amount - payment.missing} aria-label={t.title} />
          <p>
            <strong>{t.progress(secured, paying.length)}</strong>
            {payment.missing > 0 && <span>{t.missing(money(payment.missing, payment.currency))}</span>}
          </p>
        </div>
      )}
      {payment.expiresInMs > 0 && (
        <p class="pay-clock" role="timer">
          <Icon name="clock" size={18} />
          <span>{t.left}</span>
          <strong>{left.value}</strong>
        </p>
      )}
      {payment.myOrderId !== null && checkout.openId.value !== payment.myOrderId && (
        <button type="button" class="button" onClick={() => checkout.look(payment.myOrderId ?? '')}>
          {t.myShare}
        </button>
      )}
      <CoverTheRest session={session} group={group} isHost={isHost} />
      {isHost && group.status !== 'capturing' && !asking.value && (
        <button type="button" class="button quiet" onClick={() => (asking.value = true)}>
          {t.giveUp}
        </button>
      )}
      {asking.value && <Asking text={t.sureGiveUp} onYes={stop} onNo={() => (asking.value = false)} />}
      {problem.value !== null && (
        <p class="checkout-problem" role="alert">
          {orderWords.value.problem[problem.value] ?? orderWords.value.other(problem.value)}
        </p>
      )}
    </div>
  )
}
