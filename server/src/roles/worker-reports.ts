import type { PerformanceId } from '@seatcast/shared/domain/ids.ts'
import type { AddressCount } from '../socket/address-count.ts'
import type { SeatcastServer } from '../socket/server.ts'
import { WorkerCensus, type WorkerCounts } from '../socket/worker-census.ts'

/** How often a worker tells the others what it counts, ms. Source: map:status comes once a second. */
export const REPORT_MS = 1_000
/** Unchanged watchers are told again after this, ms: workers that started meanwhile do not know them. Source: a guess. */
const RETELL_MS = 5_000
/** A worker is gone after three reports that did not come. */
const WATCHERS_GONE_MS = 3 * RETELL_MS
const ADDRESSES_GONE_MS = 3 * REPORT_MS
/** Addresses told of, at most; those with the most sockets. Source: a guess: 30 KB a second. */
const ADDRESSES_MAX = 1_000
/** Addresses with fewer sockets than this share of the limit are not worth a word. Source: a guess: all workers together miss little. */
const ADDRESS_SHARE = 1 / 50

/** Workers that bring a map's news to those that do not follow it: two, so that one may die unnoticed. */
const TELLERS = 2
/** A new worker has heard of all others after this, ms; until then it takes them for ones that do not follow. */
const ACQUAINTED_MS = RETELL_MS + 2 * REPORT_MS

/** What this worker knows of the others, and tells them: once a second, through the adapter. */
export interface WorkerReports {
  readonly watchersElsewhere: (performanceId: PerformanceId) => number
  readonly socketsElsewhere: (addressHash: string) => number
  /** Whether it is for this worker, which follows the map, to bring its news to those that do not. */
  readonly isTeller: (performanceId: PerformanceId) => boolean
  /** From now on reports of others are heard. */
  listen(io: SeatcastServer): void
  /** Call it every REPORT_MS. */
  tell(io: SeatcastServer, watchers: WorkerCounts): void
}

export function workerReports(worker: string, addresses: AddressCount, socketsPerAddress: number): WorkerReports {
  const watchers = new WorkerCensus(WATCHERS_GONE_MS)
  const sockets = new WorkerCensus(ADDRESSES_GONE_MS)
  const least = Math.max(1, Math.floor(socketsPerAddress * ADDRESS_SHARE))
  let told = { text: '', atMs: -Infinity }
  let toldAddresses = 0
  const acquaintedAtMs = performance.now() + ACQUAINTED_MS
  return {
    watchersElsewhere: (performanceId) => watchers.elsewhere(performanceId),
    socketsElsewhere: (addressHash) => sockets.elsewhere(addressHash),
    isTeller(performanceId) {
      if (performance.now() < acquaintedAtMs) return true
      const { workers, without } = watchers.having(performanceId)
      return without > 0 && workers.filter((other) => other < worker).length < TELLERS
    },
    listen(io) {
      io.on('watchers:counted', (other, counts) => watchers.report(other, counts))
      io.on('addresses:counted', (other, counts) => sockets.report(other, counts))
    },
    tell(io, counts) {
      const text = JSON.stringify(counts)
      if (text !== told.text || performance.now() - told.atMs >= RETELL_MS) {
        told = { text, atMs: performance.now() }
        io.serverSideEmit('watchers:counted', worker, counts)
      }
      const busiest = addresses.busiest(least, ADDRESSES_MAX)
      const count = Object.keys(busiest).length
      // Nothing, and nothing told the last time: nobody has to hear it.
      if (count > 0 || toldAddresses > 0) io.serverSideEmit('addresses:counted', worker, busiest)
      toldAddresses = count
    },
  }
}
