import { expect, test } from 'vitest'
import { K6RecordReader } from './k6-record.ts'

const line = (event: string, data: unknown) => `${JSON.stringify({ event, data })}\n`

/** As k6 1.8.1 writes it, shortened. */
const RECORD = [
  line('param', { endOffset: 35_000, period: 1_000 }),
  line('metric', { time: { type: 'gauge' } }),
  line('start', [[1_795_167_028_024]]),
  line('metric', {
    hold_ms: { type: 'trend' },
    'hold_answers{code:OK}': { type: 'counter' },
    hold_answers: { type: 'counter' },
  }),
  line('cumulative', [[9, 9], [9, 9], [1, 2, 3, 4, 5, 6, 7], [1_795_167_029_028]]),
  line('snapshot', [[50, 50], [40, 40], [4, 9, 3.5, 0.2, 8, 9, 9.5], [1_795_167_029_028]]),
  line('metric', { Vus: { type: 'gauge' } }),
  line('snapshot', [[7], null, null, null, [1_795_167_030_028]]),
].join('')

test('a record is read as windows by metric, however its bytes arrive', () => {
  for (const size of [1, 100, RECORD.length]) {
    const reader = new K6RecordReader()
    const events = Array.from({ length: Math.ceil(RECORD.length / size) }, (_, part) =>
      reader.read(RECORD.slice(part * size, (part + 1) * size)),
    ).flat()
    expect(events[0]).toEqual({ kind: 'plan', lengthMs: 35_000 })
    const [first, second] = events.flatMap((event) => (event.kind === 'window' ? [event.window] : []))
    expect(first?.atMs).toBe(1_795_167_029_028)
    expect(first?.metrics.get('hold_answers')).toEqual({ count: 50, rate: 50 })
    expect(first?.metrics.get('hold_answers{code:OK}')).toEqual({ count: 40, rate: 40 })
    expect(first?.metrics.get('hold_ms')).toMatchObject({ p50: 3.5, p95: 9, p99: 9.5, max: 9 })
    expect(second?.metrics.get('Vus'), 'a name that came later, before the others').toEqual({ value: 7 })
    expect(second?.metrics.has('hold_ms'), 'nothing happened in this second').toBe(false)
  }
})
