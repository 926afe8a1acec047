import type { SeatIndex } from '@seatcast/shared/domain/ids.ts'

/** Runs of neighbours (A1) that the seats form, each from left to right. `next`: a layout's right-hand neighbours. */
export function runsOf(next: readonly SeatIndex[], seats: readonly SeatIndex[]): SeatIndex[][] {
  const inside = new Set(seats)
  const hasLeft = new Set(seats.map((seat) => next[seat] ?? -1).filter((right) => inside.has(right)))
  return seats
    .filter((seat) => !hasLeft.has(seat))
    .map((first) => {
      const run: SeatIndex[] = []
      for (let seat = first; inside.has(seat); seat = next[seat] ?? -1) run.push(seat)
      return run
    })
}
