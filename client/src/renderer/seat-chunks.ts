import type { Layout } from '@seatcast/shared/domain/layout.ts'
import type { Box } from './camera.ts'
import { boxOfSeats, seatsBySection } from './seats-by-section.ts'

/** Seats that share one mesh: a section, or a part of a large one. */
export interface SeatChunk {
  readonly section: number
  readonly seats: Uint32Array
  readonly box: Box
}

/** Most seats in one chunk: four vertices each must stay below 2^16, so that indexes are 16 bit. */
export const CHUNK_SEATS_MAX = 8_192

/** One chunk a section; sections with more seats are cut into runs of neighbouring seat numbers. */
export function chunkSeats(layout: Layout): SeatChunk[] {
  const chunks: SeatChunk[] = []
  seatsBySection(layout).forEach((seats, section) => {
    const parts = Math.ceil(seats.length / CHUNK_SEATS_MAX)
    const size = Math.ceil(seats.length / Math.max(parts, 1))
    for (let start = 0; start < seats.length; start += size) {
      const part = seats.subarray(start, start + size)
      chunks.push({ section, seats: part, box: boxOfSeats(layout, part) })
    }
  })
  return chunks
}

/** Which slots of a chunk's buffer changed since it was last sent: one coalesced range. */
export class DirtyRange {
  private first = Infinity
  private last = -Infinity

  get empty(): boolean {
    return this.first > this.last
  }

  add(slot: number): void {
    if (slot < this.first) this.first = slot
    if (slot > this.last) this.last = slot
  }

  addAll(slotCount: number): void {
    this.first = 0
    this.last = slotCount - 1
  }

  /** Start and length in slots; the range is empty afterwards. */
  take(): { start: number; length: number } | null {
    if (this.empty) return null
    const range = { start: this.first, length: this.last - this.first + 1 }
    this.first = Infinity
    this.last = -Infinity
    return range
  }
}
