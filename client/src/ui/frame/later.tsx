import { useSignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { words } from '../../i18n/language.ts'

interface LaterProps<Props> {
  /** Fetches the component with its chunk. */
  readonly load: () => Promise<ComponentType<Props>>
  readonly props: Props
  /** Nothing is shown until it is there. */
  readonly quiet?: boolean
}

/** A part of the page that most visits do not need: its code comes when it is shown. */
export function Later<Props extends object>({ load, props, quiet = false }: LaterProps<Props>) {
  const loaded = useSignal<{ readonly Part: ComponentType<Props> } | null>(null)
  const failed = useSignal(false)
  const attempt = useSignal(0)
  useEffect(() => {
    let left = false
    failed.value = false
    const fetchPart = async (): Promise<void> => {
      try {
        const Part = await load()
        if (!left) loaded.value = { Part }
      } catch {
        failed.value = true // Offline, or a new release has taken the chunk's place: said with a way to try again.
      }
    }
    void fetchPart()
    return () => {
      left = true
    }
  }, [attempt.value])

  if (loaded.value !== null) {
    const { Part } = loaded.value
    return <Part {...props} />
  }
  if (quiet) return null
  return (
    <div class="card later" aria-busy={!failed.value}>
      <p class="muted" role="status">
        {failed.value ? words.value.load.failed : words.value.checkout.loading}
      </p>
      {failed.value && (
        <button type="button" class="button" onClick={() => attempt.value++}>
          {words.value.retry}
        </button>
      )}
    </div>
  )
}
