import type { FeedMeasures } from '../feed/feed-contract.ts'
import type { LiveMaps } from '../feed/live-maps.ts'
import type { JoinKind } from '../feed/watch-socket.ts'
import type { Metrics } from '../observability/metrics.ts'

/** What the feed tells as it happens. */
export function feedMeasures(metrics: Metrics): FeedMeasures {
  return {
    // A sample of Redis's clock is off by up to half a round trip.
    changePropagated: (elapsedMs) => metrics.propagationSeconds.observe(Math.max(0, elapsedMs) / 1_000),
    holdExpired(performance, lateMs) {
      metrics.expiryLatenessSeconds.observe({ performance }, Math.max(0, lateMs) / 1_000)
      if (lateMs < 0) metrics.earlyExpiries.inc()
    },
    mapRestarted(cause, watcherCount) {
      metrics.resyncs.inc({ who: 'mirror', reason: cause })
      metrics.resyncs.inc({ who: 'client', reason: 'map reset' }, watcherCount)
    },
  }
}

/** What a watch says about its client. One that is in step takes nothing anew. */
export const joinMeasure =
  ({ resyncs }: Metrics) =>
  (kind: JoinKind): void => {
    if (kind !== 'in step') resyncs.inc({ who: 'client', reason: kind })
  }

/** Copies what the feed counts by itself; call it once a second. */
export function feedCounts(maps: LiveMaps, metrics: Metrics): () => void {
  const counted = new Map<string, number>()
  /** How much a total has grown since the last call. */
  const growth = (name: string, total: number): number => {
    const before = counted.get(name) ?? 0
    counted.set(name, total)
    return total - before
  }
  return () => {
    // A map that was let go has no figures any more.
    metrics.watchers.reset()
    metrics.liveHolds.reset()
    metrics.streamLagEntries.reset()
    for (const { performance, watcherCount, holdCount } of maps.values()) {
      metrics.watchers.set({ performance: performance.id }, watcherCount)
      metrics.liveHolds.set({ performance: performance.id }, holdCount)
    }
    for (const [partition, entries] of maps.lagByPartition) metrics.streamLagEntries.set({ partition }, entries)
    metrics.tickSeconds.set(maps.tickMs / 1_000)
    const { totals, slowTotals } = maps.broadcaster
    for (const [kind, { frames, bytes }] of totals.entries()) {
      metrics.frames.inc({ kind }, growth(`frames ${kind}`, frames))
      metrics.frameBytes.inc({ kind }, growth(`bytes ${kind}`, bytes))
    }
    for (const [outcome, total] of Object.entries(slowTotals))
      metrics.slowConsumers.inc({ outcome }, growth(`slow ${outcome}`, total))
  }
}
