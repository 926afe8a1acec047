import { Counter, Gauge, Histogram, Registry } from '@prometheus-io/client'
import { monitorEventLoopDelay } from 'node:perf_hooks'

/**
 * Upper bounds, s: from a script's 50 µs to a hopeless second; close together around the 9 ms that a hold is judged by
 * (load-tests, rival), where its p99 lies.
 */
const FAST_SECONDS = [
  0.0005, 0.001, 0.0025, 0.005, 0.0075, 0.009, 0.01, 0.0125, 0.015, 0.02, 0.025, 0.035, 0.05, 0.1, 0.25, 0.5, 1,
]
/** Upper bounds, s: around the promises of 0.3 s and 1 s. */
const SLOW_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export type Metrics = ReturnType<typeof createMetrics>

/**
 * Every metric, in one list: its unit ends its name, its help is the question that it answers. One registry per
 * server instance. `aggregator` says how a node's workers become one figure: sums unless another is named. What every
 * worker (and every node) sees whole is a maximum over them, not a sum.
 */
export function createMetrics(pool?: { readonly totalCount: number; readonly waitingCount: number }) {
  const registry = new Registry()
  const registers = [registry]
  const delay = monitorEventLoopDelay({ resolution: 10 })
  delay.enable()

  return {
    registry,
    stop: () => void delay.disable(),

    httpRequestSeconds: new Histogram({
      name: 'seatcast_http_request_seconds',
      help: 'How long do HTTP requests take, by route and status?',
      labelNames: ['method', 'route', 'status'] as const,
      buckets: SLOW_SECONDS,
      registers,
    }),
    commands: new Counter({
      name: 'seatcast_commands_total',
      help: 'How do socket commands end? `outcome` is ok or a refusal code.',
      labelNames: ['event', 'outcome'] as const,
      registers,
    }),
    commandSeconds: new Histogram({
      name: 'seatcast_command_seconds',
      help: 'How long does a buyer wait for the answer to a command?',
      labelNames: ['event'] as const,
      buckets: FAST_SECONDS,
      registers,
    }),
    holds: new Counter({
      name: 'seatcast_holds_total',
      help: 'How do holds begin and end: held, released, swapped, ordered, expired, lost? Every worker that follows a performance counts all of its holds.',
      labelNames: ['performance', 'reason'] as const,
      aggregator: 'max',
      registers,
    }),
    liveHolds: new Gauge({
      name: 'seatcast_live_holds',
      help: 'How many holds live now, by performance? Every worker that follows it knows all of them.',
      labelNames: ['performance'] as const,
      aggregator: 'max',
      registers,
    }),
    propagationSeconds: new Histogram({
      name: 'seatcast_propagation_seconds',
      help: "How long is it from a script in Redis to the fan-out of its change, by Redis's clock and with the wait for the tick? The oldest change of each delta.",
      buckets: FAST_SECONDS,
      registers,
    }),
    streamLagEntries: new Gauge({
      name: 'seatcast_stream_lag_entries',
      help: 'How many stream entries is the slowest mirror behind its performance?',
      labelNames: ['partition'] as const,
      aggregator: 'max',
      registers,
    }),
    frames: new Counter({
      name: 'seatcast_frames_total',
      help: 'How many frames are pushed to sockets, by event? Acknowledgements are counted as commands.',
      labelNames: ['kind'] as const,
      registers,
    }),
    frameBytes: new Counter({
      name: 'seatcast_frame_bytes_total',
      help: 'How many bytes of map frames go to sockets, by event, WebSocket headers included?',
      labelNames: ['kind'] as const,
      registers,
    }),
    tickSeconds: new Gauge({
      name: 'seatcast_tick_seconds',
      help: 'How long is the longest fan-out tick now?',
      aggregator: 'max',
      registers,
    }),
    slowConsumers: new Counter({
      name: 'seatcast_slow_consumers_total',
      help: 'How often is a socket set aside, caught up, or dropped because it does not drain?',
      labelNames: ['outcome'] as const,
      registers,
    }),
    resyncs: new Counter({
      name: 'seatcast_resyncs_total',
      help: 'How often does a client or a mirror catch up or take the state anew, and why?',
      labelNames: ['who', 'reason'] as const,
      registers,
    }),
    rebuilds: new Counter({
      name: 'seatcast_rebuilds_total',
      help: 'How often does a map start a new epoch, and why?',
      labelNames: ['reason'] as const,
      registers,
    }),
    sockets: new Gauge({ name: 'seatcast_sockets', help: 'How many sockets are connected?', registers }),
    watchers: new Gauge({
      name: 'seatcast_watchers',
      help: 'How many sockets watch a performance?',
      labelNames: ['performance'] as const,
      registers,
    }),
    expiryLatenessSeconds: new Histogram({
      name: 'seatcast_expiry_lateness_seconds',
      help: 'How long after its deadline does a hold end? Never more than 1 s (H5). Every worker that follows a performance counts all of its holds.',
      labelNames: ['performance'] as const,
      aggregator: 'max',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5],
      registers,
    }),
    earlyExpiries: new Counter({
      name: 'seatcast_early_expiries_total',
      help: 'How many holds ended before their deadline? Never one (H5). Every worker that follows a performance counts all of its holds.',
      aggregator: 'max',
      registers,
    }),
    orders: new Gauge({
      name: 'seatcast_orders',
      help: 'How many orders of the last 24 h are in each state? Of schedulers only.',
      labelNames: ['status'] as const,
      aggregator: 'max',
      registers,
    }),
    groups: new Gauge({
      name: 'seatcast_groups',
      help: 'How many groups of the last 24 h are in each state? Of schedulers only.',
      labelNames: ['status'] as const,
      aggregator: 'max',
      registers,
    }),
    payments: new Gauge({
      name: 'seatcast_payments',
      help: 'How many payments of the last 24 h are in each state? Of schedulers only.',
      labelNames: ['status'] as const,
      aggregator: 'max',
      registers,
    }),
    providerCallSeconds: new Histogram({
      name: 'seatcast_provider_call_seconds',
      help: "How long does a payment provider take to answer, and what does it say? `outcome` is the payment's status, refunded, unknown payment, refused, no answer, or fault (ours).",
      labelNames: ['provider', 'call', 'outcome'] as const,
      buckets: SLOW_SECONDS,
      registers,
    }),
    refundsDue: new Gauge({
      name: 'seatcast_refunds_due',
      help: 'How many refunds has no provider confirmed yet? Of schedulers only.',
      aggregator: 'max',
      registers,
    }),
    refundAgeSeconds: new Gauge({
      name: 'seatcast_refund_age_seconds',
      help: 'How long has the oldest refund that is due been waiting; 0 when none is? Of schedulers only.',
      aggregator: 'max',
      registers,
    }),
    outboxEntries: new Gauge({
      name: 'seatcast_outbox_entries',
      help: 'How many changes of orders was Redis not told of yet? Of schedulers only.',
      aggregator: 'max',
      registers,
    }),
    outboxAgeSeconds: new Gauge({
      name: 'seatcast_outbox_age_seconds',
      help: 'How long has the oldest of them been waiting; 0 when there is none? Of schedulers only.',
      aggregator: 'max',
      registers,
    }),
    drift: new Gauge({
      name: 'seatcast_drift_seats',
      help: 'How many seats does the last check find different between Redis, the log and PostgreSQL?',
      labelNames: ['performance'] as const,
      aggregator: 'max',
      registers,
    }),
    jobRuns: new Counter({
      name: 'seatcast_job_runs_total',
      help: "How do the scheduler's jobs end: done, failed?",
      labelNames: ['job', 'outcome'] as const,
      registers,
    }),
    jobSeconds: new Histogram({
      name: 'seatcast_job_seconds',
      help: 'How long does a run of a job take?',
      labelNames: ['job'] as const,
      buckets: SLOW_SECONDS,
      registers,
    }),
    eventLoopDelaySeconds: new Gauge({
      name: 'seatcast_event_loop_delay_seconds',
      help: 'How long does the busiest worker keep a ready callback waiting (p50, p99, max since the last scrape)?',
      labelNames: ['quantile'] as const,
      aggregator: 'max',
      registers,
      collect() {
        this.set({ quantile: '0.5' }, delay.percentile(50) / 1e9)
        this.set({ quantile: '0.99' }, delay.percentile(99) / 1e9)
        this.set({ quantile: '1' }, delay.max / 1e9)
        delay.reset()
      },
    }),
    memoryBytes: new Gauge({
      name: 'seatcast_memory_bytes',
      help: 'How much memory do the processes use?',
      labelNames: ['kind'] as const,
      registers,
      collect() {
        const { rss, heapUsed } = process.memoryUsage()
        this.set({ kind: 'rss' }, rss)
        this.set({ kind: 'heap' }, heapUsed)
      },
    }),
    databaseWaitSeconds: new Histogram({
      name: 'seatcast_database_wait_seconds',
      help: 'How long does work wait for a PostgreSQL connection of its process?',
      buckets: FAST_SECONDS,
      registers,
    }),
    redisRoundTripSeconds: new Histogram({
      name: 'seatcast_redis_round_trip_seconds',
      help: 'How long does Redis take to answer a PING, asked twice a second on the connection that commands use?',
      buckets: FAST_SECONDS,
      registers,
    }),
    databaseConnections: new Gauge({
      name: 'seatcast_database_connections',
      help: 'How many PostgreSQL connections are open, and how many requests wait for one?',
      labelNames: ['state'] as const,
      registers,
      collect() {
        this.set({ state: 'open' }, pool?.totalCount ?? 0)
        this.set({ state: 'awaited' }, pool?.waitingCount ?? 0)
      },
    }),
  }
}
