import { integer } from '../../i18n/format.ts'
import { words } from '../../i18n/language.ts'
import { Icon } from '../frame/icon.tsx'
import type { PerformanceSession } from './performance-session.ts'

/** Seats left and people who look at them, as they change. */
export function LiveFacts({ session }: { readonly session: PerformanceSession }) {
  const t = words.value
  const free = session.hasMap.value ? session.counts.value.total : session.performance.availableCount
  const watchers = session.watchers.value
  return (
    <>
      <span class="live-fact">
        <Icon name="seat" size={16} />
        {t.available(free)}
      </span>
      {watchers !== null && watchers > 0 && (
        <span class="live-fact watchers">
          <Icon name="eye" size={16} />
          <span class="short" aria-hidden="true">
            {integer(watchers)}
          </span>
          <span class="long">{t.watchers(watchers)}</span>
        </span>
      )}
    </>
  )
}
