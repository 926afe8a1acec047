import type { SeatBook } from './seat-book.ts'

/**
 * A run of `size` neighbours in one row and zone around a seat, all of them `usable`; the seat is as near to its middle as
 * can be. null: there is none.
 */
export function blockAround(
  book: SeatBook,
  seat: number,
  size: number,
  usable: (seat: number) => boolean,
): readonly number[] | null {
  const { next } = book.layout.seats
  const zone = book.zoneOfSeat[seat]
  const fits = (at: number): boolean => at >= 0 && book.zoneOfSeat[at] === zone && usable(at)
  if (!fits(seat)) return null
  const before = leftOf(book)
  const left: number[] = []
  for (let at = before.get(seat) ?? -1; left.length < size - 1 && fits(at); at = before.get(at) ?? -1) left.push(at)
  const right: number[] = []
  for (let at = next[seat] ?? -1; right.length < size - 1 && fits(at); at = next[at] ?? -1) right.push(at)
  if (left.length + 1 + right.length < size) return null
  const wanted = Math.floor((size - 1) / 2)
  const fromLeft = Math.min(left.length, Math.max(wanted, size - 1 - right.length))
  return [...left.slice(0, fromLeft).toReversed(), seat, ...right.slice(0, size - 1 - fromLeft)]
}

/** The left-hand neighbour by seat: made once a layout. */
const LEFT = new WeakMap<SeatBook['layout'], ReadonlyMap<number, number>>()

function leftOf({ layout }: SeatBook): ReadonlyMap<number, number> {
  const known = LEFT.get(layout)
  if (known !== undefined) return known
  const made = new Map<number, number>()
  layout.seats.next.forEach((right, seat) => {
    if (right !== -1) made.set(right, seat)
  })
  LEFT.set(layout, made)
  return made
}
