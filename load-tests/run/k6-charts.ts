import { type Chart, ChartData } from './chart.ts'
import type { K6Window } from './k6-record.ts'

/** Trends that are drawn over time when the scenario has them, ms. Names: load-tests/lib. */
const TRENDS: Readonly<Record<string, string>> = {
  hold_ms: 'Hold: click to answer',
  propagation_ms: 'Propagation: click to every watcher',
  order_ms: 'Order: request to answer',
  payment_ms: 'Payment: request to answer',
  join_ms: 'Join: connect to a consistent map',
  reconnect_ms: 'Reconnect to a consistent map',
  http_req_duration: 'HTTP requests of the generator',
  generator_lag_ms: 'The generator itself: how late its timers fire',
}
/** Counters that are drawn by their tag `code`. */
const OUTCOMES: Readonly<Record<string, string>> = { hold_answers: 'Holds by outcome' }
/** Other counters, one line each. */
const RATES: Readonly<Record<string, string>> = {
  orders_paid: 'Orders paid',
  iterations: 'Iterations begun and ended',
  dropped_iterations: 'Iterations that the generator could not start',
}

/** The generator's own measurements, by the second. */
export class K6Charts {
  readonly #charts = new Map<string, ChartData>()
  readonly #startedMs: number

  constructor(startedMs: number) {
    this.#startedMs = startedMs
  }

  add(window: K6Window): void {
    const second = (window.atMs - this.#startedMs) / 1_000
    for (const [name, title] of Object.entries(TRENDS)) {
      const trend = window.metrics.get(name)
      if (trend !== undefined) this.#at(name, title, 'ms').add(second, pick(trend, ['p50', 'p95', 'p99']))
    }
    for (const [name, title] of Object.entries(OUTCOMES)) {
      const rates = [...window.metrics].flatMap(([metric, { rate }]) => {
        const code = metric.startsWith(`${name}{`)
          ? /\{code:(?<code>[^}]*)\}/.exec(metric)?.groups?.['code']
          : undefined
        return code === undefined ? [] : [[code, rate] as const]
      })
      if (rates.length > 0) this.#at(name, title, 'a second').add(second, Object.fromEntries(rates))
    }
    for (const [name, title] of Object.entries(RATES)) {
      const rate = window.metrics.get(name)?.['rate']
      if (rate !== undefined) this.#at(name, title, 'a second').add(second, { [name]: rate })
    }
    const users = window.metrics.get('vus')?.['value']
    if (users !== undefined) this.#at('vus', 'Virtual users', 'users').add(second, { 'virtual users': users })
  }

  charts(): Chart[] {
    const order = [...Object.keys(TRENDS), ...Object.keys(OUTCOMES), 'vus', ...Object.keys(RATES)]
    return order.flatMap((name) => this.#charts.get(name)?.chart() ?? [])
  }

  #at(name: string, title: string, unit: string): ChartData {
    const data = this.#charts.get(name) ?? new ChartData(name, title, unit)
    this.#charts.set(name, data)
    return data
  }
}

function pick(values: Readonly<Record<string, number>>, names: readonly string[]): Record<string, number | undefined> {
  return Object.fromEntries(names.map((name) => [name, values[name]]))
}
