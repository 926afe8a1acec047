import type { UserId } from '@seatcast/shared/domain/ids.ts'
import type { Position } from '@seatcast/shared/domain/revision.ts'
import { SeatState, STATUS_OF_STATE, type SeatStatus } from '@seatcast/shared/domain/seat-state.ts'
import type { HoldReason } from '@seatcast/shared/protocol/hold.ts'
import { chainAfter, isStart, type MapOperation, type PackedState, type StoredEntry } from '../redis/map-stream.ts'
import type { MirrorView } from './feed-contract.ts'
import { HoldBook } from './hold-book.ts'
import type { LiveHold, LiveOrder, MapState } from './map-source.ts'
import { OrderBook } from './order-book.ts'

/** Where each seat counts: a section by a zone. */
export interface SeatCells {
  /** `section * zoneCount + zone` by seat; -1: in no zone. */
  readonly cellOfSeat: Int32Array
  readonly sectionCount: number
  readonly zoneCount: number
}

/** A buyer's hold after a change; without seats it ended. For that buyer only. */
export interface MirrorHoldChange extends LiveHold {
  readonly reason: HoldReason
  readonly at: Position
  /** When its script ran, Unix ms of Redis's clock; undefined: nobody knows. */
  readonly scriptMs: number | undefined
}

/**
 * `stale`: seen already. `gap`: entries between are missing. `chain broken`: history was rewritten (R3).
 * `start`: an epoch begins, take the whole state anew. All but `applied` leave the mirror as it is.
 */
export type EntryVerdict = 'applied' | 'stale' | 'gap' | 'chain broken' | 'start'

const STATUS = Uint8Array.from([0, 1, 2, 3, 4] as const, (state) => STATUS_OF_STATE[state])
const NOBODYS_SALE: MapState['sale'] = { status: 'scheduled', opensAtMs: 0 }

/** This process's copy of one performance's map, and what changed in it since the last tick. Pure. */
export class SeatMirror implements MirrorView {
  readonly states: Uint8Array
  readonly #cells: SeatCells
  readonly #available: Int32Array
  #availableCount = 0
  #epoch = 0
  #revision = 0
  #chain = ''
  #sale = NOBODYS_SALE
  #holds = new HoldBook()
  #orders = new OrderBook()
  /** Seats whose status on the wire changed since the last tick, even if it changed back: somebody may have joined between. */
  #dirtySeats: number[] = []
  readonly #isDirty: Uint8Array
  #holdChanges: MirrorHoldChange[] = []

  constructor(state: MapState, cells: SeatCells) {
    this.states = Uint8Array.from(state.states)
    this.#isDirty = new Uint8Array(state.states.length)
    this.#cells = cells
    this.#available = new Int32Array(cells.sectionCount * cells.zoneCount)
    for (let seat = 0; seat < this.states.length; seat++) if (this.states[seat] === SeatState.free) this.#count(seat, 1)
    this.#adopt(state)
    this.#holds = new HoldBook(state.holds)
    this.#orders = new OrderBook(state.orders)
  }

  get position(): Position {
    return { epoch: this.#epoch, revision: this.#revision }
  }

  get revision(): number {
    return this.#revision
  }

  get epoch(): number {
    return this.#epoch
  }

  get chain(): string {
    return this.#chain
  }

  get sale(): MapState['sale'] {
    return this.#sale
  }

  get availableCount(): number {
    return this.#availableCount
  }

  get oldestDeadlineMs(): number {
    return this.#holds.oldestDeadlineMs
  }

  get dirtySeats(): readonly number[] {
    return this.#dirtySeats
  }

  holdOf(buyer: UserId): LiveHold | undefined {
    return this.#holds.of(buyer)
  }

  /** The buyer's orders that have seats. */
  ordersOf(buyer: UserId): readonly LiveOrder[] {
    return this.#orders.of(buyer)
  }

  get holdCount(): number {
    return this.#holds.size
  }

  get holds(): readonly LiveHold[] {
    return [...this.#holds.values()]
  }

  statusOf(seat: number): SeatStatus {
    return (STATUS[this.states[seat] ?? SeatState.blocked] ?? 3) as SeatStatus
  }

  availableBySection(): number[][] {
    const { sectionCount, zoneCount } = this.#cells
    return Array.from({ length: sectionCount }, (_, section) =>
      Array.from(this.#available.subarray(section * zoneCount, (section + 1) * zoneCount)),
    )
  }

  /** Applies the very next entry; anything else changes nothing and says what it is. */
  apply(entry: StoredEntry): EntryVerdict {
    if (entry.epoch > this.#epoch) return isStart(entry) ? 'start' : 'gap'
    if (entry.epoch < this.#epoch) return 'stale'
    if (entry.revision === this.#revision && entry.chain !== this.#chain) return 'chain broken'
    if (entry.revision <= this.#revision) return 'stale'
    if (entry.revision > this.#revision + 1) return 'gap'
    if (entry.chain !== chainAfter(this.#chain, entry.id, entry.text)) return 'chain broken'
    this.#revision = entry.revision
    this.#chain = entry.chain
    for (const operation of entry.operations) this.#perform(operation, entry.atMs)
    return 'applied'
  }

  /**
   * Jumps to a state that entries could not bring it to. A hold that is gone is `lost` when an epoch ended, else it was
   * let go without our seeing how. Which seats changed on the way nobody knows: no delta may be made of it.
   */
  jumpTo(state: MapState): void {
    const ended = state.epoch === this.#epoch ? 'released' : 'lost'
    const before = this.#holds
    this.#adopt(state)
    this.#holds = new HoldBook(state.holds)
    this.#orders = new OrderBook(state.orders)
    for (let seat = 0; seat < this.states.length; seat++) this.#setState(seat, state.states[seat] ?? SeatState.blocked)
    this.clearDirty()
    for (const old of before.values()) {
      const now = this.#holds.of(old.buyer)
      if (now === undefined) this.#noteHold({ ...old, seats: [] }, ended)
      else if (!sameSeats(now.seats, old.seats))
        this.#noteHold(now, now.seats.length < old.seats.length ? ended : 'held')
    }
    for (const now of this.#holds.values()) if (before.of(now.buyer) === undefined) this.#noteHold(now, 'held')
  }

  /** Forgets which seats are dirty: a delta has taken them. */
  clearDirty(): void {
    for (const seat of this.#dirtySeats) this.#isDirty[seat] = 0
    this.#dirtySeats = []
  }

  takeHoldChanges(): readonly MirrorHoldChange[] {
    const changes = this.#holdChanges
    if (changes.length > 0) this.#holdChanges = []
    return changes
  }

  #perform(operation: MapOperation, scriptMs: number | undefined): void {
    switch (operation.k) {
      case 'hold': {
        const hold = { holdId: operation.h, buyer: operation.b, deadlineMs: operation.d, seats: operation.s }
        this.#holds.put(hold)
        this.#setPacked(operation.c)
        this.#noteHold(hold, operation.r, scriptMs)
        break
      }
      case 'order': {
        const { o: orderId, b: buyer, d: deadlineMs, s: seats, st: status } = operation
        this.#orders.put({ orderId, buyer, deadlineMs, seats, status })
        this.#setPacked(operation.c)
        break
      }
      case 'seats':
        this.#setPacked(operation.c)
        break
      case 'sale':
        this.#sale = { status: operation.status, opensAtMs: operation.opensAtMs }
        break
      case 'start':
        break
    }
  }

  #noteHold(hold: LiveHold, reason: HoldReason, scriptMs?: number): void {
    this.#holdChanges.push({ ...hold, reason, at: this.position, scriptMs })
  }

  #setPacked(packed: readonly PackedState[]): void {
    for (const one of packed) this.#setState(one >>> 3, one & 7)
  }

  #setState(seat: number, state: number): void {
    const before = this.states[seat]
    if (before === undefined || before === state) return
    this.states[seat] = state
    if (before === SeatState.free) this.#count(seat, -1)
    else if (state === SeatState.free) this.#count(seat, 1)
    if (STATUS[before] === STATUS[state] || this.#isDirty[seat] === 1) return
    this.#isDirty[seat] = 1
    this.#dirtySeats.push(seat)
  }

  #count(seat: number, by: 1 | -1): void {
    this.#availableCount += by
    const cell = this.#cells.cellOfSeat[seat] ?? -1
    if (cell >= 0) this.#available[cell]! += by
  }

  #adopt(state: MapState): void {
    this.#epoch = state.epoch
    this.#revision = state.revision
    this.#chain = state.chain
    this.#sale = state.sale
  }
}

function sameSeats(some: readonly number[], others: readonly number[]): boolean {
  return some.length === others.length && others.every((seat) => some.includes(seat))
}
