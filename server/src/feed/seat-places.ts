import { NO_ZONE, zoneOfSeats } from '@seatcast/shared/domain/hall.ts'
import type { Layout } from '@seatcast/shared/domain/layout.ts'
import type { Zone } from '../catalogue/performance.ts'
import type { SeatCells } from './seat-mirror.ts'

/** Where each seat of a performance belongs: fixed for its life. */
export interface SeatPlaces {
  readonly zoneOfSeat: Uint8Array
  readonly cells: SeatCells
}

export function placeSeats(layout: Layout, zones: readonly Zone[]): SeatPlaces {
  const zoneOfSeat = zoneOfSeats(layout, zones)
  const cellOfSeat = Int32Array.from(zoneOfSeat, (zone, seat) =>
    zone === NO_ZONE ? -1 : (layout.seats.section[seat] ?? 0) * zones.length + zone,
  )
  return { zoneOfSeat, cells: { cellOfSeat, sectionCount: layout.sections.length, zoneCount: zones.length } }
}
