import { batch, signal, type ReadonlySignal } from '@preact/signals'
import type { SeatBook } from '../../store/seat-book.ts'
import { countAvailable, type SeatCounts } from '../../store/seat-counts.ts'
import type { ChangedSeats, SeatStore } from '../../store/seat-store.ts'

/** What follows the map's changes in steps. */
export interface MapFigures {
  readonly counts: ReadonlySignal<SeatCounts>
  /** Grows with the map's changes, a few times a second. */
  readonly version: ReadonlySignal<number>
  /** Brings both up to date at once. */
  digest(): void
  /** At most once an animation frame. */
  readonly onSeats: (listener: (changed: ChangedSeats) => void) => () => void
  close(): void
}

/** How often figures and lists follow the map, ms. Source: a guess: faster is not readable. */
const DIGEST_MS = 300

export function followMap(store: SeatStore, book: SeatBook): MapFigures {
  const counts = signal<SeatCounts>(countAvailable(store.statuses, book))
  const version = signal(0)
  const listeners = new Set<(changed: ChangedSeats) => void>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const digest = (): void => {
    clearTimeout(timer)
    timer = undefined
    batch(() => {
      counts.value = countAvailable(store.statuses, book)
      version.value++
    })
  }
  const digestSoon = (): void => {
    timer ??= setTimeout(digest, DIGEST_MS)
  }
  const stopFollowing = store.onChange(() => {
    requestAnimationFrame(() => {
      const changed = store.takeChanged()
      for (const listener of listeners) listener(changed)
      digestSoon()
    })
    // A hidden tab has no frames; its figures are right at once when it is looked at.
    digestSoon()
  })
  return {
    counts,
    version,
    digest,
    onSeats(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      clearTimeout(timer)
      stopFollowing()
    },
  }
}
