import { SeatStatus } from '@seatcast/shared/domain/seat-state.ts'
import type { Layout } from '@seatcast/shared/domain/layout.ts'
import type { SeatMap, SeatMapOptions } from '../src/renderer/seat-map-contract.ts'
import { createSeatMap } from '../src/renderer/seat-map.ts'
import { createSpriteBaseline } from './sprite-baseline.ts'
import { syntheticHall } from './synthetic-hall.ts'

/** Medians, ms. `js`: until the draw calls are issued; `total`: until the GPU has finished (readPixels). */
export interface Timing {
  readonly js: number
  readonly total: number
}

export interface BenchResult {
  readonly seats: number
  readonly build: Timing
  readonly pan: Timing
  readonly recolour: Timing
  readonly drawnSeats: number
}

const FRAMES = 60
const RECOLOURS = 500
const host = document.querySelector<HTMLElement>('#host') ?? document.body

let random = 7
const dice = () => (random = (random * 48_271) % 2_147_483_647) / 2_147_483_647

/** Statuses as in a running sale: half gone, in clumps. */
function mixedStatuses(layout: Layout): Uint8Array {
  const statuses = new Uint8Array(layout.seats.x.length)
  let run = 0
  let status: number = SeatStatus.available
  for (let seat = 0; seat < statuses.length; seat++) {
    if (run-- <= 0) {
      run = 1 + Math.floor(dice() * 5)
      const roll = dice()
      status = roll < 0.5 ? 0 : roll < 0.68 ? 1 : roll < 0.93 ? 2 : 3
    }
    statuses[seat] = status
  }
  return statuses
}

function optionsFor(layout: Layout, extra: Partial<SeatMapOptions>): SeatMapOptions {
  return {
    host,
    layout,
    zoneOfSeat: Uint8Array.from(layout.seats.category),
    zoneColors: layout.categories.map((category) => category.color),
    statuses: mixedStatuses(layout),
    onTap: (target) => void taps.push(target),
    onHover: (seat) => void hovers.push(seat),
    onView: (view) => void views.push(view),
    reducedMotion: true,
    ...extra,
  }
}

const taps: unknown[] = []
const hovers: (number | null)[] = []
const views: { scale: number; seatsVisible: boolean }[] = []
let map: SeatMap | null = null
let options: SeatMapOptions | null = null

function facts(layout: Layout, statuses: Uint8Array): number[] {
  const available = layout.sections.map(() => 0)
  layout.seats.section.forEach((section, seat) => {
    if (statuses[seat] === SeatStatus.available) available[section] = (available[section] ?? 0) + 1
  })
  return available
}

async function show(layout: Layout, extra: Partial<SeatMapOptions> = {}): Promise<SeatMap> {
  map?.destroy()
  options = optionsFor(layout, extra)
  map = await createSeatMap(options)
  map.setSectionFacts(facts(layout, options.statuses))
  return map
}

const placeOf = (seat: number): { x: number; y: number } => map?.placeOf(seat) ?? { x: -1, y: -1 }

const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve))

/** Waits for the GPU: software GL draws when its result is asked for. */
function finish(): void {
  const gl = host.querySelector('canvas')?.getContext('webgl2')
  gl?.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4))
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

async function measure(change: (round: number) => void, current: SeatMap): Promise<Timing> {
  const js: number[] = []
  const total: number[] = []
  for (let round = 0; round < FRAMES; round++) {
    const startMs = performance.now()
    change(round)
    const changedMs = performance.now() - startMs
    // The map asked for its frame first, so it has drawn when this one runs.
    await frame()
    const drawnMs = performance.now()
    finish()
    js.push(changedMs + current.stats().lastFrameMs)
    total.push(changedMs + current.stats().lastFrameMs + performance.now() - drawnMs)
  }
  return { js: median(js), total: median(total) }
}

async function bench(seatCount: number): Promise<BenchResult> {
  const layout = syntheticHall(seatCount)
  const startMs = performance.now()
  const current = await show(layout)
  const builtMs = performance.now() - startMs
  finish()
  const build = { js: builtMs, total: performance.now() - startMs }
  current.zoomBy(zoomToSeats(layout))
  await frame()
  finish()
  const pan = await measure((round) => current.panBy(round % 20 < 10 ? 12 : -12, 0), current)
  const seats = layout.seats.x.length
  const recolour = await measure(() => {
    const changed = Array.from({ length: RECOLOURS }, () => Math.floor(dice() * seats))
    for (const seat of changed) if (options) options.statuses[seat] = ((options.statuses[seat] ?? 0) + 1) % 3
    current.seatsChanged(changed)
  }, current)
  return { seats, build, pan, recolour, drawnSeats: current.stats().drawnSeats }
}

/** From the whole venue to seats of 4 CSS px: the most seats that are ever drawn. */
function zoomToSeats(layout: Layout): number {
  const width = Math.max(...layout.sections.flatMap((section) => section.outline.map(([x]) => Math.abs(x)))) * 2
  return Math.max((4 / layout.seatSize / host.clientWidth) * width, 1)
}

async function benchSprites(seatCount: number): Promise<BenchResult> {
  map?.destroy()
  map = null
  const layout = syntheticHall(seatCount)
  const startMs = performance.now()
  const baseline = await createSpriteBaseline(host, layout, 4 / layout.seatSize)
  baseline.render()
  const builtMs = performance.now() - startMs
  finish()
  const build = { js: builtMs, total: performance.now() - startMs }
  const run = async (change: (round: number) => void): Promise<Timing> => {
    const js: number[] = []
    const total: number[] = []
    for (let round = 0; round < FRAMES / 3; round++) {
      await frame()
      const beginMs = performance.now()
      change(round)
      baseline.render()
      js.push(performance.now() - beginMs)
      finish()
      total.push(performance.now() - beginMs)
    }
    return { js: median(js), total: median(total) }
  }
  const seats = layout.seats.x.length
  const pan = await run((round) => baseline.pan(round % 20 < 10 ? 12 : -12))
  const recolour = await run(() =>
    baseline.recolour(
      Array.from({ length: RECOLOURS }, () => Math.floor(dice() * seats)),
      Math.floor(dice() * 0xffffff),
    ),
  )
  baseline.destroy()
  return { seats, build, pan, recolour, drawnSeats: seats }
}

const page = {
  syntheticHall,
  show,
  bench,
  benchSprites,
  taps,
  hovers,
  views,
  placeOf,
  frame,
  current: () => map,
  options: () => options,
}
export type BenchPage = typeof page
Object.assign(window, { bench: page })
