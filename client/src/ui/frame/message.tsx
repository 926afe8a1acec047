import type { LoadFailure } from '../../connection/api.ts'
import { localPath, words } from '../../i18n/language.ts'

interface MessageProps {
  readonly title: string
  readonly text: string
  readonly onRetry?: () => void
}

/** A page that has one thing to say, and a way on. */
export function Message({ title, text, onRetry }: MessageProps) {
  const t = words.value
  return (
    <main class="message">
      <h1>{title}</h1>
      <p>{text}</p>
      <div class="actions">
        {onRetry !== undefined && (
          <button type="button" class="button primary" onClick={onRetry}>
            {t.retry}
          </button>
        )}
        <a class="button" href={localPath('/')}>
          {t.home}
        </a>
      </div>
    </main>
  )
}

/** What could not be loaded; asking again is offered where it can help. */
export function LoadProblem({ failure, onRetry }: { readonly failure: LoadFailure; readonly onRetry: () => void }) {
  const { load, notFound } = words.value
  const gone = failure === 'NOT_FOUND'
  return (
    <Message title={gone ? notFound.title : load.failed} text={load.failure[failure]} {...(gone ? {} : { onRetry })} />
  )
}
