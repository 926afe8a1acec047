import { useComputed, type ReadonlySignal } from '@preact/signals'
import { countdown } from '../../i18n/format.ts'
import { words } from '../../i18n/language.ts'
import { nowMs } from '../clock.ts'
import { Icon } from '../frame/icon.tsx'
import type { PerformanceSession } from './performance-session.ts'
import { salePhase, type SalePhase } from './sale.ts'

/** The sale in a word. */
export function SaleBadge({ session }: { readonly session: PerformanceSession }) {
  const { status } = session.sale.value
  return <span class={`sale-badge ${status}`}>{words.value.sale[status]}</span>
}

/** While nothing can be bought: why, and for how long. Flips by itself when the server says so (F9). */
export function SaleBanner({ session }: { readonly session: PerformanceSession }) {
  const phase = useComputed(() => salePhase(session.sale.value, nowMs.value))
  const text = useSaleReason(session).value
  if (text === null) return null
  return (
    <p class={`banner sale ${phase.value}`}>
      <Icon name={phase.value === 'paused' || phase.value === 'closed' ? 'info' : 'clock'} size={18} />
      {text}
    </p>
  )
}

/** Why nothing can be bought now; null while it can. */
export function useSaleReason(session: PerformanceSession): ReadonlySignal<string | null> {
  const phase = useComputed(() => salePhase(session.sale.value, nowMs.value))
  const wait = useComputed(() => countdown((session.sale.value.opensAtMs ?? 0) - nowMs.value))
  return useComputed(() => textOf(phase.value, wait))
}

function textOf(phase: SalePhase, wait: { readonly value: string }): string | null {
  const t = words.value
  const shut = (sale: 'paused' | 'closed') => () => t.notice.text.NOT_ON_SALE({ count: 0, maxSeats: 0, wait: '', sale })
  const texts: Record<SalePhase, () => string | null> = {
    announced: () => t.opensLater,
    counting: () => t.opensIn(wait.value),
    opening: () => t.opening,
    on_sale: () => null,
    paused: shut('paused'),
    closed: shut('closed'),
  }
  return texts[phase]()
}
