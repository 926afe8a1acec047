import Flatbush from 'flatbush'
import type { SeatColumns } from '@seatcast/shared/domain/layout.ts'

/** Finds seats by place, in plan units. */
export interface SeatIndex {
  /** The nearest seat within `reach` of a point. */
  nearest(x: number, y: number, reach: number): number | null
}

export function createSeatIndex(seats: Pick<SeatColumns, 'x' | 'y'>): SeatIndex {
  const count = seats.x.length
  if (count === 0) return { nearest: () => null }
  const tree = new Flatbush(count, 16, Float32Array)
  for (let seat = 0; seat < count; seat++) tree.add(seats.x[seat] ?? 0, seats.y[seat] ?? 0)
  tree.finish()
  return { nearest: (x, y, reach) => tree.neighbors(x, y, 1, reach)[0] ?? null }
}
