import type { Layout } from '@seatcast/shared/domain/layout.ts'

/** Party sizes in the order of their chances: couples are the most common. A guess. */
const PARTY_SIZES = [2, 2, 2, 2, 1, 3, 3, 4, 4] as const
/** Places looked at before giving up: at 60 % taken, a run of 4 is free in about one of 40. */
const ATTEMPTS = 60

/** Free neighbouring seats for a party of one to four; [] when none were found. Accessible places are left alone. */
export function chooseSeats(layout: Layout, snapshot: string, random: () => number = Math.random): number[] {
  const size = PARTY_SIZES[Math.floor(random() * PARTY_SIZES.length)] ?? 2
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const run = freeRun(layout, snapshot, Math.floor(random() * snapshot.length), size)
    if (run !== null) return run
  }
  return []
}

function freeRun(layout: Layout, snapshot: string, first: number, size: number): number[] | null {
  const run: number[] = []
  for (let seat = first; run.length < size; seat = layout.seats.next[seat] ?? -1) {
    if (seat < 0 || snapshot[seat] !== '0' || layout.seats.accessible[seat]) return null
    run.push(seat)
  }
  return run
}
