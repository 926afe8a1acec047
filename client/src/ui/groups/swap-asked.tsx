import type { GroupMember, GroupView } from '@seatcast/shared/protocol/group.ts'
import { groupWords } from '../../i18n/group-words.ts'
import { isolated } from '../../i18n/isolated.ts'
import { Icon } from '../frame/icon.tsx'
import type { PerformanceSession } from '../performance/performance-session.ts'
import { rowsLabel } from '../performance/seat-words.ts'

interface SwapAskedProps {
  readonly session: PerformanceSession
  readonly group: GroupView
  /** Who asks for my seat. */
  readonly member: GroupMember
}

/** Over the map, so that it is seen whatever is open: a friend would like my seat, and offers theirs. */
export function SwapAsked({ session, group: { groupId }, member: { memberId, name, seats } }: SwapAskedProps) {
  const t = groupWords.value.member
  return (
    <div class="floating swap-asked" role="group" aria-label={t.asks(name)}>
      <p>
        <Icon name="swap" />
        <span>
          <strong>{t.asks(isolated(name))}</strong>
          {seats.length > 0 && <span class="muted"> {t.offers(rowsLabel(session.book, seats))}</span>}
        </span>
      </p>
      <div class="actions">
        {[true, false].map((accept) => (
          <button
            key={String(accept)}
            type="button"
            class={accept ? 'button primary' : 'button'}
            disabled={session.group.asking.value !== null}
            onClick={() => void session.group.ask('group:swap', { groupId, memberId, accept })}
          >
            {accept ? t.swap : t.keep}
          </button>
        ))}
      </div>
    </div>
  )
}
