import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { PerformanceDetail } from '@seatcast/shared/protocol/http.ts'
import { LoadError, readLayout, readPerformance, type LoadFailure, type Progress } from '../../connection/api.ts'
import { layoutNames } from '../../i18n/layout-names.ts'
import { SeatBook } from '../../store/seat-book.ts'
import { Header } from '../frame/header.tsx'
import { LoadProblem } from '../frame/message.tsx'
import { loadRenderer } from './load-renderer.ts'
import { LoadingHall } from './loading-hall.tsx'
import { openSession, type PerformanceSession } from './performance-session.ts'
import { SeatPicker } from './seat-picker.tsx'

type Loading =
  | { readonly kind: 'performance' }
  | { readonly kind: 'layout'; readonly performance: PerformanceDetail; readonly progress: Progress | null }
  | { readonly kind: 'open'; readonly session: PerformanceSession }
  | { readonly kind: 'failed'; readonly failure: LoadFailure }

/** Reads the performance, then its hall, then follows it live. */
export function PerformancePage({ performanceId }: { readonly performanceId: string }) {
  const loading = useSignal<Loading>({ kind: 'performance' })
  const attempt = useSignal(0)

  useEffect(() => {
    let left = false
    let session: PerformanceSession | null = null
    const show = (next: Loading): void => {
      if (!left) loading.value = next
    }
    const load = async (): Promise<void> => {
      show({ kind: 'performance' })
      const performance = await readPerformance(performanceId)
      show({ kind: 'layout', performance, progress: null })
      const layout = await readLayout(performance.layoutUrl, (progress) =>
        show({ kind: 'layout', performance, progress }),
      )
      if (left) return
      session = openSession(performance, new SeatBook(layout, performance.zones, layoutNames(layout)))
      show({ kind: 'open', session })
    }
    // Meanwhile, so that the map is there when its data is; the map view says it when this fails.
    loadRenderer().catch(() => undefined)
    load().catch((error: unknown) => {
      if (!(error instanceof LoadError)) throw error
      show({ kind: 'failed', failure: error.failure })
    })
    return () => {
      left = true
      session?.close()
    }
  }, [performanceId, attempt.value])

  const state = loading.value
  if (state.kind === 'open') return <SeatPicker session={state.session} />
  if (state.kind === 'failed') {
    return (
      <>
        <Header />
        <LoadProblem failure={state.failure} onRetry={() => attempt.value++} />
      </>
    )
  }
  return state.kind === 'layout' ? (
    <LoadingHall performance={state.performance} progress={state.progress} />
  ) : (
    <LoadingHall performance={null} progress={null} />
  )
}
