import type { Watcher, EncodedPacket } from '../../src/feed/watcher.ts'
import type { MapState } from '../../src/feed/map-source.ts'
import { type SeatCells, SeatMirror } from '../../src/feed/seat-mirror.ts'
import { chainAfter, decodeEntry, type MapOperation, type StoredEntry } from '../../src/redis/map-stream.ts'

/** A state with every seat free, unless said otherwise. */
export function stateOf(seatCount: number, facts: Partial<MapState> = {}): MapState {
  return {
    epoch: 1,
    revision: 1,
    chain: '00000000',
    states: new Uint8Array(seatCount),
    holds: [],
    sale: { status: 'on_sale', opensAtMs: 0 },
    ...facts,
  }
}

/** All seats in one section and one zone. */
export const oneCell = (seatCount: number): SeatCells => ({
  cellOfSeat: new Int32Array(seatCount),
  sectionCount: 1,
  zoneCount: 1,
})

export const mirrorOf = (seatCount: number, facts: Partial<MapState> = {}): SeatMirror =>
  new SeatMirror(stateOf(seatCount, facts), oneCell(seatCount))

/** The entry that follows on a mirror's position. */
export function entryAfter(
  at: { readonly epoch: number; readonly revision: number; readonly chain: string },
  operations: readonly MapOperation[],
): StoredEntry {
  const id = `${at.epoch}-${at.revision + 1}`
  const text = JSON.stringify(operations)
  return decodeEntry(id, ['c', chainAfter(at.chain, id, text), 'o', text])
}

/** Seats change as an organiser's change. */
export const seatsChange = (...packed: number[]): MapOperation => ({ k: 'seats', c: packed })

/** A socket that keeps what it was sent; `buffered` is what its engine could not write yet. */
export class FakeWatcher implements Watcher {
  readonly id: string
  readonly received: unknown[] = []
  buffered = 0
  closed = false

  constructor(id = 'w') {
    this.id = id
  }

  writeBufferLength(): number {
    return this.buffered
  }

  send({ text }: EncodedPacket): void {
    this.received.push(JSON.parse(text.slice(1)))
  }

  close(): void {
    this.closed = true
  }
}
