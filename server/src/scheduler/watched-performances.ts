import type { PerformanceId } from '@seatcast/shared/domain/ids.ts'
import type { Performance } from '../catalogue/performance.ts'
import type { MapTarget } from '../seats/map-commands.ts'

/** A performance as the scheduler looks after it. */
export interface WatchedPerformance {
  readonly target: MapTarget
  /** On the local monotonic clock, ms: when to look at its deadlines again. */
  dueMs: number
  /** Redis has no map of it. */
  missing: boolean
  /** PostgreSQL calls it closed: looked after until nothing is left of it (closed-performances.ts). */
  finished: boolean
  /** The last look at closed ones found nothing left of it. */
  idle: boolean
}

type Listed = Pick<Performance, 'id' | 'partition' | 'epoch'>

/** The performances that need a clock. PostgreSQL says which; while it is away, those that were known go on. */
export class WatchedPerformances {
  readonly #watched = new Map<PerformanceId, WatchedPerformance>()

  update(unfinished: readonly Listed[]): void {
    const listed = new Set(unfinished.map(({ id }) => id))
    for (const [id, watched] of this.#watched) watched.finished = !listed.has(id)
    for (const performance of unfinished) this.#follow(performance, false)
  }

  /**
   * What a look at closed ones found: those of which something is left are followed, the others no longer. Not before a
   * second look says so: one that has just been closed may have got a hold after the first.
   */
  updateClosed(looked: readonly (Listed & { readonly busy: boolean })[]): void {
    for (const { busy, ...performance } of looked) {
      if (busy) this.#follow(performance, true)
      const watched = this.#watched.get(performance.id)
      if (watched === undefined) continue
      if (!busy && watched.finished && watched.idle) this.forget(watched)
      watched.idle = !busy
    }
  }

  #follow({ id, partition, epoch }: Listed, finished: boolean): void {
    const watched = this.#watched.get(id)
    if (watched === undefined) {
      const target = { id, partition, epoch }
      this.#watched.set(id, { target, dueMs: 0, missing: epoch === 0, finished, idle: false })
    } else if (epoch > watched.target.epoch) this.moveTo(watched, epoch)
  }

  /** The map is in another epoch than we believed. */
  moveTo(watched: WatchedPerformance, epoch: number): void {
    this.#watched.set(watched.target.id, { ...watched, target: { ...watched.target, epoch }, dueMs: 0, missing: false })
  }

  forget(watched: WatchedPerformance): void {
    this.#watched.delete(watched.target.id)
  }

  due(nowMs: number): WatchedPerformance[] {
    return this.all().filter(({ dueMs, missing }) => !missing && dueMs <= nowMs)
  }

  all(): WatchedPerformance[] {
    return [...this.#watched.values()]
  }

  /** When the next one is due, local ms; Infinity: none. */
  get nextDueMs(): number {
    return this.all().reduce((least, { dueMs, missing }) => (missing ? least : Math.min(least, dueMs)), Infinity)
  }
}
