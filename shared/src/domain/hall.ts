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
  /** By seat: its place in `order`. */
  readonly placeOf: Int32Array
  /** Run by seat. */
  readonly runOf: Int32Array
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
  const x = Float64Array.from(seats.x.map((value) => value / seatSize))
  const y = Float64Array.from(seats.y.map((value) => value / seatSize))
  const distance = x.map((seatX, seat) => Math.hypot(seatX - focus[0] / seatSize, (y[seat] ?? 0) - focus[1] / seatSize))
  const accessible = Uint8Array.from(seats.accessible)
  const companion = new Uint8Array(seatCount)
  seats.next.forEach((right, left) => {
    if (right < 0) return
    if (accessible[left] === 1) companion[right] = 1
    if (accessible[right] === 1) companion[left] = 1
  })

  const runs = runsOf(seats.next, distance)
  const order = new Int32Array(seatCount)
  const placeOf = new Int32Array(seatCount)
  const runOf = new Int32Array(seatCount)
  const runStart = new Int32Array(runs.length + 1)
  const runBox = new Float64Array(runs.length * 4)
  let place = 0
  runs.forEach(({ first }, run) => {
    let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity]
    for (let seat = first; seat >= 0; seat = seats.next[seat] ?? -1) {
      order[place] = seat
      placeOf[seat] = place
      runOf[seat] = run
      place += 1
      minX = Math.min(minX, x[seat] ?? 0)
      minY = Math.min(minY, y[seat] ?? 0)
      maxX = Math.max(maxX, x[seat] ?? 0)
      maxY = Math.max(maxY, y[seat] ?? 0)
    }
    runStart[run + 1] = place
    runBox.set([minX, minY, maxX, maxY], run * 4)
  })

  return {
    seatCount,
    order,
    placeOf,
    runOf,
    runStart,
    runBest: Float64Array.from(runs.map(({ best }) => best)),
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

interface Run {
  readonly first: SeatIndex
  /** The lowest distance of its seats. */
  readonly best: number
}

/** Maximal chains of neighbours, best first. */
function runsOf(next: readonly SeatIndex[], distance: Float64Array): Run[] {
  const hasLeft = new Uint8Array(next.length)
  for (const right of next) if (right >= 0) hasLeft[right] = 1
  const runs: Run[] = []
  for (let first = 0; first < next.length; first += 1) {
    if (hasLeft[first] === 1) continue
    let best = Infinity
    for (let seat = first; seat >= 0; seat = next[seat] ?? -1) best = Math.min(best, distance[seat] ?? 0)
    runs.push({ first, best })
  }
  return runs.toSorted((a, b) => a.best - b.best)
}
