import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals'
import type { SeatMap } from '../../renderer/seat-map-contract.ts'
import type { MyGroup } from '../groups/my-group.ts'
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
  /** The dialog that makes a group is open. */
  readonly makingGroup: Signal<boolean>
  /** Seats of an order that is being looked at. */
  readonly pointedAt: Signal<readonly number[]>
  /** Seats to point out on the map. */
  readonly highlight: ReadonlySignal<readonly number[]>
}

/** The signals of a session that have seats to point out. */
interface PointingOut {
  readonly notice: ReadonlySignal<Notice | null>
  readonly wish: ReadonlySignal<readonly number[] | null>
  readonly group: Pick<MyGroup, 'isOpen' | 'seats' | 'mySeats'>
}

export function viewState({ notice, wish, group }: PointingOut): ViewState {
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
    makingGroup: signal(false),
    pointedAt,
    highlight: computed(() => {
      const pointedOut = [
        ...(notice.value?.offers.flat() ?? []),
        ...(wish.value ?? []),
        // Mine have a mark of their own.
        ...(group.isOpen.value ? group.seats.value.filter((seat) => !group.mySeats.value.includes(seat)) : []),
        ...pointedAt.value,
        selected.value,
        listFocus.value,
      ]
      return [...new Set(pointedOut.filter((seat) => seat !== null))]
    }),
  }
}
