import type { ShownConnection } from '../../connection/connection-state.ts'
import { words } from '../../i18n/language.ts'
import { Icon, type IconName } from '../frame/icon.tsx'
import type { PerformanceSession } from './performance-session.ts'

/** Each state has a shape of its own beside its words: colour alone tells nobody. Live is a plain dot. */
const SHAPE: Record<ShownConnection, IconName | 'dot'> = {
  connecting: 'dots',
  joining: 'dots',
  live: 'dot',
  catching_up: 'sync',
  stale: 'clock',
  busy: 'dots',
  offline: 'offline',
}

/** States in which the map may be wrong for a while: they get a line of their own. */
const NEEDS_BANNER: Record<ShownConnection, boolean> = {
  connecting: false,
  joining: false,
  live: false,
  catching_up: false,
  stale: true,
  busy: true,
  offline: true,
}

export function ConnectionBadge({ session }: { readonly session: PerformanceSession }) {
  const state = session.connection.value
  const t = words.value
  const { label, detail } = t.connection[state]
  const shape = SHAPE[state]
  return (
    <span class={`connection ${state}`} title={detail} data-connection={state}>
      {shape === 'dot' ? <span class="dot" aria-hidden="true" /> : <Icon name={shape} size={16} />}
      <span class="visually-hidden">{t.connectionLabel(label)}</span>
      <span aria-hidden="true">{label}</span>
    </span>
  )
}

export function ConnectionBanner({ session }: { readonly session: PerformanceSession }) {
  const state = session.connection.value
  const shape = SHAPE[state]
  if (!NEEDS_BANNER[state]) return null
  return (
    <p class={`banner ${state}`} role="status">
      {shape !== 'dot' && <Icon name={shape} size={18} />}
      {words.value.connection[state].detail}
    </p>
  )
}
