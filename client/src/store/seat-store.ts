import { judgeDelta, type Position } from '@seatcast/shared/domain/revision.ts'
import type { MapDelta, Snapshot } from '@seatcast/shared/protocol/delta.ts'
import { decodeStatuses, seatOfPacked, statusOfPacked } from '@seatcast/shared/protocol/seat-codec.ts'

/** What the renderer has to redraw: everything, or the seats listed (each once). */
export type ChangedSeats = { readonly all: true } | { readonly all: false; readonly seats: readonly number[] }

/** The seats of one performance as this client knows them: a byte a seat, and which of them are mine. Never goes back. */
export class SeatStore {
  /** Wire statuses 0..3 by seat index. Read only for everybody else. */
  readonly statuses: Uint8Array
  #position: Position | undefined
  #mine: ReadonlySet<number> = new Set()
  #allChanged = true
  #told = false
  #changed: number[] = []
  readonly #isChanged: Uint8Array
  readonly #listeners = new Set<() => void>()

  constructor(seatCount: number) {
    this.statuses = new Uint8Array(seatCount)
    this.#isChanged = new Uint8Array(seatCount)
  }

  /** The exact state this is; undefined before the first snapshot. */
  get position(): Position | undefined {
    return this.#position
  }

  /** Seats of my hold and of my orders. */
  get mine(): ReadonlySet<number> {
    return this.#mine
  }

  setMine(seats: Iterable<number>): void {
    const before = this.#mine
    this.#mine = new Set(seats)
    for (const seat of before) if (!this.#mine.has(seat)) this.#mark(seat)
    for (const seat of this.#mine) if (!before.has(seat)) this.#mark(seat)
  }

  /** True when this is now at or after the snapshot; false when the snapshot is malformed or older than what is here. */
  applySnapshot(snapshot: Snapshot): boolean {
    const here = this.#position
    if (here !== undefined && isBefore(snapshot, here)) return false
    const statuses = decodeStatuses(snapshot.seats, this.statuses.length)
    if (statuses === undefined) return false
    this.#position = { epoch: snapshot.epoch, revision: snapshot.revision }
    for (let seat = 0; seat < statuses.length; seat++) this.#set(seat, statuses[seat]!)
    if (here === undefined) {
      this.#allChanged = true
      this.#tell()
    }
    return true
  }

  /** Applies what follows; anything else leaves everything as it is and says so (F1). */
  applyDelta(delta: MapDelta): 'apply' | 'stale' | 'gap' {
    const [, epoch, from, to, packedSeats] = delta
    if (this.#position === undefined) return 'gap'
    const verdict = judgeDelta(this.#position, { epoch, from, to })
    if (verdict !== 'apply') return verdict
    for (const packed of packedSeats) this.#set(seatOfPacked(packed), statusOfPacked(packed))
    this.#position = { epoch, revision: to }
    return verdict
  }

  /** What changed since the last call. For the renderer, once per animation frame. */
  takeChanged(): ChangedSeats {
    const changed: ChangedSeats = this.#allChanged ? { all: true } : { all: false, seats: this.#changed }
    for (const seat of this.#changed) this.#isChanged[seat] = 0
    this.#changed = []
    this.#allChanged = false
    this.#told = false
    return changed
  }

  /** Called when there is something to take again: at most once between two `takeChanged`. The answer ends it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #set(seat: number, status: number): void {
    if (seat >= this.statuses.length || this.statuses[seat] === status) return
    this.statuses[seat] = status
    this.#mark(seat)
  }

  #mark(seat: number): void {
    if (seat >= this.statuses.length || this.#isChanged[seat] === 1) return
    this.#isChanged[seat] = 1
    this.#changed.push(seat)
    this.#tell()
  }

  #tell(): void {
    if (this.#told) return
    this.#told = true
    for (const listener of this.#listeners) listener()
  }
}

function isBefore(one: Position, other: Position): boolean {
  return one.epoch < other.epoch || (one.epoch === other.epoch && one.revision < other.revision)
}
