import { chartFigure, lastSecondOf, shortNumber } from './chart-svg.ts'
import { round } from './chart.ts'
import { type Content, type Html, html } from './html.ts'
import { REPORT_STYLE } from './report-style.ts'
import { K6_INNARDS, type Outcome, OUTCOME_WORD, type RunResult } from './result.ts'

/** The results of one start as one page that needs nothing else: no network, no script. */
export function renderReport(results: readonly RunResult[]): string {
  const title = results.map(({ scenario }) => scenario).join(', ')
  return html`<!doctype html>
    <html lang="en">
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width" />
      <title>Load test: ${title}</title>
      <style>
        ${REPORT_STYLE}
      </style>
      ${results.length > 1 && overview(results)}${results.map(section)}
    </html> `.text
}

function overview(results: readonly RunResult[]): Html {
  return html`<section>
    <h1>${results.every(({ outcome }) => outcome === 'passed') ? 'All passed' : 'Not all passed'}</h1>
    ${table(
      ['scenario', 'result', 's', 'why not'],
      results.map((result) => [
        html`<a href="#${result.scenario}">${result.scenario}</a>`,
        outcomeBadge(result.outcome),
        result.seconds,
        result.failures[0],
      ]),
    )}
  </section> `
}

function section(result: RunResult): Html {
  return html`<section id="${result.scenario}">
    <h1>${result.scenario} ${outcomeBadge(result.outcome)}</h1>
    <p>${result.k6?.story}</p>
    ${result.quick && html`<p class="note">A quick run: a smoke of the scenario. Its latencies mean nothing.</p>`}
    ${result.system.plantedBug !== null && html`<p class="note">The server had a planted bug: ${result.system.plantedBug}.</p>`}
    ${
      result.failures.length > 0 &&
      html`<ul class="failures">
        ${result.failures.map((failure) => html`<li><pre>${failure}</pre></li>`)}
      </ul>`
    }
    ${result.generator.warnings.map((warning) => html`<p class="note">The generator: ${warning}</p>`)}
    <h2>What had to hold</h2>
    ${thresholds(result)}
    <h2>The verdict of the audit</h2>
    ${verdict(result)}
    <h2>Over time</h2>
    <div class="charts">${charts(result)}</div>
    <h2>Latencies, as the generator saw them</h2>
    ${latencies(result)}
    <h2>Outcomes</h2>
    ${outcomes(result)}
    <h2>The server, by its own metrics</h2>
    ${facts(Object.entries(result.server))}
    <h2>What one user cost, ms of CPU</h2>
    ${facts(Object.entries(result.costOfUser))}
    <h2>The generator</h2>
    ${facts([
      ['cores, mean', result.generator.coresMean],
      ['cores, at most', result.generator.coresMax],
      ['share of the CPU time used on the machine', result.generator.shareOfUsed],
      ['how busy the machine was', result.generator.machineBusy],
      ['memory at most, MB', result.generator.residentMbMax],
      ['virtual users at most', result.generator.usersMax],
      ['memory a virtual user, MB', result.generator.mbPerUser],
      ['dropped iterations', result.generator.droppedIterations],
      ['timer lateness p99, ms', result.k6 && round(result.k6.generator.lagMs.p99, 1)],
      ['clock moved by, ms', result.generator.clockStepMs],
    ])}
    <h2>Knobs</h2>
    ${table(
      ['knob', 'value', 'meaning'],
      (result.k6?.knobs ?? []).map(({ name, value, isDefault, meaning }) => [
        name,
        isDefault ? value : html`<strong>${value}</strong>`,
        meaning,
      ]),
    )}
    <h2>Where</h2>
    ${facts([
      ['started', result.startedAt],
      ['seconds', result.seconds],
      ['system', `${result.system.url}${result.system.fresh ? `, fresh, ${result.system.workers} worker(s)` : ''}`],
      ['clocks', result.k6?.target.clock],
      [
        'machine',
        `${result.machine.cores} cores (${result.machine.cpu}), ${result.machine.memoryGb} GB, ${result.machine.os}`,
      ],
      ['load average before', result.machine.loadBefore],
      ['Node', result.machine.node],
      ['generator', result.machine.k6],
    ])}
  </section> `
}

function thresholds(result: RunResult): Html {
  const rows = result.thresholds.toSorted((a, b) => a.kind.localeCompare(b.kind))
  return table(
    ['', 'kind', 'it fails when', 'condition', 'value'],
    rows.map(({ passed, kind, text, metric, condition, value }) => [
      badge(passed),
      kind,
      text,
      html`<code>${metric} ${condition}</code>`,
      value === null ? 'not measured' : shortNumber(value),
    ]),
  )
}

function verdict({ verdict: { asked, checks, fault, warning } }: RunResult): Html {
  if (!asked)
    return html`<p class="note">There is none (${fault ?? 'nobody asked'}): the run proves nothing about the seats.</p>`
  const note = warning === null ? '' : html`<p class="note">Mind: ${warning}.</p>`
  const rows = table(
    ['', 'check', 'what must hold', 'violations', 'examples'],
    checks.map(({ name, rule, count, examples }) => [badge(count === 0), name, rule, count, examples.join('; ')]),
  )
  return html`${note}${rows}`
}

function charts(result: RunResult): Html[] {
  const lastSecond = lastSecondOf(result.charts)
  return result.charts.map((chart) => chartFigure(chart, lastSecond))
}

function latencies(result: RunResult): Html {
  const trends = Object.entries(result.k6?.metrics ?? {}).filter(
    ([name, { type, unit, values }]) =>
      type === 'trend' && unit === 'ms' && (values['count'] ?? 1) > 0 && !K6_INNARDS.test(name),
  )
  const columns = ['p50', 'p90', 'p95', 'p99', 'max', 'count']
  return table(
    ['ms', ...columns],
    trends.map(([name, { values }]) => [
      name,
      ...columns.map((column) => {
        const value = values[column]
        return value === undefined ? '' : Number(value.toPrecision(4))
      }),
    ]),
  )
}

function outcomes(result: RunResult): Html {
  const tagged = Object.entries(result.k6?.metrics ?? {}).flatMap(([name, { type, values }]) => {
    const parts = /^(?<metric>\w+)\{\w+:(?<outcome>[^}]*)\}$/.exec(name)?.groups
    const count = values['count'] ?? 0
    return parts === undefined || type !== 'counter' || count === 0 ? [] : [[parts['metric'], parts['outcome'], count]]
  })
  return table(['of', 'outcome', 'how often'], tagged)
}

const facts = (entries: readonly (readonly [string, Content])[]): Html =>
  table(
    ['', ''],
    entries.filter(([, value]) => value !== null && value !== undefined),
  )

function table(heads: readonly string[], rows: readonly (readonly Content[])[]): Html {
  if (rows.length === 0) return html`<p>none</p>`
  const head =
    heads.some((text) => text !== '') &&
    html`<tr>
      ${heads.map((text) => html`<th>${text}</th>`)}
    </tr>`
  return html`<table>
    ${head}${rows.map(
      (row) =>
        html`<tr>
          ${row.map((cell) => html`<td>${cell}</td>`)}
        </tr> `,
    )}
  </table> `
}

const outcomeBadge = (outcome: Outcome): Html =>
  html`<b class="${outcome === 'passed' ? 'passed' : 'failed'}">${OUTCOME_WORD[outcome]}</b>`

const badge = (passed: boolean): Html =>
  passed ? html`<b class="passed">passed</b>` : html`<b class="failed">FAILED</b>`
