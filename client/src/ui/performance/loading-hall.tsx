import type { PerformanceDetail } from '@seatcast/shared/protocol/http.ts'
import type { Progress } from '../../connection/api.ts'
import { dateAndTime } from '../../i18n/format.ts'
import { words } from '../../i18n/language.ts'
import { showTitle } from '../../i18n/show-title.ts'
import { Header } from '../frame/header.tsx'

interface LoadingHallProps {
  readonly performance: PerformanceDetail | null
  readonly progress: Progress | null
}

export function LoadingHall({ performance, progress }: LoadingHallProps) {
  const t = words.value.load
  const done = performance !== null && progress !== null && progress.received === progress.total
  const text = performance === null ? t.performance : done ? t.map : t.hall(performance.seatCount)
  const total = progress?.total ?? null
  return (
    <>
      {performance === null ? (
        <Header />
      ) : (
        <Header title={showTitle(performance.show)} subtitle={dateAndTime(performance.startsAt)} />
      )}
      <main class="loading" aria-busy="true">
        <p id="loading-text">{text}</p>
        {progress !== null && total !== null ? (
          <progress aria-labelledby="loading-text" max={total} value={progress.received} />
        ) : (
          <progress aria-labelledby="loading-text" />
        )}
        <p class="muted">{progress === null ? '\u00a0' : t.received(Math.round(progress.received / 1024))}</p>
      </main>
    </>
  )
}
