import { describe, expect, test } from 'vitest'
import { renderReport } from './report.ts'
import { RESULT, SUMMARY } from './test/sample-result.ts'

describe('the report', () => {
  const page = renderReport([RESULT])

  test('has the facts of the run', () => {
    for (const fact of [
      'A crowd looks at one map.',
      'no watcher missed a frame',
      'propagation_ms p(99)&lt;250',
      'no seat is in two active orders',
      'SEAT_TAKEN',
      'ping timeout',
      'one machine, one clock',
      'sockets that watch',
      'k6 v1.8.1',
      '2 cores (a processor)',
    ])
      expect(page).toContain(fact)
    expect(page).toMatch(/propagation_ms<\/td><td>20<\/td><td>30<\/td><td>35<\/td><td>41.5<\/td>/)
  })

  test('draws each line of each chart, interrupted where there is no value', () => {
    expect(page.match(/<svg /g)).toHaveLength(1)
    const paths = [...page.matchAll(/<path d="([^"]*)"/g)].map(([, path]) => path ?? '')
    expect(paths.map((path) => path.match(/M/g)?.length)).toEqual([1, 2])
  })

  test('draws all charts over one time axis, that of the whole run', () => {
    const [chart] = RESULT.charts
    const late = { ...chart!, title: 'Late', seconds: chart!.seconds.map((second) => second + 10) }
    const both = renderReport([{ ...RESULT, charts: [chart!, late] }])
    expect(both.match(/text-anchor="end"\s*>18 s</g)).toHaveLength(2)
  })

  test('draws the highest of merged points behind their means', () => {
    const charts = RESULT.charts.map((chart) => ({
      ...chart,
      lines: chart.lines.map((line) => ({ ...line, highest: line.values.map((value) => value && value + 900) })),
    }))
    const merged = renderReport([{ ...RESULT, charts }])
    expect(merged.match(/<path class="highest"/g)).toHaveLength(2)
    expect(merged).toContain('at most 944')
  })

  test('needs nothing else: no network, no script', () => {
    expect(page).not.toMatch(/<script|<link|<img|src=|url\(|@import|https?:(?!\/\/127\.0\.0\.1)/)
  })

  test('escapes whatever a server, a scenario or a person wrote', () => {
    const evil = '<img src=x onerror=alert(1)>"\'&'
    const hostile = renderReport([
      {
        ...RESULT,
        passed: false,
        failures: [evil],
        k6: {
          ...SUMMARY,
          story: evil,
          knobs: [{ name: evil, value: evil, isDefault: false, meaning: evil }],
          metrics: { [`hold_answers{code:${evil}}`]: { type: 'counter', unit: 'count', values: { count: 1 } } },
        },
        verdict: { ...RESULT.verdict, checks: [{ name: evil, rule: evil, count: 1, examples: [evil] }] },
        charts: RESULT.charts.map((chart) => ({ ...chart, title: evil })),
        server: { [evil]: 1 },
      },
    ])
    expect(hostile).not.toContain('<img')
    expect(hostile).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;')
  })

  test('a run that did not get as far as a summary still has a page', () => {
    const broken = { ...RESULT, passed: false, failures: ['k6 could not run'], k6: null, charts: [] }
    expect(renderReport([broken])).toContain('k6 could not run')
  })

  test('a run without a verdict, or interrupted, looks like no pass', () => {
    const bare = { ...RESULT, verdict: { ...RESULT.verdict, asked: false, checks: [] } }
    const without = renderReport([{ ...bare, outcome: 'passed without a verdict' }])
    expect(without).toContain('<b class="failed">passed WITHOUT A VERDICT</b>')
    expect(without).toContain('There is none (nobody asked)')
    const cut = renderReport([{ ...RESULT, outcome: 'interrupted', passed: false }, RESULT])
    expect(cut).toContain('<b class="failed">INTERRUPTED</b>')
    expect(cut).toContain('Not all passed')
  })

  test('several runs have an overview that links to each', () => {
    const both = renderReport([
      RESULT,
      { ...RESULT, scenario: 'mixed', outcome: 'failed', passed: false, failures: ['too slow'] },
    ])
    expect(both).toContain('Not all passed')
    expect(both).toContain('<a href="#mixed">mixed</a>')
  })
})
