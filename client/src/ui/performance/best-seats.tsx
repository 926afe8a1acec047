import { useComputed, useSignal } from '@preact/signals'
import { money } from '../../i18n/format.ts'
import { words } from '../../i18n/language.ts'
import { nowMs } from '../clock.ts'
import { Icon } from '../frame/icon.tsx'
import { Picker } from '../frame/picker.tsx'
import type { PerformanceSession } from './performance-session.ts'
import { useSaleReason } from './sale-badge.tsx'
import { MAY_ASK, salePhase } from './sale.ts'
import type { ViewState } from './view-state.ts'

interface BestSeatsProps {
  readonly session: PerformanceSession
  readonly view: ViewState
}

/** The best block of neighbours, chosen and held by the server in one step. */
export function BestSeats({ session, view }: BestSeatsProps) {
  const t = words.value.best
  const most = session.performance.maxSeatsPerBuyer
  const count = useSignal(Math.min(2, most))
  const zoneId = useSignal('')
  const accessible = useSignal(false)
  const replace = useSignal(false)
  const held = session.hold.value.seats.length
  const searching = session.commands.searching.value
  const phase = useComputed(() => salePhase(session.sale.value, nowMs.value)).value
  const reason = useSaleReason(session).value

  const find = async (event: Event): Promise<void> => {
    event.preventDefault()
    view.sheetOpen.value = false
    const found = await session.commands.best({
      count: count.value,
      zoneId: zoneId.value === '' ? null : zoneId.value,
      accessible: accessible.value,
      replace: replace.value && held > 0,
    })
    if (found) view.map.value?.focusSeats(session.hold.value.seats)
  }
  const step = (by: number): void => {
    count.value = Math.min(most, Math.max(1, count.value + by))
  }
  return (
    <section class="card best" aria-labelledby="best-title">
      <h2 id="best-title">{t.title}</h2>
      <form onSubmit={(event) => void find(event)}>
        <div class="stepper" role="group" aria-label={t.count}>
          <button type="button" aria-label={t.fewer} disabled={count.value <= 1} onClick={() => step(-1)}>
            <Icon name="minus" />
          </button>
          <output aria-live="polite">{words.value.mySeats.count(count.value)}</output>
          <button type="button" aria-label={t.more} disabled={count.value >= most} onClick={() => step(1)}>
            <Icon name="plus" />
          </button>
        </div>
        <Picker
          label={t.zone}
          labelHidden
          value={zoneId.value}
          choices={[
            { value: '', label: t.anyZone },
            ...session.book.zones.map((zone) => ({
              value: zone.id,
              label: `${session.book.nameOf(zone.name)} · ${money(zone.price, zone.currency)}`,
            })),
          ]}
          onChoose={(chosen) => (zoneId.value = chosen)}
        />
        <label class="check">
          <input
            type="checkbox"
            checked={accessible.value}
            onChange={(event) => (accessible.value = event.currentTarget.checked)}
          />
          {t.accessible}
        </label>
        {held > 0 && (
          <label class="check">
            <input
              type="checkbox"
              checked={replace.value}
              onChange={(event) => (replace.value = event.currentTarget.checked)}
            />
            {t.replace}
          </label>
        )}
        <button
          type="submit"
          class="button primary big"
          disabled={searching || !MAY_ASK[phase]}
          aria-describedby={reason === null ? undefined : 'best-reason'}
        >
          {searching ? t.finding : t.find(count.value)}
        </button>
        {reason !== null && (
          <p class="best-reason" id="best-reason">
            <Icon name="clock" size={16} />
            {reason}
          </p>
        )}
      </form>
    </section>
  )
}
