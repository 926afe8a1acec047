/** `(epoch, revision)` names one exact state of a performance's map. */
export interface Position {
  readonly epoch: number
  readonly revision: number
}

/** Changes of one epoch from revision `from` (exclusive) to `to` (inclusive); `from` = `to` is a heartbeat. */
export interface RevisionRange {
  readonly epoch: number
  readonly from: number
  readonly to: number
}

/**
 * What a client at `mine` does with a delta.
 * `apply`: it starts at or before my revision and ends after it. Statuses are absolute, so an overlap does no harm.
 * `stale`: it ends at or before my revision. `gap`: anything else; only `map:watch` helps. Source: design, section 6.
 */
export function judgeDelta(mine: Position, delta: RevisionRange): 'apply' | 'stale' | 'gap' {
  if (delta.epoch !== mine.epoch) return 'gap'
  if (delta.to <= mine.revision) return 'stale'
  return delta.from <= mine.revision ? 'apply' : 'gap'
}
