/** k6's name of the output that writes to a Prometheus. */
export const REMOTE_WRITE = 'experimental-prometheus-rw'

/** Of each trend: k6 alone would send its p(99). Names in Prometheus end in p50, p95, p99, max, and times are in seconds there. */
export const TREND_STATS = 'p(50),p(95),p(99),max'

/** k6's arguments for it. `run`: the tag `testid`, by which Prometheus tells runs apart. */
export const remoteWriteArguments = (run: string): string[] => ['-o', REMOTE_WRITE, '--tag', `testid=${run}`]

/** What the environment may say otherwise. */
export const REMOTE_WRITE_SETTINGS: Readonly<Record<string, string>> = { K6_PROMETHEUS_RW_TREND_STATS: TREND_STATS }
