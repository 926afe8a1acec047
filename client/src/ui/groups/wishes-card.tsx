import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type { GroupView } from '@seatcast/shared/protocol/group.ts'
import { groupWords } from '../../i18n/group-words.ts'
import { Icon } from '../frame/icon.tsx'
import type { PerformanceSession } from '../performance/performance-session.ts'
import { wishDraft, WishFields, wishOf } from './wish-fields.tsx'

interface WishesCardProps {
  readonly session: PerformanceSession
  readonly group: GroupView
}

/** The host changes how many they are and what they wish for. */
export function WishesCard({ session, group }: WishesCardProps) {
  const t = groupWords.value.block
  const opened = useSignal(false)
  // Anew when it is opened: what somebody is typing is not overwritten by what arrives.
  const draft = useMemo(() => wishDraft(group.size, group.wish, group.split), [opened.value])
  const save = async (event: Event): Promise<void> => {
    event.preventDefault()
    const answer = await session.group.ask('group:update', {
      groupId: group.groupId,
      size: draft.size.value,
      wish: wishOf(draft),
      split: draft.split.value,
    })
    if (answer.ok) opened.value = false
  }
  return (
    <details class="group-more" open={opened.value} onToggle={(event) => (opened.value = event.currentTarget.open)}>
      <summary>
        {t.wishes}
        <Icon name="down" size={18} />
      </summary>
      {opened.value && (
        <form class="wishes" onSubmit={(event) => void save(event)}>
          <WishFields draft={draft} book={session.book} least={group.members.length} />
          <button type="submit" class="button" disabled={session.group.asking.value !== null}>
            {t.saveWishes}
          </button>
        </form>
      )}
    </details>
  )
}
