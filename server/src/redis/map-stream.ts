import { hash } from 'node:crypto'
import type { HoldId, OrderId, UserId } from '@seatcast/shared/domain/ids.ts'
import type { OrderStatus } from '@seatcast/shared/domain/order-state.ts'
import type { HoldReason } from '@seatcast/shared/protocol/hold.ts'
import type { SaleStatus } from '@seatcast/shared/protocol/sale.ts'

/**
 * A performance's stream, entry by entry. An entry's id is `<epoch>-<revision>`; its fields are
 *   c  chain: the first 8 hex digits of sha1(previous chain | id | o); a start's chain is random
 *   o  operations: a JSON array of MapOperation, in the order in which they happened
 *   t  Redis's clock in the script, Unix ms; for measuring only, not part of the chain
 * Scripts write it (seats/lua/lib/append-change.lua), the tailer reads it. For servers only: it names buyers.
 */
export interface MapEntry {
  readonly epoch: number
  readonly revision: number
  readonly chain: string
  readonly operations: readonly MapOperation[]
  /** When its script ran, Unix ms of Redis's clock; undefined: the entry does not say. */
  readonly atMs: number | undefined
}

/** A change packed as `seat * 8 + state`, states 0..4. */
export type PackedState = number

export type MapOperation =
  /** The buyer's hold after this operation has the seats `s` (none: it ended). `d`: its deadline, Unix ms of Redis's clock. */
  | {
      readonly k: 'hold'
      readonly h: HoldId
      readonly b: UserId
      readonly d: number
      readonly s: readonly number[]
      readonly r: HoldReason
      readonly c: readonly PackedState[]
    }
  /** The buyer's order after this operation has the seats `s` (none: it ended). `d`: payment is due, Unix ms of Redis's clock. */
  | {
      readonly k: 'order'
      readonly o: OrderId
      readonly b: UserId
      readonly d: number
      readonly s: readonly number[]
      readonly st: OrderStatus
      readonly c: readonly PackedState[]
    }
  /** Seats changed without a hold or an order: blocked, unblocked. */
  | { readonly k: 'seats'; readonly c: readonly PackedState[] }
  /** The sale's state changed. `opensAtMs`: Unix ms of Redis's clock, 0 without a time. */
  | { readonly k: 'sale'; readonly status: SaleStatus; readonly opensAtMs: number }
  /** An epoch begins: the first entry of an epoch, revision 1. Readers take the whole state anew. */
  | { readonly k: 'start' }

/**
 * Entries the log keeps, approximately (`MAXLEN ~`); the same number stands in seats/lua/lib/append-change.lua.
 * Source: a guess: 5 s of the busiest sale, about 12 MB, so that a late checkpoint still finds its entries.
 */
export const LOG_ENTRIES_MAX = 50_000
/** Entries after which the base snapshot is renewed. Source: a tenth of the log; a replay of them takes 10 ms. */
export const CHECKPOINT_ENTRIES = 5_000

/** An entry as it was read, with what its chain is made of. */
export interface StoredEntry extends MapEntry {
  /** `<epoch>-<revision>` */
  readonly id: string
  /** The operations as they stand in the stream. */
  readonly text: string
}

/** Thrown when an entry is not what scripts write: history cannot be followed, only the whole state helps. */
export class BadEntryError extends Error {
  override readonly name = 'BadEntryError'
  readonly facts: { readonly id: string }

  constructor(facts: BadEntryError['facts'], options?: ErrorOptions) {
    super(`stream entry ${facts.id} is not a map entry`, options)
    this.facts = facts
  }
}

/** Reads an entry from its id and its flat field list, as XREAD and XRANGE give it. */
export function decodeEntry(id: string, fields: readonly string[]): StoredEntry {
  const match = /^(\d+)-(\d+)$/.exec(id)
  const chain = fieldNamed(fields, 'c')
  const text = fieldNamed(fields, 'o')
  const atMs = Number(fieldNamed(fields, 't'))
  if (match === null || chain === undefined || text === undefined) throw new BadEntryError({ id })
  let operations: readonly MapOperation[]
  try {
    operations = JSON.parse(text) as readonly MapOperation[]
  } catch (cause) {
    throw new BadEntryError({ id }, { cause })
  }
  return {
    id,
    epoch: Number(match[1]),
    revision: Number(match[2]),
    chain,
    operations,
    text,
    atMs: atMs > 0 ? atMs : undefined,
  }
}

function fieldNamed(fields: readonly string[], name: string): string | undefined {
  for (let place = 0; place + 1 < fields.length; place += 2) if (fields[place] === name) return fields[place + 1]
  return undefined
}

/** The chain of an entry that follows one with the chain `previous` (R3). */
export function chainAfter(previous: string, id: string, text: string): string {
  return hash('sha1', `${previous}|${id}|${text}`).slice(0, 8)
}

/** Whether an epoch begins here: whatever was known before is void (R5). */
export const isStart = (entry: MapEntry): boolean => entry.operations[0]?.k === 'start'
