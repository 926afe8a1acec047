import type { PerformanceId } from '@seatcast/shared/domain/ids.ts'
import { SeatState } from '@seatcast/shared/domain/seat-state.ts'
import type { LiveCatalogue } from '../catalogue/live-catalogue.ts'
import type { Performance } from '../catalogue/performance.ts'
import type { Db } from '../database/client.ts'
import { type LiveMapsView, MapNotReadyError } from '../feed/feed-contract.ts'
import type { MapSource } from '../feed/map-source.ts'
import { RefusalError } from '../http/refusal.ts'
import { reconcile } from '../scheduler/reconcile.ts'
import type { SeatCommands } from '../seats/seat-commands.ts'

/** The epoch has passed or the map is being rebuilt: how soon it is worth asking again, ms. Source: a rebuild takes about 100 ms. */
const RELOADING_RETRY_MS = 500

/** How long a count that no mirror follows is good enough, ms. Source: a guess: a snapshot's max-age. */
const COUNT_MS = 1_000
/** Counts kept at once; beyond, all are counted anew. Source: a guess: far more performances than a page lists. */
const COUNTS_MAX = 10_000

const reloading = () => new RefusalError('MAP_RELOADING', { retryInMs: RELOADING_RETRY_MS })

/** Brings the catalogue's routes together with the live maps: counts from the mirror, changes by script. */
export function liveCatalogue(
  db: Db,
  maps: LiveMapsView,
  source: MapSource,
  commands: Pick<SeatCommands, 'setSale' | 'setBlocked' | 'readMap'>,
): LiveCatalogue {
  const counts = new Map<PerformanceId, { readonly count: Promise<number>; readonly atMs: number }>()

  /** A list must not make a worker follow every performance there is: those it does not follow are read now and then. */
  const countInRedis = async (performance: Performance): Promise<number> => {
    const read = await commands.readMap(performance)
    if (read !== undefined) return read.seats.reduce((sum, state) => sum + (state === SeatState.free ? 1 : 0), 0)
    return performance.status === 'closed' ? 0 : await countInMirror(performance)
  }
  const countInMirror = async ({ id }: Performance): Promise<number> => {
    try {
      return (await maps.open(id))?.mirror.availableCount ?? 0
    } catch (fault) {
      if (fault instanceof MapNotReadyError)
        throw new RefusalError('MAP_RELOADING', { retryInMs: fault.facts.retryInMs }, { cause: fault })
      throw fault
    }
  }

  return {
    availableCount(performance) {
      const open = maps.peek(performance.id)
      if (open !== undefined) return Promise.resolve(open.mirror.availableCount)
      const nowMs = Date.now()
      const known = counts.get(performance.id)
      if (known !== undefined && nowMs - known.atMs < COUNT_MS) return known.count
      if (counts.size >= COUNTS_MAX) counts.clear()
      const count = countInRedis(performance)
      counts.set(performance.id, { count, atMs: nowMs })
      // A count that failed is asked for again by the next request.
      count.catch(() => counts.delete(performance.id))
      return count
    },
    prepare: (performance) => source.ensureLoaded(performance),
    async change(performance, { block, unblock, sale }) {
      const facts = sale && { sale: { status: sale.status, opensAtMs: sale.onSaleAt?.getTime() ?? 0 } }
      const answer = await commands.setBlocked(targetOf(performance), { block, unblock, ...facts })
      if (answer.ok) return { ...answer, epoch: performance.epoch }
      if (answer.code === 'SEAT_TAKEN' || answer.code === 'BAD_REQUEST') return answer
      throw reloading()
    },
    repair: ({ id }) => reconcile(db, commands, id),
  }
}

/** The row is locked: its epoch is the present one. */
const targetOf = ({ id, partition, epoch }: Performance) => ({ id, partition, epoch })
