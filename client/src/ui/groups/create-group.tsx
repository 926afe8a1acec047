import { useSignal } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { MEMBER_NAME_LENGTH_MAX } from '@seatcast/shared/domain/limits.ts'
import type { GroupRule } from '@seatcast/shared/protocol/group.ts'
import { groupWords } from '../../i18n/group-words.ts'
import { words } from '../../i18n/language.ts'
import { rememberedName, rememberName } from '../../store/my-name.ts'
import { Icon } from '../frame/icon.tsx'
import type { NoticeCode } from '../performance/notice.ts'
import type { PerformanceSession } from '../performance/performance-session.ts'
import type { ViewState } from '../performance/view-state.ts'
import { anyName } from './any-name.ts'
import { Invitation } from './invitation.tsx'
import { wishDraft, WishFields, wishOf } from './wish-fields.tsx'
import '../styles/checkout.css'
import '../styles/groups.css'
import '../styles/group-invitation.css'

interface CreateGroupProps {
  readonly session: PerformanceSession
  readonly view: ViewState
}

const RULES: readonly GroupRule[] = ['each_pays', 'host_covers', 'one_pays']

/** Makes a group: how many, where, who pays; then shows how friends come in. */
export function CreateGroup({ session, view }: CreateGroupProps) {
  const t = groupWords.value.create
  const dialog = useRef<HTMLDialogElement>(null)
  const made = useSignal(false)
  const group = session.group.view.value
  useEffect(() => dialog.current?.showModal(), [])
  const close = (): void => dialog.current?.close()
  const title = made.value ? t.ready : t.title
  return (
    <dialog
      ref={dialog}
      class="group-dialog"
      aria-labelledby="create-group-title"
      onClose={() => {
        view.makingGroup.value = false
        if (made.value) view.sheetOpen.value = true
      }}
    >
      <header>
        <h2 id="create-group-title">{title}</h2>
        <button type="button" class="icon-button" aria-label={words.value.close} onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      {made.value && group !== null ? (
        <div class="group-form">
          <p class="muted">{t.readyText}</p>
          <Invitation session={session} group={group} />
          <button type="button" class="button primary big" onClick={close}>
            {t.done}
          </button>
        </div>
      ) : (
        <CreateForm session={session} onMade={() => (made.value = true)} />
      )}
    </dialog>
  )
}

interface CreateFormProps {
  readonly session: PerformanceSession
  readonly onMade: () => void
}

function CreateForm({ session, onMade }: CreateFormProps) {
  const t = groupWords.value
  const held = session.hold.value.seats.length
  const draft = useMemo(() => wishDraft(Math.max(4, held)), [])
  const rule = useSignal<GroupRule>('each_pays')
  const name = useSignal(rememberedName() ?? '')
  const problem = useSignal<string | null>(null)
  const working = session.group.asking.value === 'group:create'
  const make = async (event: Event): Promise<void> => {
    event.preventDefault()
    if (working) return
    problem.value = null
    const typed = name.value.trim()
    const answer = await session.group.ask(
      'group:create',
      {
        performanceId: session.performance.id,
        size: draft.size.value,
        rule: rule.value,
        name: typed === '' ? anyName() : typed,
        wish: wishOf(draft),
        split: draft.split.value,
      },
      'quiet',
    )
    if (!answer.ok) {
      problem.value = answer.code
      return
    }
    if (typed !== '') rememberName(typed)
    onMade()
  }
  return (
    <form class="group-form" onSubmit={(event) => void make(event)}>
      <p class="muted">{t.create.text}</p>
      {held > 0 && <p class="group-note">{t.create.joins(held)}</p>}
      <WishFields draft={draft} book={session.book} least={held} />
      <fieldset class="rules">
        <legend>{t.ruleLabel}</legend>
        {RULES.map((value) => (
          <label key={value} class="method">
            <input
              type="radio"
              name="rule"
              value={value}
              checked={rule.value === value}
              onChange={() => (rule.value = value)}
            />
            <span class="method-name">{t.rule[value].title}</span>
            <span class="method-hint muted">{t.rule[value].text}</span>
          </label>
        ))}
      </fieldset>
      <label class="field">
        <span>{t.create.name}</span>
        <input
          type="text"
          autocomplete="nickname"
          maxLength={MEMBER_NAME_LENGTH_MAX}
          value={name.value}
          onInput={(event) => (name.value = event.currentTarget.value)}
        />
      </label>
      {problem.value !== null && (
        <p class="checkout-problem" role="alert">
          {said(problem.value, session)}
        </p>
      )}
      <button type="submit" class="button primary big" aria-disabled={working}>
        {working ? t.create.going : t.create.go}
      </button>
    </form>
  )
}

function said(code: string, { performance, sale, hold }: PerformanceSession): string {
  const { text } = words.value.notice
  return text[code in text ? (code as NoticeCode) : 'BAD_REQUEST']({
    count: hold.value.seats.length,
    maxSeats: performance.maxSeatsPerBuyer,
    wait: '',
    sale: sale.value.status,
  })
}
