import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { groupWords } from '../../i18n/group-words.ts'

interface AskingProps {
  readonly text: string
  readonly onYes: () => Promise<unknown>
  readonly onNo: () => void
}

/** Asks once before something that cannot be taken back; the focus follows. */
export function Asking({ text, onYes, onNo }: AskingProps) {
  const t = groupWords.value
  const working = useSignal(false)
  const no = useRef<HTMLButtonElement>(null)
  useEffect(() => no.current?.focus(), [])
  const go = async (): Promise<void> => {
    if (working.value) return
    working.value = true
    try {
      await onYes()
    } finally {
      working.value = false
      onNo()
    }
  }
  return (
    <div class="ask" role="group" aria-label={text}>
      <p>{text}</p>
      <div class="actions">
        <button type="button" class="button danger" aria-disabled={working.value} onClick={() => void go()}>
          {working.value ? t.oneMoment : t.leave.yes}
        </button>
        <button ref={no} type="button" class="button" onClick={onNo}>
          {t.leave.no}
        </button>
      </div>
    </div>
  )
}
