import { words } from '../../i18n/language.ts'
import { Icon } from '../frame/icon.tsx'
import { openCreateGroup } from '../groups/open-create-group.ts'
import { useHoldClock } from './hold-countdown.tsx'
import type { PerformanceSession } from './performance-session.ts'
import { placeInSection, priceOf, spokenPlace, totalOf } from './seat-words.ts'
import type { ViewState } from './view-state.ts'

interface MySeatsProps {
  readonly session: PerformanceSession
  readonly view: ViewState
}

/** What I hold, what it costs, and for how long. */
export function MySeats({ session, view }: MySeatsProps) {
  const t = words.value.mySeats
  // By place in the hall, not by the order in which they were taken.
  const seats = session.hold.value.seats.toSorted((a, b) => a - b)
  const clock = useHoldClock(session)
  const pending = session.commands.pending.value
  if (seats.length === 0) {
    return (
      <section class="card my-seats empty" aria-labelledby="my-seats-title">
        <h2 id="my-seats-title">{t.title}</h2>
        <p class="muted">{t.none}</p>
      </section>
    )
  }
  const over = clock.ratio.value === 0
  return (
    <section class="card my-seats" aria-labelledby="my-seats-title" data-held={seats.length}>
      <h2 id="my-seats-title">
        {t.title} <span class="count">{t.count(seats.length)}</span>
      </h2>
      <div class={clock.urgent.value ? 'hold-clock urgent' : 'hold-clock'} role="timer">
        <span>
          <Icon name="clock" size={18} />
          {over ? t.ending : t.heldFor}
        </span>
        <strong>{clock.text.value}</strong>
        <span class="hold-bar" aria-hidden="true">
          <span style={{ transform: `scaleX(${clock.ratio.value})` }} />
        </span>
      </div>
      <ul>
        {seats.map((seat) => {
          const facts = session.book.facts(seat)
          return (
            <li key={seat} class={pending.includes(seat) ? 'pending' : ''}>
              <span class="swatch" style={{ backgroundColor: facts.zone?.color ?? 'transparent' }} aria-hidden="true" />
              <span class="my-seat-place">
                <span class="muted">{facts.section}</span>
                <span>{placeInSection(facts)}</span>
              </span>
              <span class="price">{priceOf(facts)}</span>
              <button
                type="button"
                class="icon-button"
                aria-label={t.remove(spokenPlace(facts))}
                title={t.remove(spokenPlace(facts))}
                disabled={pending.includes(seat)}
                onClick={() => session.commands.release([seat])}
              >
                <Icon name="close" size={18} />
              </button>
            </li>
          )
        })}
      </ul>
      <p class="total">
        <span>{t.total}</span>
        <strong>{totalOf(session.book, seats)}</strong>
      </p>
      <div class="actions">
        <button type="button" class="button" onClick={() => showOnMap(session, view)}>
          {t.show}
        </button>
        <button type="button" class="button quiet" onClick={() => session.commands.release()}>
          {t.releaseAll}
        </button>
      </div>
      <button type="button" class="button" onClick={() => void openCreateGroup(session, view)}>
        <Icon name="friends" />
        {words.value.friends.fromSeats}
      </button>
    </section>
  )
}

function showOnMap(session: PerformanceSession, view: ViewState): void {
  view.sheetOpen.value = false
  view.map.value?.focusSeats(session.hold.value.seats)
}
