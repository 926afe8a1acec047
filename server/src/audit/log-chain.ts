import { createHash } from 'node:crypto'
import type { DumpedEntry, MapDump } from './map-dump.ts'

/** Follows the log entry by entry: revisions are gapless, each entry's chain is made of the one before (R2, R3). */
export class LogChain {
  readonly #dump: MapDump
  #last: { readonly revision: number; readonly chain: string } | undefined

  constructor(dump: MapDump) {
    this.#dump = dump
  }

  /** The oldest entry that is kept is where the look begins: its own predecessor is gone. */
  *follow(entry: DumpedEntry): Iterable<string> {
    const { base } = this.#dump
    const last = this.#last
    const revision = Number(entry.id.split('-')[1])
    const baseRevision = Number(base['revision'])
    if (last !== undefined) {
      const chain = createHash('sha1').update(`${last.chain}|${entry.id}|${entry.operations}`).digest('hex').slice(0, 8)
      if (revision !== last.revision + 1) yield `entry ${entry.id} where revision ${last.revision + 1} was due`
      if (entry.chain !== chain) yield `entry ${entry.id} has chain ${entry.chain}, ${chain} was due`
    } else if (revision > baseRevision + 1)
      yield `the log begins at ${entry.id}, the base snapshot is of ${baseRevision}`
    if (revision === baseRevision && entry.chain !== base['chain'])
      yield `entry ${entry.id} has chain ${entry.chain}, the base snapshot ${base['chain']}`
    this.#last = { revision, chain: entry.chain }
  }

  /** After the last entry: it is the map's. */
  *end(): Iterable<string> {
    const { base, meta } = this.#dump
    if (base['epoch'] !== meta['epoch'])
      return yield `the base snapshot is of epoch ${base['epoch']}, the map of ${meta['epoch']}`
    const { revision, chain } = this.#last ?? { revision: Number(base['revision']), chain: base['chain'] }
    if (revision !== Number(meta['revision']))
      yield `the log ends at revision ${revision}, the map is at ${meta['revision']}`
    if (chain !== meta['chain']) yield `the log ends with chain ${chain}, the map has ${meta['chain']}`
    return undefined
  }
}
