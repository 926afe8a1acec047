import { useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { groupWords } from '../../i18n/group-words.ts'
import { sitterOf } from '../../store/group-store.ts'
import type { PerformanceSession } from '../performance/performance-session.ts'
import type { ViewState } from '../performance/view-state.ts'
import { initialOf } from './initial.ts'
import '../styles/group-map.css'

interface BlockNamesProps {
  readonly session: PerformanceSession
  readonly view: ViewState
}

/** A seat's width from which an initial fits on it, CSS px. Source: screenshots. */
const INITIAL_PX_MIN = 17

/** Initials of friends on their seats; from afar a flag over the block. Decoration: lists and cards say the same in words. */
export function BlockNames({ session, view }: BlockNamesProps) {
  const layer = useRef<HTMLDivElement>(null)
  const group = session.group.view.value
  const seats = session.group.seats.value
  const map = view.map.value
  useFocusedBlock(session, view)
  useEffect(() => {
    if (map === null) return undefined
    const place = (): void => {
      const element = layer.current
      if (element === null) return
      const places = seats.map((seat) => map.placeOf(seat))
      const seatPx = session.book.layout.seatSize * map.scale()
      element.classList.toggle('far', seatPx < INITIAL_PX_MIN)
      element.style.setProperty('--seat-px', `${seatPx}px`)
      const tops = places.flatMap((at) => (at === null ? [] : [at]))
      const middle = tops.reduce((sum, { x }) => sum + x, 0) / Math.max(1, tops.length)
      const top = Math.min(...tops.map(({ y }) => y)) - seatPx / 2
      element.querySelectorAll<HTMLElement>('.seat-name').forEach((chip) => {
        const at = places[seats.indexOf(Number(chip.dataset['seat']))]
        if (at != null) chip.style.transform = `translate(${at.x}px, ${at.y}px) translate(-50%, -50%)`
      })
      const flag = element.querySelector<HTMLElement>('.block-flag')
      if (flag !== null) flag.style.transform = `translate(${middle}px, ${top}px) translate(-50%, -100%)`
    }
    place()
    return map.onDrawn(place)
  })
  if (group === null) return null
  return (
    <div class="block-names" ref={layer} aria-hidden="true">
      {seats.map((seat) => {
        const sitter = sitterOf(group, seat)
        // My own seat has the map's mark.
        if (sitter?.isMe === true) return null
        return (
          <span key={seat} data-seat={seat} class={sitter === undefined ? 'seat-name nobody' : 'seat-name'}>
            {sitter === undefined ? '+' : initialOf(sitter.name)}
          </span>
        )
      })}
      <span class="block-flag">{groupWords.value.onMap}</span>
    </div>
  )
}

/** A new block is brought into view once. */
function useFocusedBlock(session: PerformanceSession, view: ViewState): void {
  const focused = useRef('')
  useSignalEffect(() => {
    const seats = session.group.seats.value
    const map = view.map.value
    const key = seats.join()
    if (map === null || !session.hasMap.value || key === focused.current) return
    focused.current = key
    map.focusSeats(seats)
  })
}
