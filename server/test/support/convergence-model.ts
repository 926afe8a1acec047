import type { Position } from '@seatcast/shared/domain/revision.ts'
import type { MapSource, MapState, SeenPosition } from '../../src/feed/map-source.ts'
import { chainAfter, decodeEntry, type MapOperation, type StoredEntry } from '../../src/redis/map-stream.ts'
import type { Random } from './convergence-random.ts'

interface Moment {
  readonly chain: string
  readonly states: Uint8Array
  /** What led here; undefined: the epoch's base. */
  readonly entry: StoredEntry
}

/**
 * Redis and PostgreSQL as one model: states, log, epoch. Everything that the real scripts promise and a feed relies on,
 * and the disasters: roll-backs, losses, trimmed logs.
 */
export class ModelMap implements Pick<MapSource, 'ensureLoaded' | 'readState'> {
  readonly seatCount: number
  readonly #random: Random
  /** The present epoch's moments, by revision - 1. */
  #moments: Moment[] = []
  #epoch = 0
  /** Counts Redis's runs, and which of them PostgreSQL knows. */
  #run = 1
  #knownRun = 1
  /** The log is empty up to this revision. */
  #trimmedTo = 0
  /** Epochs in which history was rewritten: there, a position names no one state. */
  readonly #rewritten = new Set<number>()
  /** All states that ever were, by epoch and revision. */
  readonly #history = new Map<string, Uint8Array>()
  #buyers = 0

  constructor(random: Random, seatCount: number) {
    this.#random = random
    this.seatCount = seatCount
    this.#begin(new Uint8Array(seatCount))
  }

  get position(): Position {
    return { epoch: this.#epoch, revision: this.#moments.length }
  }

  get states(): Uint8Array {
    return this.#moments.at(-1)!.states
  }

  get chain(): string {
    return this.#moments.at(-1)!.chain
  }

  /** The one state of that name; undefined where history was rewritten. */
  statesAt({ epoch, revision }: Position): Uint8Array | undefined {
    return this.#rewritten.has(epoch) ? undefined : this.#history.get(`${epoch}-${revision}`)
  }

  /** One change of a few seats, by a buyer or by the organiser. */
  write(): void {
    const states = Uint8Array.from(this.states)
    const changes = new Map<number, number>()
    const count = this.#random.chance(0.02) ? this.#random.between(5, 40) : this.#random.between(0, 4)
    for (let change = 0; change < count; change++) {
      const seat = this.#random.between(0, this.seatCount - 1)
      const state = this.#random.between(0, 4)
      if (states[seat] === state) continue
      states[seat] = state
      changes.set(seat, state)
    }
    const c = Array.from(changes, ([seat, state]) => seat * 8 + state)
    const buyer = `b${this.#buyers++ % 20}`
    const hold: MapOperation = { k: 'hold', h: `h-${buyer}`, b: buyer, d: 1e12, s: [...changes.keys()], r: 'held', c }
    this.#append(states, [this.#random.chance(0.8) ? hold : { k: 'seats', c }])
  }

  /** Redis comes back without its last changes, as another run. */
  rollBack(): void {
    this.#run++
    this.#rewritten.add(this.#epoch)
    this.#moments.length = Math.max(1, this.#moments.length - this.#random.between(0, 12))
  }

  trim(): void {
    this.#trimmedTo = Math.max(0, this.#moments.length - this.#random.between(0, 3))
  }

  /** XREAD: at most `count` entries after a position. */
  read(from: Position, count: number): StoredEntry[] {
    if (from.epoch > this.#epoch) return []
    const after = from.epoch === this.#epoch ? from.revision : 0
    return this.#moments
      .slice(Math.max(after, this.#trimmedTo))
      .slice(0, count)
      .map(({ entry }) => entry)
  }

  ensureLoaded(_: unknown, seen?: SeenPosition): Promise<void> {
    if (this.#run !== this.#knownRun || (seen !== undefined && this.#mustEnd(seen))) this.nextEpoch()
    return Promise.resolve()
  }

  readState(): Promise<MapState> {
    const { states, chain } = this.#moments.at(-1)!
    const sale = { status: 'on_sale', opensAtMs: 0 } as const
    return Promise.resolve({ ...this.position, chain, states: Uint8Array.from(states), holds: [], sale })
  }

  nextEpoch(): void {
    this.#knownRun = this.#run
    this.#begin(this.states)
  }

  #mustEnd(seen: SeenPosition): boolean {
    if (seen.epoch !== this.#epoch) return seen.epoch > this.#epoch
    if (seen.rewritten || seen.revision > this.#moments.length) return true
    return seen.revision === this.#moments.length && seen.chain !== this.chain
  }

  #begin(states: Uint8Array): void {
    this.#epoch++
    this.#moments = []
    this.#trimmedTo = 0
    this.#append(states, [{ k: 'start' }])
  }

  #append(states: Uint8Array, operations: readonly MapOperation[]): void {
    const id = `${this.#epoch}-${this.#moments.length + 1}`
    const text = JSON.stringify(operations)
    const before = this.#moments.at(-1)?.chain
    const chain =
      before === undefined ? this.#random.between(0x10000000, 0x7fffffff).toString(16) : chainAfter(before, id, text)
    this.#moments.push({ chain, states, entry: decodeEntry(id, ['c', chain, 'o', text]) })
    this.#history.set(id, states)
  }
}
