import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals'
import type { SeatMap } from '../../renderer/seat-map-contract.ts'
import type { Notice } from './notice.ts'

export interface Hover {
  readonly seat: number
  readonly x: number
  readonly y: number
}

/** What this person looks at: nothing of it is the server's business. */
export interface ViewState {
  /** Once it is drawn; null on a browser that cannot. */
  readonly map: Signal<SeatMap | null>
  /** The seat whose card is open (touch, or a seat that cannot be had). */
  readonly selected: Signal<number | null>
  readonly hover: Signal<Hover | null>
  /** The seat that has the keyboard's focus in the list. */
  readonly listFocus: Signal<number | null>
  /** Zone numbers shown; null: all. */
  readonly zoneFilter: Signal<ReadonlySet<number> | null>
  /** The list of all seats is unfolded. */
  readonly listOpen: Signal<boolean>
  /** Phones: the sheet is drawn up. */
  readonly sheetOpen: Signal<boolean>
  /** Seats of an order that is being looked at. */
  readonly pointedAt: Signal<readonly number[]>
  /** Seats to point out on the map. */
  readonly highlight: ReadonlySignal<readonly number[]>
}

export function viewState(
  notice: ReadonlySignal<Notice | null>,
  wish: ReadonlySignal<readonly number[] | null>,
): ViewState {
  const selected = signal<number | null>(null)
  const listFocus = signal<number | null>(null)
  const pointedAt = signal<readonly number[]>([])
  return {
    map: signal(null),
    selected,
    hover: signal(null),
    listFocus,
    zoneFilter: signal(null),
    listOpen: signal(false),
    sheetOpen: signal(false),
    pointedAt,
    highlight: computed(() => {
      const pointedOut = [
        ...(notice.value?.offers.flat() ?? []),
        ...(wish.value ?? []),
        ...pointedAt.value,
        selected.value,
        listFocus.value,
      ]
      return [...new Set(pointedOut.filter((seat) => seat !== null))]
    }),
  }
}
