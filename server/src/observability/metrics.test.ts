import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { createMetrics, type Metrics } from './metrics.ts'
import { mergeMetrics } from './node-metrics.ts'

const made: Metrics[] = []
const metrics = () => {
  const one = createMetrics({ totalCount: 3, waitingCount: 1 })
  made.push(one)
  return one
}
afterEach(() => {
  for (const one of made.splice(0)) one.stop()
})

test('every metric has a unit or counts something, and answers a question', () => {
  for (const metric of metrics().registry.getMetricsAsArray()) {
    expect(metric.name).toMatch(/^seatcast_[a-z_]+$/)
    expect(metric.help, metric.name).toContain('?')
    if (metric.type === 'counter') expect(metric.name).toMatch(/_total$/)
    if (metric.type === 'histogram') expect(metric.name).toMatch(/_seconds$/)
  }
})

test('the list of metrics in the README is the one in the code: name, kind, labels, question', () => {
  const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')
  const rows = readme.split('\n').filter((line) => line.startsWith('| `seatcast_'))
  expect(rows).toEqual(
    metrics()
      .registry.getMetricsAsArray()
      .map(rowOf)
      .toSorted((one, other) => (one < other ? -1 : 1)),
  )
})

/** A metric as the README lists it. */
function rowOf(metric: ReturnType<Metrics['registry']['getMetricsAsArray']>[number]): string {
  const { name, help, labelNames = [] } = metric as typeof metric & { readonly labelNames?: readonly string[] }
  const labels = labelNames.filter((label) => label !== 'le').map((label) => `\`${label}\``)
  return `| \`${name}\` | ${metric.type}${labels.length > 0 ? ` by ${labels.join(', ')}` : ''} | ${help} |`
}

test('every metric is filled somewhere', () => {
  const folder = join(import.meta.dirname, '..')
  const files = globSync('**/*.ts', { cwd: folder }).filter((file) => !/metrics\.ts$|\.test\.ts$/.test(file))
  const source = files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n')
  const { registry, stop, ...all } = metrics()
  const unfilled = Object.entries(all)
    // A metric with `collect` fills itself when it is asked for.
    .filter(([, metric]) => !('collect' in metric))
    .map(([name]) => name)
    .filter((name) => !new RegExp(`\\b${name}\\.(inc|set|observe|startTimer)\\(`).test(source))
  expect(unfilled).toEqual([])
  expect(Object.keys(all)).toHaveLength(registry.getMetricsAsArray().length)
  stop()
})

test('two servers in one process do not count for each other', async () => {
  const [one, other] = [metrics(), metrics()]
  one.frames.inc({ kind: 'delta' }, 5)
  expect(await other.registry.metrics()).not.toContain('seatcast_frames_total{kind="delta"}')
})

test("a node's text sums what workers share out and takes the worst of what each sees whole", async () => {
  const [one, other] = [metrics(), metrics()]
  one.frames.inc({ kind: 'delta' }, 5)
  other.frames.inc({ kind: 'delta' }, 7)
  one.liveHolds.set({ performance: 'p' }, 30)
  other.liveHolds.set({ performance: 'p' }, 31)
  one.watchers.set({ performance: 'p' }, 10)
  other.watchers.set({ performance: 'p' }, 20)
  one.propagationSeconds.observe(0.004)
  other.propagationSeconds.observe(0.2)
  const text = await mergeMetrics(await Promise.all([one, other].map(({ registry }) => registry.getMetricsAsJSON())))
  expect(text).toContain('seatcast_frames_total{kind="delta"} 12')
  expect(text).toContain('seatcast_live_holds{performance="p"} 31')
  expect(text).toContain('seatcast_watchers{performance="p"} 30')
  expect(text).toContain('seatcast_propagation_seconds_bucket{le="0.005"} 1')
  expect(text).toContain('seatcast_propagation_seconds_count 2')
  expect(text).toContain('seatcast_database_connections{state="open"} 6')
})
