import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { MEMBER_NAME_LENGTH_MAX } from '@seatcast/shared/domain/limits.ts'
import { groupWords } from '../../i18n/group-words.ts'
import { rememberName } from '../../store/my-name.ts'
import type { MyGroup } from './my-group.ts'

interface MyNameProps {
  readonly group: MyGroup
  readonly groupId: string
  readonly name: string
  readonly onDone: () => void
}

/** My name, changed where it stands; remembered for the next group. */
export function MyName({ group, groupId, name, onDone }: MyNameProps) {
  const t = groupWords.value.member
  const typed = useSignal(name)
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => input.current?.select(), [])
  const save = async (event: Event): Promise<void> => {
    event.preventDefault()
    const wished = typed.value.trim()
    if (wished !== '' && wished !== name) {
      const answer = await group.ask('group:update', { groupId, name: wished })
      if (!answer.ok) return
      rememberName(wished)
    }
    onDone()
  }
  return (
    <form class="my-name" onSubmit={(event) => void save(event)}>
      <input
        ref={input}
        type="text"
        aria-label={t.name}
        autocomplete="nickname"
        maxLength={MEMBER_NAME_LENGTH_MAX}
        value={typed.value}
        onInput={(event) => (typed.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onDone()
        }}
      />
      <button type="submit" class="button">
        {t.save}
      </button>
    </form>
  )
}
