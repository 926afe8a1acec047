import { useComputed, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { PerformanceSummary, ShowSummary } from '@seatcast/shared/protocol/http.ts'
import { listShows, LoadError, type LoadFailure } from '../../connection/api.ts'
import { countdown, dateAndTime } from '../../i18n/format.ts'
import { localPath, words } from '../../i18n/language.ts'
import { showTitle } from '../../i18n/show-title.ts'
import { nowMs, tick } from '../clock.ts'
import { Header } from '../frame/header.tsx'
import { Icon } from '../frame/icon.tsx'
import { LoadProblem } from '../frame/message.tsx'
import { CodeField } from '../groups/friends.tsx'
import { saleOf, salePhase } from '../performance/sale.ts'
import { soonestFirst } from './soonest-first.ts'

/** How often the list is read again while it is looked at, ms. Source: a guess: counts here are a hint, the map is live. */
const REFRESH_MS = 15_000

interface ListState {
  readonly shows: readonly ShowSummary[] | null
  readonly nextCursor: string | null
  /** When it was read, on the monotonic clock: countdowns start there. */
  readonly readAtMs: number
  readonly failure: LoadFailure | null
}

const NOTHING: ListState = { shows: null, nextCursor: null, readAtMs: 0, failure: null }

export function ShowsPage() {
  const list = useSignal<ListState>(NOTHING)
  const read = async (cursor: string | null): Promise<void> => {
    try {
      const page = await listShows(cursor)
      const before = cursor === null ? [] : (list.value.shows ?? [])
      list.value = {
        shows: [...before, ...page.shows],
        nextCursor: page.nextCursor,
        readAtMs: tick(),
        failure: null,
      }
    } catch (error) {
      if (!(error instanceof LoadError)) throw error
      // What was read once stays: an old list is better than none.
      list.value = { ...list.value, failure: error.failure }
    }
  }
  useEffect(() => {
    void read(null)
    const timer = setInterval(() => {
      // Only the first page is refreshed: further ones were asked for by hand.
      if (document.visibilityState === 'visible' && list.value.nextCursor === null) void read(null)
    }, REFRESH_MS)
    return () => clearInterval(timer)
  }, [])

  const t = words.value.shows
  document.title = `${t.title} · Seatcast`
  const { shows, nextCursor, readAtMs, failure } = list.value
  if (shows === null && failure !== null) {
    return (
      <>
        <Header />
        <LoadProblem failure={failure} onRetry={() => void read(null)} />
      </>
    )
  }
  return (
    <>
      <Header />
      <main class="shows">
        <div class="shows-head">
          <h1>{t.title}</h1>
          <CodeField />
        </div>
        {shows === null && <p class="muted">{t.loading}</p>}
        {shows?.length === 0 && <p class="muted">{t.empty}</p>}
        {soonestFirst(shows ?? []).map((show) => (
          <section key={show.id} class="show">
            <h2>{showTitle(show)}</h2>
            <ul>
              {show.performances.map((performance) => (
                <PerformanceRow key={performance.id} performance={performance} readAtMs={readAtMs} />
              ))}
            </ul>
          </section>
        ))}
        {nextCursor !== null && (
          <button type="button" class="button" onClick={() => void read(nextCursor)}>
            {t.more}
          </button>
        )}
      </main>
    </>
  )
}

function PerformanceRow({
  performance,
  readAtMs,
}: {
  readonly performance: PerformanceSummary
  readonly readAtMs: number
}) {
  const t = words.value
  const sale = saleOf(performance.status, performance.opensInMs, readAtMs)
  // Recomputed four times a second, but the row is drawn only when the words change.
  const label = useComputed(() => {
    const phase = salePhase(sale, nowMs.value)
    if (phase === 'counting') return words.value.opensIn(countdown((sale.opensAtMs ?? 0) - nowMs.value))
    return phase === 'opening' ? words.value.opening : words.value.sale[sale.status]
  })
  const free = performance.availableCount
  const ratio = performance.seatCount === 0 ? 0 : free / performance.seatCount
  const buyable = performance.status === 'on_sale' && free > 0
  return (
    <li>
      <a class="performance-row" href={localPath(`/p/${encodeURIComponent(performance.id)}`)}>
        <time dateTime={performance.startsAt}>{dateAndTime(performance.startsAt)}</time>
        <span class={`sale-badge ${performance.status}`}>
          {performance.status === 'scheduled' && <Icon name="clock" size={16} />}
          {label.value}
        </span>
        <span class="availability">
          <meter min={0} max={1} value={ratio} aria-hidden="true" />
          <span>{free === 0 ? t.shows.soldOut : t.shows.available(free, performance.seatCount)}</span>
        </span>
        <span class={buyable ? 'button primary' : 'button'}>{buyable ? t.shows.choose : t.shows.look}</span>
      </a>
    </li>
  )
}
