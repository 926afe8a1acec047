import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { INVARIANTS } from '../../load-tests/lib/seatcast/verdict-rules.ts'
import { TREND_STATS } from '../../load-tests/run/remote-write.ts'
import { CLONE } from '../dev/clone.ts'
import { createMetrics } from '../src/observability/metrics.ts'
import { composeWith } from './support/compose.ts'

const OPS = join(CLONE, 'server', 'ops')
const read = (path: string) => readFileSync(join(OPS, path), 'utf8')
const { services } = composeWith({ POSTGRES_PASSWORD: 'pg', REDIS_PASSWORD: 'redis', TOKEN_SECRET: 'x'.repeat(32) })

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string; readonly action: string }
}
interface Dashboard {
  readonly uid: string
  readonly title: string
  readonly panels: readonly {
    readonly id: number
    readonly title: string
    readonly description: string
    readonly datasource: { readonly uid: string }
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
    readonly targets: readonly { readonly expr: string }[]
  }[]
}

const { groups } = parse(read('prometheus/alerts.yml')) as { groups: readonly { readonly rules: readonly Rule[] }[] }
const rules = groups.flatMap((group) => group.rules)
const prometheus = parse(read('prometheus/prometheus.yml')) as {
  readonly rule_files: readonly string[]
  readonly scrape_configs: readonly {
    readonly job_name: string
    readonly static_configs: readonly { readonly targets: readonly string[] }[]
  }[]
}
const dashboards = globSync('grafana/dashboards/*.json', { cwd: OPS }).map(
  (file) => JSON.parse(read(file)) as Dashboard,
)

/** Series that Prometheus has of us, with their labels. */
const series = new Map<string, readonly string[]>()
const metrics = createMetrics()
for (const metric of metrics.registry.getMetricsAsArray()) {
  const { labelNames = [] } = metric as { readonly labelNames?: readonly string[] }
  const parts = metric.type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']
  for (const part of parts) series.set(metric.name + part, labelNames)
}
metrics.stop()

/** Series that k6 writes of a load test (`--remote-write`). Source: k6 1.8.1, internal/output/prometheusrw. */
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  Counter: ['total'],
  Rate: ['rate'],
  Trend: TREND_STATS.split(',').map((stat) => stat.replace(/[()]/g, '')),
}
const loadMetrics = readFileSync(join(CLONE, 'load-tests', 'lib', 'seatcast', 'metrics.ts'), 'utf8')
const LOAD_LABELS = ['testid', 'code', 'user', 'check', 'scenario']
for (const name of ['k6_vus', 'k6_dropped_iterations_total']) series.set(name, LOAD_LABELS)
for (const [, kind = '', name = ''] of loadMetrics.matchAll(/= (?:new )?(milliseconds|\w+)\('(\w+)'/g))
  for (const suffix of SUFFIXES[kind === 'milliseconds' ? 'Trend' : kind] ?? [])
    series.set(`k6_${name}_${suffix}`, LOAD_LABELS)

/** Labels that Prometheus adds, and that histograms have. */
const COMMON = ['instance', 'job', 'le']

const expressions = [
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
  ...dashboards.flatMap(({ title, panels }) =>
    panels.flatMap((panel) => panel.targets.map(({ expr }) => [`${title}: ${panel.title}`, expr] as const)),
  ),
]

test.each(expressions)('%s: its metrics and labels exist, its brackets close', (_name, expr) => {
  const named = [...expr.matchAll(/\b((?:seatcast|k6)_\w+)(?:\{([^}]*)\})?/g)]
  if (named.length === 0) expect(expr).toMatch(/\bup\{job="(?:node|scheduler)"\}/)
  const known = new Set(COMMON)
  for (const [, name = '', selector = ''] of named) {
    expect([...series.keys()]).toContain(name)
    const labels = [...(series.get(name) ?? []), ...COMMON]
    for (const [, label = ''] of selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)) expect(labels).toContain(label)
    for (const label of labels) known.add(label)
  }
  for (const [, list = ''] of expr.matchAll(/\b(?:by|without)\s*\(([^)]*)\)/g))
    for (const label of list.split(',').map((one) => one.trim())) expect([...known]).toContain(label)
  for (const [open = '', close = ''] of ['( )', '{ }', '[ ]'].map((pair) => pair.split(' ')))
    expect(expr.split(open).length).toBe(expr.split(close).length)
})

test('every alert says what happened and what to do, once', () => {
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length)
  for (const { alert, labels, annotations } of rules) {
    expect(['critical', 'warning', 'info'], alert).toContain(labels.severity)
    expect(annotations.summary, alert).toMatch(/^[A-Z].*\.$/)
    expect(annotations.action, alert).toMatch(/^[A-Z].{20,}\.$/)
  }
})

test('every metric is on a dashboard', () => {
  const shown = dashboards.flatMap(({ panels }) => panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)))
  const metric = (name: string) => name.replace(/_(bucket|sum|count)$/, '')
  const ours = [...series.keys()].filter((name) => name.startsWith('seatcast_'))
  const missing = ours.filter((name) => !shown.some((expr) => expr.includes(metric(name))))
  expect(missing).toEqual([])
})

test('Prometheus takes what load tests write to it; each of their invariants is on a dashboard', () => {
  expect(services['prometheus']?.command).toContain('--web.enable-remote-write-receiver')
  const shown = expressions.map(([, expr]) => expr)
  for (const name of Object.keys(INVARIANTS)) expect(shown).toContain(`sum by (testid) (k6_${name}_total)`)
})

test('panels have ids of their own, do not overlap, and ask the data source that is provisioned', () => {
  const { datasources } = parse(read('grafana/provisioning/datasources/prometheus.yml')) as {
    datasources: readonly { readonly uid: string; readonly url: string }[]
  }
  expect(datasources[0]?.url).toBe('http://prometheus:9090')
  expect(new Set(dashboards.map(({ uid }) => uid)).size).toBe(dashboards.length)
  for (const { panels } of dashboards) {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    expect(new Set(panels.map(({ gridPos }) => `${gridPos.x} ${gridPos.y}`)).size).toBe(panels.length)
    for (const panel of panels) {
      expect(panel.gridPos.x + panel.gridPos.w, panel.title).toBeLessThanOrEqual(24)
      expect(panel.datasource.uid).toBe(datasources[0]?.uid)
      expect(panel.description, panel.title).toMatch(/\.$/)
    }
  }
})

test('Prometheus asks every node and scheduler of docker-compose.yml, and reads what is mounted', () => {
  const portOf = ({ environment = {} }: { readonly environment?: Readonly<Record<string, string>> }, job: string) =>
    environment[job === 'node' ? 'PORT' : 'SCHEDULER_PORT']
  for (const { job_name: job, static_configs: lists } of prometheus.scrape_configs) {
    const wanted = Object.entries(services).filter(([name]) => name.startsWith(`${job}-`))
    expect(wanted).toHaveLength(2)
    expect(lists.flatMap(({ targets }) => targets)).toEqual(
      wanted.map(([name, service]) => `${name}:${portOf(service, job)}`),
    )
  }
  expect(prometheus.rule_files).toEqual(['/etc/prometheus/alerts.yml'])
  const mounts = [...(services['prometheus']?.volumes ?? []), ...(services['grafana']?.volumes ?? [])]
  const folders = mounts.filter((mount) => mount.startsWith('./')).map((mount) => mount.split(':').slice(0, 2))
  expect(folders).toEqual([
    ['./server/ops/prometheus', '/etc/prometheus'],
    ['./server/ops/grafana/provisioning', '/etc/grafana/provisioning'],
    ['./server/ops/grafana/dashboards', '/var/lib/grafana/dashboards'],
  ])
  const { providers } = parse(read('grafana/provisioning/dashboards/seatcast.yml')) as {
    providers: readonly { readonly options: { readonly path: string } }[]
  }
  expect(providers[0]?.options.path).toBe('/var/lib/grafana/dashboards')
})
