import { pause } from './http-api.ts'
import type { GeneratorFacts, MetricFact } from './load-summary.ts'
import { generatorLag } from './metrics.ts'
import { type Sale, timeLeft } from './sale.ts'

/** How often a timer is tried, ms. */
const TICK_MS = 100
/** Above this p99 latencies are the generator's as much as the system's, ms. Source: a guess: a fifth of a limit of 250. */
const LAG_MS_MAX = 50
/** Users that found no free virtual user, as a share of all. Source: a guess. */
const DROPPED_MAX = 0.001

/** A virtual user that only sleeps: how late it wakes is how busy the generator is. */
export async function sleepLightly(sale: Sale): Promise<void> {
  while (timeLeft(sale) > 0) {
    const dueMs = Date.now() + TICK_MS
    await pause(TICK_MS)
    generatorLag.add(Math.max(0, Date.now() - dueMs))
  }
}

/** What a report says of the generator, and when not to believe it. */
export function generatorFacts(metrics: Readonly<Record<string, MetricFact>>): GeneratorFacts {
  const value = (metric: string, name: string): number => metrics[metric]?.values[name] ?? 0
  const dropped = value('dropped_iterations', 'count')
  const iterations = value('iterations', 'count')
  const lagMs = {
    p50: value('generator_lag_ms', 'p50'),
    p95: value('generator_lag_ms', 'p95'),
    p99: value('generator_lag_ms', 'p99'),
    max: value('generator_lag_ms', 'max'),
  }
  const lateMs = value('click_lateness_ms', 'p99')
  return {
    vusMax: value('vus_max', 'max'),
    iterations,
    droppedIterations: dropped,
    lagMs,
    warnings: [
      ...(dropped > DROPPED_MAX * (iterations + dropped)
        ? [`${dropped} users did not arrive: no virtual user was free (raise MAX_VUS, or use more generators)`]
        : []),
      ...(lagMs.p99 > LAG_MS_MAX
        ? [`the generator's own timers were ${Math.round(lagMs.p99)} ms late (p99): latencies are partly its own`]
        : []),
      ...(lateMs > LAG_MS_MAX
        ? [`clicks were sent ${Math.round(lateMs)} ms late (p99): propagation is partly the generator's`]
        : []),
    ],
  }
}
