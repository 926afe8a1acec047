/**
 * What the shader knows of a seat, 4 bytes at each of its 4 vertices: look, zone, flags, spare.
 * Looks 0..3 are the wire statuses.
 */
export const SeatLook = { available: 0, held: 1, sold: 2, blocked: 3, mine: 4, pending: 5, outline: 6 } as const
export type SeatLook = (typeof SeatLook)[keyof typeof SeatLook]

export const SeatFlag = { highlight: 1, accessible: 2 } as const

export const VERTICES_PER_SEAT = 4
/** Bytes a seat takes in the buffer of records. */
export const RECORD_BYTES = 4 * VERTICES_PER_SEAT

/** The record as one little-endian word, as WebGL reads it on every machine that has WebGL. */
export const seatRecord = (look: number, zone: number, flags: number): number => look | (zone << 8) | (flags << 16)

/** Writes a seat's record to its four vertices. */
export function writeRecord(records: Uint32Array, slot: number, record: number): void {
  const vertex = slot * VERTICES_PER_SEAT
  records[vertex] = record
  records[vertex + 1] = record
  records[vertex + 2] = record
  records[vertex + 3] = record
}

/** How a seat of mine, pending or highlighted looks in the layer of marks; the strongest wins. */
export function markOf(mine: boolean, pending: boolean): SeatLook {
  if (mine) return SeatLook.mine
  return pending ? SeatLook.pending : SeatLook.outline
}
