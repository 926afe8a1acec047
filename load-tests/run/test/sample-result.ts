import type { LoadSummary } from '../../lib/seatcast/load-summary.ts'
import { AUDIT_CHECKS } from '../../lib/seatcast/verdict-rules.ts'
import type { RunResult } from '../result.ts'

/** A summary as k6 leaves it: one invariant, one limit, both kept. */
export const SUMMARY: LoadSummary = {
  format: 1,
  scenario: 'watch',
  story: 'A crowd looks at one map.',
  passed: true,
  startedAt: '2026-11-20T10:00:00.000Z',
  durationMs: 30_000,
  target: {
    url: 'http://127.0.0.1:3000',
    performanceId: '0192f0c0-0000-7000-8000-000000000001',
    seatCount: 12_000,
    audited: true,
    clock: 'one machine, one clock',
  },
  knobs: [{ name: 'WATCHERS', value: '500', isDefault: true, meaning: 'sockets that watch' }],
  thresholds: [
    {
      metric: 'gaps',
      condition: 'count==0',
      kind: 'invariant',
      passed: true,
      value: 0,
      text: 'no watcher missed a frame',
    },
    {
      metric: 'propagation_ms',
      condition: 'p(99)<250',
      kind: 'limit',
      passed: true,
      value: 41.5,
      text: 'a click is seen in time',
    },
  ],
  metrics: {
    propagation_ms: {
      type: 'trend',
      unit: 'ms',
      values: { p50: 20, p90: 30, p95: 35, p99: 41.5, max: 60, count: 900 },
    },
    'hold_answers{code:OK}': { type: 'counter', unit: 'count', values: { count: 57, rate: 1.9 } },
    'hold_answers{code:SEAT_TAKEN}': { type: 'counter', unit: 'count', values: { count: 3, rate: 0.1 } },
    'lost_sockets{reason:ping timeout}': { type: 'counter', unit: 'count', values: { count: 2, rate: 0.1 } },
  },
  generator: {
    vusMax: 20,
    iterations: 20,
    droppedIterations: 0,
    lagMs: { p50: 0.2, p95: 1, p99: 2, max: 5 },
    warnings: [],
  },
}

const RULES: Readonly<Record<string, string>> = {
  one_order_per_seat: 'no seat is in two active orders',
  revisions: 'revisions are gapless and the chain is whole',
}

export const RESULT: RunResult = {
  format: 1,
  scenario: 'watch',
  outcome: 'passed',
  passed: true,
  failures: [],
  startedAt: '2026-11-20T10:00:00.000Z',
  seconds: 33.1,
  quick: false,
  system: { url: 'http://127.0.0.1:3000', fresh: true, workers: 1, plantedBug: null },
  machine: {
    cores: 2,
    cpu: 'a processor',
    memoryGb: 24,
    os: 'Linux 6.1',
    node: 'v24.21.0',
    k6: 'k6 v1.8.1 (go1.26.8, linux/amd64)',
    loadBefore: 0.4,
  },
  k6: SUMMARY,
  thresholds: SUMMARY.thresholds,
  verdict: {
    asked: true,
    ok: true,
    checks: AUDIT_CHECKS.map((name) => ({ name, rule: RULES[name] ?? `${name} is right`, count: 0, examples: [] })),
    fault: null,
    warning: null,
  },
  server: { 'hold p99, ms': 4.2, 'most watchers': 500 },
  costOfUser: { node: 1.4, k6: 2.1 },
  generator: {
    cpuSeconds: 13.2,
    coresMean: 0.4,
    coresMax: 0.9,
    shareOfUsed: 0.35,
    machineBusy: 0.5,
    residentMbMax: 180,
    usersMax: 20,
    mbPerUser: 9,
    droppedIterations: 0,
    clockStepMs: 0.1,
    warnings: [],
  },
  charts: [
    {
      name: 'propagation_ms',
      title: 'Propagation: click to every watcher',
      unit: 'ms',
      seconds: [1, 2, 3, 4, 5, 6, 7, 8],
      lines: [
        { name: 'p50', values: [20, 21, 19, 20, 20, 21, 20, 19] },
        { name: 'p99', values: [40, 44, null, 39, 41, 43, 40, 42] },
      ],
    },
  ],
}
