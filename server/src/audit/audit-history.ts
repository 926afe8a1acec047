import { setImmediate } from 'node:timers/promises'
import type { MapOperation } from '../redis/map-stream.ts'
import { LATENESS_MS } from './audit-map.ts'
import { check, type Check } from './check.ts'
import { LogChain } from './log-chain.ts'
import { type MapDump, operationsOf } from './map-dump.ts'

/** Entries looked at in one turn of the event loop. Source: a guess: about 5 ms. */
const ENTRIES_PER_TURN = 1_000

/**
 * What the retained log tells of the past: that it is whole (R2, R3), that no seat went from one owner to another unasked
 * (H2, H3), and that each hold ended at its deadline (H5). What happened before the oldest retained entry is not known
 * and not judged.
 */
export async function auditHistory(dump: MapDump): Promise<Check[]> {
  const { log } = dump
  const chain = new LogChain(dump)
  const broken: string[] = []
  const book = new OwnerBook()
  const deadlines = new Map<string, number>()
  const takenOver: string[] = []
  const ends: string[] = []
  for (let place = 0; place < log.length; place += 1) {
    if (place % ENTRIES_PER_TURN === ENTRIES_PER_TURN - 1) await setImmediate()
    const entry = log[place]
    if (entry === undefined) continue
    broken.push(...chain.follow(entry))
    const operations = operationsOf(entry)
    if (operations === undefined) broken.push(`entry ${entry.id} cannot be read`)
    for (const operation of operations ?? []) {
      if (operation.k === 'start') book.forget()
      for (const fault of book.follow(operation)) takenOver.push(`${fault}, in entry ${entry.id}`)
      if (operation.k !== 'hold') continue
      const fault = entry.atMs === undefined ? undefined : endFault(operation, entry.atMs, deadlines.get(operation.h))
      if (fault !== undefined) ends.push(`${fault}, in entry ${entry.id}`)
      if (operation.s.length > 0) deadlines.set(operation.h, operation.d)
      else deadlines.delete(operation.h)
    }
  }
  broken.push(...chain.end())
  return [
    check('revisions', 'revisions are gapless and the chain is whole', broken),
    check('hold_history', 'a seat goes from one owner to another only after the first let it go', takenOver),
    check('hold_ends', `a hold ends at its deadline, never before it, at most ${LATENESS_MS} ms after it`, ends),
  ]
}

type HoldOperation = Extract<MapOperation, { readonly k: 'hold' }>

/** `knownMs`: the deadline before this operation. What takes a hold's seats for PostgreSQL's sake may meet a dead one. */
function endFault({ h, d, r }: HoldOperation, atMs: number, knownMs = d): string | undefined {
  if (r === 'lost') return undefined
  if (r !== 'expired') return atMs > knownMs ? `hold ${h} was used ${atMs - knownMs} ms after its deadline` : undefined
  if (atMs < d) return `hold ${h} ended ${d - atMs} ms before its deadline`
  return atMs - d > LATENESS_MS ? `hold ${h} ended ${atMs - d} ms after its deadline` : undefined
}

/** Who has which seats, as far as the log told so far. */
class OwnerBook {
  readonly #ownerOf = new Map<number, string>()
  readonly #seatsOf = new Map<string, readonly number[]>()

  forget(): void {
    this.#ownerOf.clear()
    this.#seatsOf.clear()
  }

  /** Writes the operation down; says what was wrong with it. */
  *follow(operation: MapOperation): Iterable<string> {
    if (operation.k === 'hold') yield* this.#move(`hold ${operation.h}`, operation.s)
    if (operation.k === 'order') yield* this.#move(`order ${operation.o}`, operation.s)
    if (!('c' in operation)) return
    for (const packed of operation.c) {
      const owner = this.#ownerOf.get(packed >> 3)
      const state = packed & 7
      if (owner !== undefined && (state === 0 || state === 4))
        yield `seat ${packed >> 3} became ${state === 0 ? 'free' : 'blocked'} while ${owner} had it`
    }
  }

  /** The owner has exactly these seats from now on. */
  *#move(owner: string, seats: readonly number[]): Iterable<string> {
    for (const seat of this.#seatsOf.get(owner) ?? []) if (this.#ownerOf.get(seat) === owner) this.#ownerOf.delete(seat)
    for (const seat of seats) {
      const other = this.#ownerOf.get(seat)
      if (other !== undefined) yield `seat ${seat} went to ${owner} while ${other} had it`
      this.#ownerOf.set(seat, owner)
    }
    if (seats.length > 0) this.#seatsOf.set(owner, seats)
    else this.#seatsOf.delete(owner)
  }
}
