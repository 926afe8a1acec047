import { useSignal } from '@preact/signals'
import { localPath, words } from '../../i18n/language.ts'
import { Icon } from '../frame/icon.tsx'
import type { PerformanceSession } from '../performance/performance-session.ts'
import type { ViewState } from '../performance/view-state.ts'
import { loadCreate } from './load-groups.ts'
import { openCreateGroup } from './open-create-group.ts'

interface FriendsProps {
  readonly session: PerformanceSession
  readonly view: ViewState
}

/** On the map, always in sight: the way to book with friends, also before the opening. */
export function FriendsButton({ session, view }: FriendsProps) {
  if (session.group.isOpen.value || session.wish.value !== null || session.sale.value.status === 'closed') return null
  return (
    <button
      type="button"
      class="button friends-button"
      onPointerEnter={fetchEarly}
      onClick={() => void openCreateGroup(session, view)}
    >
      <Icon name="friends" />
      {words.value.friends.book}
    </button>
  )
}

/** Beside the map: what booking with friends is, and a friend's code. */
export function FriendsCard({ session, view }: FriendsProps) {
  const t = words.value.friends
  if (session.wish.value !== null || session.sale.value.status === 'closed') return null
  return (
    <section class="card friends-card" aria-labelledby="friends-title">
      <h2 id="friends-title">
        <Icon name="friends" />
        {t.book}
      </h2>
      <p class="muted">{t.text}</p>
      <button type="button" class="button" onClick={() => void openCreateGroup(session, view)}>
        {t.book}
      </button>
      <CodeField />
    </section>
  )
}

/** A friend's code, for who cannot open the link. */
export function CodeField() {
  const t = words.value.friends
  const code = useSignal('')
  const join = (event: Event): void => {
    event.preventDefault()
    const typed = code.value.trim()
    if (typed !== '') location.assign(localPath(`/g/${encodeURIComponent(typed)}`))
  }
  return (
    <form class="code-field" onSubmit={join}>
      <label>
        <span>{t.haveCode}</span>
        <input
          type="text"
          aria-label={t.code}
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          maxLength={64}
          placeholder="ABCD-EFGH"
          value={code.value}
          onInput={(event) => (code.value = event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button">
        {t.join}
      </button>
    </form>
  )
}

function fetchEarly(): void {
  loadCreate().catch(() => undefined) // Said where it is needed.
}
