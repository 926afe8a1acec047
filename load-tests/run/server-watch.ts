import { type Scrape, scrape } from '../../server/test/support/scrape.ts'
import { processFacts } from '../system/process-facts.ts'
import { bucketQuantile, type Buckets, bucketsOf, bucketsSince } from './bucket-quantile.ts'
import { type Chart, ChartData, round } from './chart.ts'

/** A server that needs longer for its metrics has a second without figures, ms. */
const PATIENCE_MS = 3_000

/** The server's side of a run: its own metrics, and what its processes use, a sample a second. */
export class ServerWatch {
  readonly #metricsUrl: string
  readonly #parts: () => Readonly<Record<string, readonly number[]>>
  readonly #charts = {
    hold: new ChartData('server_hold', 'Hold on the server: command to answer', 'ms'),
    crowd: new ChartData('crowd', 'Watchers and live holds', 'now'),
    frames: new ChartData('frames', 'Frames to sockets', 'a second'),
    cpu: new ChartData('cpu', 'CPU by part', 'cores'),
    loop: new ChartData('event_loop', 'Event-loop delay of the busiest worker', 'ms'),
    memory: new ChartData('memory', 'Memory', 'MB'),
  }
  readonly #cpuBefore = new Map<string, { readonly seconds: number; readonly atMs: number }>()
  readonly #cpuUsed = new Map<string, number>()
  #first: Counts | null = null
  #last: Counts | null = null
  #loopMaxMs = 0
  #memoryMaxMb = 0
  #watchersMax = 0

  /** `parts`: process ids by the part's name; empty for a system elsewhere. */
  constructor(origin: string, parts: () => Readonly<Record<string, readonly number[]>>) {
    this.#metricsUrl = `${origin}/metrics`
    this.#parts = parts
  }

  /** `generator`: what k6 uses now, drawn beside. */
  async sample(second: number, generator: { readonly cores: number | null; readonly residentMb: number | null }) {
    this.#charts.cpu.add(second, { ...this.#cores(), k6: generator.cores ?? undefined })
    const page = await scrape(this.#metricsUrl, PATIENCE_MS).catch(() => null) // it is away or busy: a second without figures
    if (page === null) return
    const counts = countsOf(page)
    if (this.#last !== null) {
      const holds = bucketsSince(this.#last.holds, counts.holds)
      this.#charts.hold.add(second, { p50: inMs(holds, 0.5), p99: inMs(holds, 0.99) })
      const frames = (counts.frames - this.#last.frames) / (second - this.#last.second)
      this.#charts.frames.add(second, { frames })
    }
    this.#first ??= { ...counts, second }
    this.#last = { ...counts, second }

    const watchers = total(page, 'watchers')
    this.#charts.crowd.add(second, {
      watchers,
      sockets: total(page, 'sockets'),
      'live holds': total(page, 'live_holds'),
    })
    const loopMs = (quantile: string) => page.value('event_loop_delay_seconds', { quantile }) * 1_000
    this.#charts.loop.add(second, { p50: loopMs('0.5'), p99: loopMs('0.99'), max: loopMs('1') })
    const memoryMb = page.value('memory_bytes', { kind: 'rss' }) / 2 ** 20
    this.#charts.memory.add(second, { 'node, all workers': memoryMb, k6: generator.residentMb ?? undefined })
    this.#loopMaxMs = Math.max(this.#loopMaxMs, loopMs('1'))
    this.#memoryMaxMb = Math.max(this.#memoryMaxMb, memoryMb)
    this.#watchersMax = Math.max(this.#watchersMax, watchers)
  }

  charts(): Chart[] {
    return Object.values(this.#charts).flatMap((data) => data.chart() ?? [])
  }

  /** Over the whole run, name with unit: figure. */
  figures(): Record<string, number> {
    const [first, last] = [this.#first, this.#last]
    if (first === null || last === null) return {}
    const holds = bucketsSince(first.holds, last.holds)
    const propagation = bucketsSince(first.propagation, last.propagation)
    const figures = {
      'hold commands': holds.get(Infinity) ?? 0,
      'hold p50, ms': inMs(holds, 0.5),
      'hold p99, ms': inMs(holds, 0.99),
      'script to fan-out p99, ms': inMs(propagation, 0.99),
      frames: last.frames - first.frames,
      'HTTP requests': last.requests - first.requests,
      'HTTP answers of 5xx': last.faults - first.faults,
      'most watchers': this.#watchersMax,
      'event loop at worst, ms': round(this.#loopMaxMs, 1),
      'node memory at most, MB': round(this.#memoryMaxMb, 0),
      ...Object.fromEntries([...this.#cpuUsed].map(([part, seconds]) => [`CPU of ${part}, s`, round(seconds, 2)])),
    }
    return Object.fromEntries(
      Object.entries(figures).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    )
  }

  /** CPU seconds a second of each part since the last sample. */
  #cores(): Record<string, number | undefined> {
    const atMs = performance.now()
    return Object.fromEntries(
      Object.entries(this.#parts()).map(([part, pids]) => {
        const seconds = pids.reduce((sum, pid) => sum + (processFacts(pid)?.cpuSeconds ?? 0), 0)
        const before = this.#cpuBefore.get(part)
        this.#cpuBefore.set(part, { seconds, atMs })
        if (before === undefined) return [part, undefined]
        const used = Math.max(0, seconds - before.seconds) // a process that ended takes its time with it
        this.#cpuUsed.set(part, (this.#cpuUsed.get(part) ?? 0) + used)
        return [part, (used * 1_000) / (atMs - before.atMs)]
      }),
    )
  }
}

/** Counters at one moment. */
interface Counts {
  readonly second: number
  readonly holds: Buckets
  readonly propagation: Buckets
  readonly frames: number
  readonly requests: number
  /** Of them 5xx. */
  readonly faults: number
}

function countsOf(page: Scrape): Omit<Counts, 'second'> {
  const requests = page.samples.filter(({ name }) => name === 'seatcast_http_request_seconds_count')
  const sum = (samples: typeof requests) => samples.reduce((count, { value }) => count + value, 0)
  return {
    holds: bucketsOf(page, 'command_seconds', ({ labels }) => labels['event'] === 'seats:hold'),
    propagation: bucketsOf(page, 'propagation_seconds'),
    frames: total(page, 'frames_total'),
    requests: sum(requests),
    faults: sum(requests.filter(({ labels }) => labels['status']?.startsWith('5') === true)),
  }
}

/** The sum over all labels. */
function total(page: Scrape, name: string): number {
  return page.samples.reduce((sum, sample) => sum + (sample.name === `seatcast_${name}` ? sample.value : 0), 0)
}

function inMs(buckets: Buckets, share: number): number | undefined {
  const seconds = bucketQuantile(buckets, share)
  return seconds === null ? undefined : round(seconds * 1_000, 2)
}
