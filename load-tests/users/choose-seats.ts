import type { MapCopy } from '../lib/seatcast/map-copy.ts'

const AVAILABLE = 0

/**
 * `count` free neighbours by index among the first `among` seats, as somebody picks them who looks at the map: most look near
 * the front, so a rush aims at the same seats. Fewer, or none, when no run is free.
 */
export function chooseSeats(map: MapCopy, count: number, among: number): number[] {
  const from = Math.floor(among * Math.random() ** 2)
  let run: number[] = []
  let best: number[] = []
  for (let step = 0; step < among + count; step++) {
    const seat = (from + step) % among
    if (seat === 0) run = []
    run = map.statusOf(seat) === AVAILABLE ? [...run, seat] : []
    if (run.length > best.length) best = run
    if (best.length === count) return best
  }
  return best
}
