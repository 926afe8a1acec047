import { useSignal } from '@preact/signals'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { Row } from '../../store/seat-book.ts'
import { compareLabels } from '../../i18n/format.ts'
import { words } from '../../i18n/language.ts'
import { Icon } from '../frame/icon.tsx'
import { Picker } from '../frame/picker.tsx'
import type { PerformanceSession } from './performance-session.ts'
import { actOf, chooseSeat, lookOf, seatWord } from './seat-state.ts'
import { priceOf, spokenPlace } from './seat-words.ts'
import type { ViewState } from './view-state.ts'

export const SEAT_LIST_ID = 'seat-list'

interface SeatListProps {
  readonly session: PerformanceSession
  readonly view: ViewState
}

/**
 * The same seats for keyboard and screen reader: a section, then a row, then its seats. Only the chosen row's seats are
 * in the DOM, so that a stadium costs no more than a cinema.
 */
export function SeatList({ session, view }: SeatListProps) {
  const t = words.value.list
  const opened = view.listOpen
  const section = useSignal(0)
  const rowAt = useSignal(0)
  const { book, counts } = session
  const rows = opened.value ? book.rowsOf(section.value, compareLabels) : []
  const row = rows[rowAt.value]
  const chooseSection = (chosen: number): void => {
    section.value = chosen
    rowAt.value = 0
    view.map.value?.focusSection(chosen)
  }
  const chooseRow = (at: number): void => {
    rowAt.value = at
    const chosen = rows[at]
    if (chosen !== undefined) view.map.value?.focusSeats(chosen.seats)
  }
  return (
    <details
      class="card seat-list"
      id={SEAT_LIST_ID}
      open={opened.value}
      onToggle={(event) => {
        opened.value = event.currentTarget.open
        if (!event.currentTarget.open) view.listFocus.value = null
      }}
    >
      <summary>
        <h2>{t.title}</h2>
        <Icon name="down" />
      </summary>
      {opened.value && (
        <>
          <Picker
            label={t.section}
            value={String(section.value)}
            choices={book.layout.sections.map(({ id, name }) => ({
              value: String(id),
              label: t.sectionFree(book.nameOf(name), counts.value.bySection[id] ?? 0),
            }))}
            onChoose={(chosen) => chooseSection(Number(chosen))}
          />
          <Picker
            key={section.value}
            label={t.rows}
            value={String(rowAt.value)}
            choices={rows.map((entry, at) => ({
              value: String(at),
              label: t.row(entry.label, freeIn(session, entry)),
            }))}
            onChoose={(chosen) => chooseRow(Number(chosen))}
          />
          {row !== undefined && (
            <RowOfSeats
              session={session}
              view={view}
              row={row}
              onLeave={(by) => chooseRow(Math.min(rows.length - 1, Math.max(0, rowAt.value + by)))}
            />
          )}
        </>
      )}
    </details>
  )
}

function freeIn(session: PerformanceSession, row: Row): number {
  void session.mapVersion.value
  return row.seats.filter((seat) => session.store.statuses[seat] === 0).length
}

interface RowOfSeatsProps extends SeatListProps {
  readonly row: Row
  /** Up and down leave the row for the one before or after. */
  readonly onLeave: (by: number) => void
}

/** One stop for Tab; the arrow keys move among the seats (roving focus). */
function RowOfSeats({ session, view, row, onLeave }: RowOfSeatsProps) {
  const chosen = useSignal(0)
  const at = Math.min(chosen.value, row.seats.length - 1)
  const list = useRef<HTMLDivElement>(null)
  const leaving = useRef(false)
  const move = (to: number): void => {
    chosen.value = Math.min(row.seats.length - 1, Math.max(0, to))
    list.current?.querySelectorAll('button')[chosen.value]?.focus()
  }
  const leave = (by: number): void => {
    leaving.current = true
    onLeave(by)
  }
  // Before the next key can come: it counts from the new seat.
  useLayoutEffect(() => {
    if (leaving.current) move(at)
    leaving.current = false
  }, [row])
  // My seats stand above: when they grow or shrink, the seat in hand must stay in sight.
  const held = session.hold.value.seats.length
  useEffect(() => {
    const focused = document.activeElement
    if (focused !== null && list.current?.contains(focused)) focused.scrollIntoView({ block: 'nearest' })
  }, [held])
  const steps: Readonly<Record<string, () => void>> = {
    ArrowRight: () => move(at + 1),
    ArrowLeft: () => move(at - 1),
    ArrowDown: () => leave(1),
    ArrowUp: () => leave(-1),
    Home: () => move(0),
    End: () => move(row.seats.length - 1),
  }
  return (
    <div
      ref={list}
      class="row-seats"
      role="group"
      aria-label={words.value.list.seatsOfRow(row.label)}
      onKeyDown={(event) => {
        const step = steps[event.key]
        if (step === undefined) return
        event.preventDefault()
        step()
      }}
      onFocusOut={() => (view.listFocus.value = null)}
    >
      {row.seats.map((seat, place) => {
        const facts = session.book.facts(seat)
        const look = lookOf(session, seat)
        const label = `${spokenPlace(facts)}, ${facts.zone?.name ?? ''} ${priceOf(facts)}, ${seatWord(session, seat)}`
        return (
          <button
            key={seat}
            type="button"
            class={`list-seat ${look}`}
            tabIndex={place === at ? 0 : -1}
            aria-label={facts.accessible ? `${label}, ${words.value.seat.accessible}` : label}
            aria-pressed={look === 'mine' || look === 'wished'}
            aria-disabled={actOf(session, seat) === 'none'}
            title={label}
            onFocus={() => {
              chosen.value = place
              view.listFocus.value = seat
            }}
            onClick={() => chooseSeat(session, seat)}
          >
            {facts.number}
          </button>
        )
      })}
    </div>
  )
}
