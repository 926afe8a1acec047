import type { Hall } from './hall.ts'
import type { SeatIndex } from './ids.ts'
import { SeatState } from './seat-state.ts'

/** What a block search may look at: the states of all seats, and seats to be treated as free (the asker's own, when replacing). */
export interface SeatsNow {
  readonly states: Uint8Array
  readonly own?: ReadonlySet<SeatIndex>
}

/** By seat; SeatState.free: it may be in a block. The states themselves where that is all: a copy costs as much as a short search. */
export function freeSeats({ states, own }: SeatsNow, without: ReadonlySet<SeatIndex> | undefined): Uint8Array {
  if ((own?.size ?? 0) === 0 && (without?.size ?? 0) === 0) return states
  const free = states.slice()
  for (const seat of own ?? []) free[seat] = SeatState.free
  for (const seat of without ?? []) free[seat] = SeatState.blocked
  return free
}

/**
 * Where the next stretch of at least so many free seats side by side begins, among the places from `from` to `to` of one
 * run, or -1. Looks at the far end of where it could be first: a taken seat there rules out all before it, and in a full
 * hall most seats are not looked at. No seat before `from` counts.
 */
function nextStretch(order: Int32Array, free: Uint8Array, from: number, to: number, atLeast: number): number {
  let start = from
  let known = from // from `start` up to here all are free
  while (start + atLeast <= to) {
    let taken = start + atLeast - 1
    while (taken >= known && free[order[taken] ?? 0] === SeatState.free) taken -= 1
    if (taken < known) return start
    known = start + atLeast
    start = taken + 1
  }
  return -1
}

/** Behind the last of the free seats that follow each other from `start` on. */
function endOfStretch(order: Int32Array, free: Uint8Array, start: number, to: number): number {
  let end = start
  while (end < to && free[order[end] ?? 0] === SeatState.free) end += 1
  return end
}

/** Visits each maximal stretch of at least so many free seats in one run. */
export function forStretches(
  { order, runStart }: Hall,
  free: Uint8Array,
  run: number,
  atLeast: number,
  visit: (start: number, end: number) => void,
): void {
  const to = runStart[run + 1] ?? 0
  let end = runStart[run] ?? 0
  for (;;) {
    const start = nextStretch(order, free, end, to, atLeast)
    if (start < 0) return
    end = endOfStretch(order, free, start, to)
    visit(start, end)
  }
}

/** The run has at least so many free seats side by side. */
export const hasStretch = ({ order, runStart }: Hall, free: Uint8Array, run: number, atLeast: number): boolean =>
  nextStretch(order, free, runStart[run] ?? 0, runStart[run + 1] ?? 0, atLeast) >= 0
