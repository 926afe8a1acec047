import { words } from '../../i18n/language.ts'
import { Icon } from '../frame/icon.tsx'
import type { PerformanceSession } from './performance-session.ts'
import { lookOf, seatWord } from './seat-state.ts'
import { placeInSection, priceOf } from './seat-words.ts'

/** Section, row, number, zone, price and state of one seat. */
export function SeatFactsBlock({ session, seat }: { readonly session: PerformanceSession; readonly seat: number }) {
  const facts = session.book.facts(seat)
  const look = lookOf(session, seat)
  return (
    <div class="seat-facts">
      <p class="seat-section">{facts.section}</p>
      <p class="seat-place">{placeInSection(facts)}</p>
      {facts.zone !== null && (
        <p class="seat-zone">
          <span class="swatch" style={{ backgroundColor: facts.zone.color }} aria-hidden="true" />
          {facts.zone.name}
          <strong>{priceOf(facts)}</strong>
        </p>
      )}
      {facts.accessible && (
        <p class="seat-zone">
          <Icon name="wheelchair" size={16} />
          {words.value.seat.accessible}
        </p>
      )}
      {(facts.zone !== null || look !== 'blocked') && <p class={`seat-look ${look}`}>{seatWord(session, seat)}</p>}
      {facts.zone === null && <p class="seat-look blocked">{words.value.noZone}</p>}
    </div>
  )
}
