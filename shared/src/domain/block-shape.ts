import type { Hall } from './hall.ts'
import type { SeatIndex } from './ids.ts'
import { contactsOf } from './touching-rows.ts'

/** `row`: neighbours in one row (A2). `two_rows`: two runs that touch, in one zone (G5). `apart`: neither, never called together. */
export type BlockShape = 'row' | 'two_rows' | 'apart'

/** What the seats form, and in how many runs of neighbours. Of none there is nothing to part. */
export function shapeIn(
  hall: Hall,
  seats: readonly SeatIndex[],
): { readonly shape: BlockShape; readonly runs: number } {
  const { runOf, placeOf } = hall
  const { touching } = contactsOf(hall)
  const inOrder = seats.toSorted((a, b) => (placeOf[a] ?? 0) - (placeOf[b] ?? 0))
  const runs: SeatIndex[][] = []
  for (const seat of inOrder) {
    const run = runs.at(-1)
    const left = run?.at(-1)
    const goesOn = left !== undefined && runOf[left] === runOf[seat] && placeOf[seat] === (placeOf[left] ?? 0) + 1
    if (goesOn) run?.push(seat)
    else runs.push([seat])
  }
  const [one, other] = runs
  if (one === undefined || other === undefined) return { shape: 'row', runs: runs.length }
  const touches = (small: readonly SeatIndex[], large: readonly SeatIndex[]): boolean =>
    small.length <= large.length && small.every((seat) => large.some((near) => touching(near).includes(seat)))
  const isInOneZone = seats.every((seat) => hall.zone[seat] === hall.zone[seats[0] ?? 0])
  const isShape = runs.length === 2 && isInOneZone && (touches(one, other) || touches(other, one))
  return { shape: isShape ? 'two_rows' : 'apart', runs: runs.length }
}
