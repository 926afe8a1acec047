import type { SeatIndex } from './ids.ts'
import type { Layout } from './layout.ts'

/** A seat of a category in no price zone: not for sale. */
export const NO_ZONE = 255

/**
 * What the block search needs of a layout, prepared once per performance: typed columns, and the seats in the order in
 * which neighbours sit. A run is a maximal chain of neighbours: one row between two aisles (A1).
 */
export interface Hall {
  readonly seatCount: number
  /** Seats run by run; a run's seats stand in the order of `layout.seats.next`. */
  readonly order: Int32Array
  /** Where in `order` each run begins; one more entry than runs. Runs ascend by `runBest`. */
  readonly runStart: Int32Array
  /** The lowest `distance` within a run: no block of the run can be better. */
  readonly runBest: Float64Array
  /** A run's bounding box, in seat widths: minX, minY, maxX, maxY. */
  readonly runBox: Float64Array
  readonly section: Uint16Array
  /** Zone number by seat, in the performance's order of zones; NO_ZONE: in none. */
  readonly zone: Uint8Array
  readonly accessible: Uint8Array
  /** 1: sits beside an accessible place. */
  readonly companion: Uint8Array
  /** Position in seat widths. */
  readonly x: Float64Array
  readonly y: Float64Array
  /** Distance to the layout's focus, in seat widths: lower is better. */
  readonly distance: Float64Array
}

/** Zone number by seat: which of the zones lists the seat's category. At most 255 zones. */
export function zoneOfSeats(layout: Layout, zones: readonly { readonly categories: readonly number[] }[]): Uint8Array {
  const zoneOfCategory = new Uint8Array(layout.categories.length).fill(NO_ZONE)
  zones.forEach((zone, index) => {
    for (const category of zone.categories) zoneOfCategory[category] = index
  })
  return Uint8Array.from(layout.seats.category, (category) => zoneOfCategory[category] ?? NO_ZONE)
}

export function prepareHall(layout: Layout, zone: Uint8Array): Hall {
  const { seats, seatSize, focus } = layout
  const seatCount = seats.x.length
  const x = Float64Array.from(seats.x, (value) => value / seatSize)
  const y = Float64Array.from(seats.y, (value) => value / seatSize)
  const distance = Float64Array.from(x, (seatX, seat) =>
    Math.hypot(seatX - focus[0] / seatSize, (y[seat] ?? 0) - focus[1] / seatSize),
  )
  const accessible = Uint8Array.from(seats.accessible)
  const companion = new Uint8Array(seatCount)
  seats.next.forEach((right, left) => {
    if (right < 0) return
    if (accessible[left] === 1) companion[right] = 1
    if (accessible[right] === 1) companion[left] = 1
  })

  const runs = runsOf(seats.next)
    .map((run) => ({ run, best: Math.min(...run.map((seat) => distance[seat] ?? 0)) }))
    .toSorted((a, b) => a.best - b.best)
  const order = new Int32Array(seatCount)
  const runStart = new Int32Array(runs.length + 1)
  const runBox = new Float64Array(runs.length * 4)
  let place = 0
  runs.forEach(({ run }, index) => {
    runStart[index] = place
    order.set(run, place)
    place += run.length
    const xs = run.map((seat) => x[seat] ?? 0)
    const ys = run.map((seat) => y[seat] ?? 0)
    runBox.set([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)], index * 4)
  })
  runStart[runs.length] = place

  return {
    seatCount,
    order,
    runStart,
    runBest: Float64Array.from(runs, ({ best }) => best),
    runBox,
    section: Uint16Array.from(seats.section),
    zone,
    accessible,
    companion,
    x,
    y,
    distance,
  }
}

/** Maximal chains of neighbours. */
function runsOf(next: readonly SeatIndex[]): SeatIndex[][] {
  const hasLeft = new Uint8Array(next.length)
  for (const right of next) if (right >= 0) hasLeft[right] = 1
  const runs: SeatIndex[][] = []
  for (let seat = 0; seat < next.length; seat += 1) {
    if (hasLeft[seat] === 1) continue
    const run: SeatIndex[] = []
    for (let current = seat; current >= 0; current = next[current] ?? -1) run.push(current)
    runs.push(run)
  }
  return runs
}
