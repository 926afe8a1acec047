import { chromium } from 'playwright-core'
import { serveBench } from './bench-server.ts'
import type { BenchPage, BenchResult, Timing } from './bench.ts'

/** Measures the renderer in a headless Chromium with software GL: only ratios mean anything. `node client/bench/run.ts [seats…]` */
const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'
const ARGS = [
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
  '--no-sandbox',
  '--disable-background-networking',
]

declare global {
  interface Window {
    bench: BenchPage
  }
}

/** Repetitions of everything. */
const ROUNDS = 3

const counts = process.argv.slice(2).map(Number)
const seatCounts = counts.length > 0 ? counts : [60_000, 200_000]

const server = await serveBench()
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS })
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  await page.goto(server.url)
  await page.waitForFunction(() => 'bench' in window)
  print('| what | seats | drawn | build + first frame | pan js / total | 500 recolours js / total |')
  print('| --- | --- | --- | --- | --- | --- |')
  for (const seats of seatCounts) {
    const meshes: BenchResult[] = []
    const sprites: BenchResult[] = []
    // In turns, and the best of each: what else the machine does then falls on both.
    for (let round = 0; round < ROUNDS; round++) {
      meshes.push(await page.evaluate((count) => window.bench.bench(count), seats))
      // The baseline only once: with more seats it takes minutes.
      if (seats === seatCounts[0]) sprites.push(await page.evaluate((count) => window.bench.benchSprites(count), seats))
    }
    print(row('mesh a section', best(meshes)))
    if (sprites.length > 0) print(row('sprite a seat', best(sprites)))
  }
} finally {
  await browser.close()
  await server.close()
}

function best(results: readonly BenchResult[]): BenchResult {
  const [first] = results
  if (!first) throw new RangeError('nothing was measured')
  const least = (of: (result: BenchResult) => Timing): Timing => ({
    js: Math.min(...results.map((result) => of(result).js)),
    total: Math.min(...results.map((result) => of(result).total)),
  })
  return {
    ...first,
    build: least((result) => result.build),
    pan: least((result) => result.pan),
    recolour: least((result) => result.recolour),
  }
}

function row(what: string, { seats, drawnSeats, build, pan, recolour }: BenchResult): string {
  const ms = (value: number) => value.toFixed(value < 10 ? 1 : 0)
  const pair = (timing: { js: number; total: number }) => `${ms(timing.js)} / ${ms(timing.total)} ms`
  return `| ${what} | ${seats} | ${drawnSeats} | ${pair(build)} | ${pair(pan)} | ${pair(recolour)} |`
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
