import type { ComponentChildren } from 'preact'
import { words } from '../../i18n/language.ts'
import type { PerformanceSession } from './performance-session.ts'

/** What the marks on the map mean; drawn as the renderer draws them. */
export function StatusKey({ session }: { readonly session: PerformanceSession }) {
  const t = words.value
  const { status } = t
  return (
    <section class="card status-key" aria-label={t.map.statusKey}>
      <ul>
        <Entry name={status[0]} width={3 + 13 * Math.min(3, session.book.zones.length)}>
          {session.book.zones.slice(0, 3).map((zone, at) => (
            <circle key={zone.id} cx={8 + at * 13} cy="8" r="6" fill={zone.color} />
          ))}
        </Entry>
        <Entry name={t.mine}>
          <circle class="key-mine" cx="8" cy="8" r="7" />
          <path class="key-mine-mark" d="M4.8 8.2l2.2 2.2 4.2-4.6" />
        </Entry>
        {session.group.seats.value.length > 0 && (
          <Entry name={t.friends.group}>
            <circle class="key-group" cx="8" cy="8" r="6.5" />
          </Entry>
        )}
        <Entry name={status[1]}>
          <circle class="key-held" cx="8" cy="8" r="6" />
          <path class="key-held-mark" d="M4 9.5L9.5 4M6.5 12L12 6.5" />
        </Entry>
        <Entry name={status[2]}>
          <path class="key-sold" d="M4 4l8 8M12 4l-8 8" />
        </Entry>
        <Entry name={status[3]}>
          <circle class="key-blocked" cx="8" cy="8" r="5.5" />
        </Entry>
      </ul>
    </section>
  )
}

interface EntryProps {
  readonly name: string
  readonly width?: number
  readonly children: ComponentChildren
}

function Entry({ name, width = 16, children }: EntryProps) {
  return (
    <li>
      <svg width={width} height="16" viewBox={`0 0 ${width} 16`} aria-hidden="true">
        {children}
      </svg>
      {name}
    </li>
  )
}
