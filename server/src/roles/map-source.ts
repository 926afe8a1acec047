import type { PerformanceId } from '@seatcast/shared/domain/ids.ts'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { findLayout, findPerformance } from '../catalogue/catalogue-repository.ts'
import { epochStore } from '../catalogue/epoch-store.ts'
import type { Performance } from '../catalogue/performance.ts'
import type { Db } from '../database/client.ts'
import type { MapSource, SeenPosition } from '../feed/map-source.ts'
import { activeOrders } from '../orders/active-orders.ts'
import { openGroups } from '../groups/open-groups.ts'
import type { Metrics } from '../observability/metrics.ts'
import { redisRunId } from '../redis/client.ts'
import { loadSeats, MapNotLoadedError } from '../seats/load-seats.ts'
import { mapHealth, type MapHealth } from '../seats/map-health.ts'
import type { SeatCommands } from '../seats/seat-commands.ts'

export interface MapSourceOptions {
  readonly db: Db
  readonly redis: Redis
  readonly commands: SeatCommands
  readonly metrics: Pick<Metrics, 'rebuilds'>
  readonly log: Logger
}

/** Why a map that was loaded before begins a new epoch. */
const REBUILD_REASONS: readonly (Exclude<MapHealth, 'ok'> | 'rewritten')[] = [
  'missing',
  'rolled back',
  'other run',
  'rewritten',
]
/** Attempts when other workers begin epochs at the same time. Source: a guess; each attempt waits for theirs. */
const ATTEMPTS_MAX = 3

/** Facts from PostgreSQL, states from Redis, and the next epoch where the two do not fit (R5). */
export function mapSource({ db, redis, commands, metrics, log }: MapSourceOptions): MapSource {
  const epochs = epochStore(db, { orders: activeOrders, groups: openGroups })
  // Prometheus sees only what rises: the first rebuild must not be a series' first value.
  for (const reason of REBUILD_REASONS) metrics.rebuilds.inc({ reason }, 0)
  /** What PostgreSQL said last: enough to trust a map again while PostgreSQL is away. */
  const lastKnown = new Map<PerformanceId, Pick<Performance, 'epoch' | 'redisRunId'>>()

  const judge = async (
    performance: Performance,
    known: Pick<Performance, 'epoch' | 'redisRunId'>,
    runId: string,
    seen: SeenPosition | undefined,
  ): Promise<{ readonly health: MapHealth | 'rewritten'; readonly epoch: number }> => {
    const read = await commands.readMap(performance)
    const epoch = read?.epoch ?? 0
    if (seen?.rewritten === true && epoch === seen.epoch) return { health: 'rewritten', epoch }
    const health = mapHealth(read, known, runId, seen)
    // A later epoch than the one known may be on any run: only a fresh look at PostgreSQL tells.
    return { health: health === 'ok' && epoch !== known.epoch ? 'missing' : health, epoch }
  }

  return {
    async loadPerformance(id) {
      const performance = await findPerformance(db, id)
      if (performance === undefined) return undefined
      const layout = await findLayout(db, performance.layoutId)
      return layout && { performance, layout }
    },

    async ensureLoaded(performance, seen) {
      const runId = await redisRunId(redis)
      const remembered = lastKnown.get(performance.id)
      if (remembered !== undefined && (await judge(performance, remembered, runId, seen)).health === 'ok') return
      for (let attempt = 1; ; attempt++) {
        const known = await findPerformance(db, performance.id)
        if (known === undefined) throw new Error(`performance ${performance.id} is gone`)
        const { health, epoch: judgedEpoch } = await judge(known, known, runId, seen)
        if (health === 'ok') {
          lastKnown.set(performance.id, known)
          return
        }
        try {
          const previous = seen && { previous: seen.holds }
          const load = { commands, epochs, performance: known, runId, judgedEpoch, ...previous }
          const { epoch, how, kept, lost } = await loadSeats(load)
          if (how === 'loaded') metrics.rebuilds.inc({ reason: known.epoch === 0 ? 'first load' : health })
          log.info({ performanceId: performance.id, epoch, how, reason: health, kept, lost }, 'map loaded')
          return
        } catch (fault) {
          if (!(fault instanceof MapNotLoadedError) || attempt === ATTEMPTS_MAX) throw fault
        }
      }
    },

    async readState(performance) {
      const read = await commands.readMap(performance)
      if (read === undefined || read.seats.length !== read.seatCount) return undefined
      const { epoch, revision, chain, seats, holds, orders, status, opensAtMs } = read
      return { epoch, revision, chain, states: seats, holds, orders, sale: { status, opensAtMs } }
    },
  }
}

/** Brings back a map that somebody needs and that is not there. */
export function loadMissing(
  db: Db,
  source: Pick<MapSource, 'ensureLoaded'>,
): (performanceId: PerformanceId) => Promise<void> {
  return async (performanceId) => {
    const performance = await findPerformance(db, performanceId)
    if (performance !== undefined) await source.ensureLoaded(performance)
  }
}

/** The same for whoever cannot wait for it: a transaction that needs the map, and fails without. One load at a time for each. */
export function loadMissingSoon(
  db: Db,
  source: Pick<MapSource, 'ensureLoaded'>,
  log: Logger,
): (performanceId: PerformanceId) => void {
  const load = loadMissing(db, source)
  const loading = new Set<PerformanceId>()
  return (performanceId) => {
    if (loading.has(performanceId)) return
    loading.add(performanceId)
    void load(performanceId)
      .catch((fault: unknown) => log.warn({ performanceId, err: fault }, 'missing map not loaded'))
      .finally(() => loading.delete(performanceId))
  }
}
