import type { SeatBook, SeatFacts } from '../../store/seat-book.ts'
import { money } from '../../i18n/format.ts'
import { words } from '../../i18n/language.ts'

/** "Row C · Seat 12" */
export function placeInSection({ row, number }: SeatFacts): string {
  const t = words.value.seat
  return `${t.row(row)} · ${t.number(number)}`
}

/** "Stalls, row C, seat 12": for screen readers and button labels. */
export function spokenPlace({ section, row, number }: SeatFacts): string {
  return words.value.seat.spoken(section, row, number)
}

export function priceOf({ zone }: SeatFacts): string {
  return zone === null ? words.value.noZone : money(zone.price, zone.currency)
}

/** "Stalls · Row C · seats 12, 13", a row at a time. */
export function rowsLabel(book: SeatBook, seats: readonly number[]): string {
  const t = words.value
  return book
    .byRow(seats)
    .map(
      ({ section, row, numbers }) =>
        `${section} · ${t.seat.row(row)} · ${t.seat.numbers(numbers.join(', '), numbers.length)}`,
    )
    .join(t.notice.and)
}

export function totalOf(book: SeatBook, seats: readonly number[]): string {
  const total = book.total(seats)
  return total === null ? '' : money(total.amount, total.currency)
}
