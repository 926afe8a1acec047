import { integer, money } from '../../i18n/format.ts'
import { words } from '../../i18n/language.ts'
import type { PerformanceSession } from './performance-session.ts'
import type { ViewState } from './view-state.ts'

interface ZoneStripProps {
  readonly session: PerformanceSession
  readonly view: ViewState
}

/** The legend of prices; a tap shows only that zone on the map, another one brings the rest back. */
export function ZoneStrip({ session, view }: ZoneStripProps) {
  const t = words.value.zones
  const filter = view.zoneFilter.value
  const counts = session.counts.value.byZone
  const toggle = (zone: number): void => {
    const next = new Set(filter)
    if (!next.delete(zone)) next.add(zone)
    const none = next.size === 0 || next.size === session.book.zones.length
    view.zoneFilter.value = none ? null : next
  }
  return (
    <div class="zones" role="group" aria-label={t.title}>
      {session.book.zones.map((zone, at) => (
        <button
          key={zone.id}
          type="button"
          class="zone"
          aria-pressed={filter?.has(at) ?? false}
          title={t.filter(session.book.nameOf(zone.name))}
          onClick={() => toggle(at)}
        >
          <span class="swatch" style={{ backgroundColor: zone.color }} aria-hidden="true" />
          <span class="zone-name">{session.book.nameOf(zone.name)}</span>
          <span class="zone-price">{money(zone.price, zone.currency)}</span>
          {session.hasMap.value && (
            <span class="zone-free" title={t.free(counts[at] ?? 0)}>
              <span aria-hidden="true">{integer(counts[at] ?? 0)}</span>
              <span class="visually-hidden">{t.free(counts[at] ?? 0)}</span>
            </span>
          )}
        </button>
      ))}
      {filter !== null && (
        <button type="button" class="zone all" onClick={() => (view.zoneFilter.value = null)}>
          {t.all}
        </button>
      )}
    </div>
  )
}
