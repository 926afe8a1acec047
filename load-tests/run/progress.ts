import { round } from './chart.ts'
import type { K6Window } from './k6-record.ts'

/** What is told while a scenario runs: one line that is written over at a terminal, one every some seconds elsewhere. */
export interface Progress {
  window(window: K6Window): void
  server(second: number, generatorCores: number | null): void
  end(): void
}

/** Between two lines where they are not written over, ms. */
const LINE_EVERY_MS = 5_000

/** Metrics that are told when the scenario has them, with the aggregate that says most. */
const TOLD: readonly (readonly [metric: string, aggregate: string, text: (value: number) => string])[] = [
  ['vus', 'value', (value) => `${value} users`],
  ['hold_answers', 'rate', (value) => `${round(value, 0)} holds/s`],
  ['hold_ms', 'p99', (value) => `hold p99 ${round(value, 0)} ms`],
  ['propagation_ms', 'p99', (value) => `propagation p99 ${round(value, 0)} ms`],
  ['orders_paid', 'rate', (value) => `${round(value, 0)} orders/s`],
  ['dropped_iterations', 'count', (value) => `${value} DROPPED`],
]

/** `alone`: nobody else writes lines meanwhile. */
export function showProgress(name: string, out: NodeJS.WriteStream, alone: boolean): Progress {
  const writesOver = alone && out.isTTY
  let told = ''
  let lineAtMs = performance.now()
  const line = (second: number, cores: number | null) =>
    `${name}: ${Math.round(second)} s${told}${cores === null ? '' : `, k6 ${round(cores, 1)} cores`}`
  return {
    window({ metrics }) {
      told = TOLD.flatMap(([metric, aggregate, text]) => {
        const value = metrics.get(metric)?.[aggregate]
        return value === undefined || (metric === 'dropped_iterations' && value === 0) ? [] : [`, ${text(value)}`]
      }).join('')
    },
    server(second, cores) {
      if (writesOver) {
        out.write(`\r\u{1B}[K${line(second, cores)}`)
      } else if (performance.now() - lineAtMs >= LINE_EVERY_MS) {
        lineAtMs = performance.now()
        out.write(`${line(second, cores)}\n`)
      }
    },
    end() {
      if (writesOver) out.write('\r\u{1B}[K')
    },
  }
}
