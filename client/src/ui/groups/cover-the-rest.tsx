import { useComputed } from '@preact/signals'
import type { GroupView } from '@seatcast/shared/protocol/group.ts'
import { coverTheRest } from '../../connection/groups-api.ts'
import { countdown, money } from '../../i18n/format.ts'
import { groupWords } from '../../i18n/group-words.ts'
import { orderWords } from '../../i18n/order-words.ts'
import { PayForm } from '../checkout/payment-form.tsx'
import { nowMs } from '../clock.ts'
import type { PerformanceSession } from '../performance/performance-session.ts'
import '../styles/checkout.css'

interface CoverTheRestProps {
  readonly session: PerformanceSession
  readonly group: GroupView
  readonly isHost: boolean
}

/** The host pays for who did not: when that begins is counted down for everybody (G14, G15). */
export function CoverTheRest({ session, group, isHost }: CoverTheRestProps) {
  const t = groupWords.value.pay
  const inMs = useComputed(() => {
    const from = session.group.state.value.coverFromMs
    return from === null ? null : Math.max(0, from - nowMs.value)
  })
  const wait = useComputed(() => countdown(inMs.value ?? 0))
  const { payment } = group
  if (payment === null || inMs.value === null || payment.missing === 0) return null
  if (inMs.value > 0) {
    return <p class="muted cover-wait">{isHost ? t.coverIn(wait.value) : t.hostCoversIn(wait.value)}</p>
  }
  if (!isHost) return <p class="muted cover-wait">{t.hostMayCover}</p>
  return (
    <div class="cover">
      <p class="muted">{t.coverKeeps}</p>
      <PayForm
        amount={payment.missing}
        currency={payment.currency}
        walletVersion={`${group.version}`}
        label={t.cover(money(payment.missing, payment.currency))}
        notes={orderWords.value.share}
        pay={async (choice) => session.group.take(await coverTheRest(group, choice))}
        onRefused={async () => session.group.readAgain()}
      />
    </div>
  )
}
