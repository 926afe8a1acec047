import type { Layout, Point } from '@seatcast/shared/domain/layout.ts'
import { boxOfPoints, type Box } from './camera.ts'
import { boxOfSeats, seatsBySection } from './seats-by-section.ts'

/** What the renderer derives once from a section. */
export interface SectionGeometry {
  readonly outline: readonly Point[]
  readonly box: Box
  /** Where its label stands: near the middle of its seats, in the middle of the section's width there. */
  readonly anchor: Point
  /** How much of the section lies above and below of the anchor, plan units. */
  readonly labelHeight: number
  /** How its label may be turned: along the section's depth, across its rows. */
  readonly turned: TurnedPlace
  /** On its edge, away from what people look at: its name stands beyond while its seats are drawn. */
  readonly edge: Point
  /** Unit vector outwards at `edge`. */
  readonly outward: Point
  readonly seatCount: number
  /** The zone most of its seats are in; 255: none. */
  readonly zone: number
}

/** A section turned about its label's anchor until its rows stand upright. */
export interface TurnedPlace {
  /** Radians clockwise; above -90 and up to 90 degrees, so that nothing is upside down. */
  readonly angle: number
  readonly outline: readonly Point[]
  readonly anchor: Point
  readonly labelHeight: number
}

export function sectionGeometries(layout: Layout, zoneOfSeat: Uint8Array): SectionGeometry[] {
  const seatsOf = seatsBySection(layout)
  return layout.sections.map((section, index) => {
    const seats = seatsOf[index] ?? new Uint32Array()
    const seatBox = boxOfSeats(layout, seats)
    const outline = section.outline.length >= 3 ? section.outline : cornersOf(seatBox)
    const middle = middleOf(layout, outline, seats)
    const label = labelPlace(outline, middle)
    return {
      outline,
      box: boxOfPoints(outline, seatBox),
      ...label,
      turned: turnedPlace(outline, label.anchor, acrossRows(layout, seats, label.anchor)),
      ...edgePlace(outline, middle, layout.focus),
      seatCount: seats.length,
      zone: mostCommonZone(seats, zoneOfSeat),
    }
  })
}

/** The section whose outline contains a point; of several, the last one drawn. */
export function sectionAt(sections: readonly SectionGeometry[], x: number, y: number): number | null {
  for (let index = sections.length - 1; index >= 0; index--) {
    const section = sections[index]
    if (!section) continue
    const { box } = section
    const near = x >= box.minX && x <= box.maxX && y >= box.minY && y <= box.maxY
    if (near && contains(section.outline, x, y)) return index
  }
  return null
}

/** Whether a closed polygon contains a point (even-odd rule). */
export function contains(polygon: readonly Point[], x: number, y: number): boolean {
  return crossings(polygon, y).filter((crossing) => x < crossing).length % 2 === 1
}

function labelPlace(outline: readonly Point[], [x, y]: Point) {
  const [left, right] = spanAround(crossings(outline, y), x)
  const middle = (left + right) / 2
  const turned = outline.map(([cornerX, cornerY]): Point => [cornerY, cornerX])
  const [top, bottom] = spanAround(crossings(turned, middle), y)
  const anchor: Point = [middle, y]
  return { anchor, labelHeight: bottom - top }
}

/** The widest label of a height (plan units) that stays inside of a section, centred at its anchor. */
export function labelWidth({ outline, anchor }: Pick<SectionGeometry, 'outline' | 'anchor'>, height: number): number {
  const [x, y] = anchor
  const half = [y - height / 2, y + height / 2].map((edge) => {
    const [left, right] = spanAround(crossings(outline, edge), x)
    return Math.min(x - left, right - x)
  })
  return 2 * Math.min(...half)
}

/** The direction across the row at a place, radians; where nobody has a neighbour, upwards. */
function acrossRows({ seats: { x, y, next } }: Layout, seats: Uint32Array, place: Point): number {
  let [least, angle] = [Infinity, -Math.PI / 2]
  for (const seat of seats) {
    const right = next[seat] ?? -1
    const away = distance([x[seat] ?? 0, y[seat] ?? 0], place)
    if (right < 0 || away >= least) continue
    least = away
    angle = Math.atan2((y[right] ?? 0) - (y[seat] ?? 0), (x[right] ?? 0) - (x[seat] ?? 0)) - Math.PI / 2
  }
  return angle
}

/** Just below a quarter turn counts as one: all labels of a straight stand read from the same side. */
const QUARTER_TURN = Math.PI / 2 - 0.01

function turnedPlace(outline: readonly Point[], anchor: Point, across: number): TurnedPlace {
  let angle = across
  while (angle >= QUARTER_TURN) angle -= Math.PI
  while (angle < -Math.PI + QUARTER_TURN) angle += Math.PI
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const turned = outline.map(([x, y]): Point => {
    const [fromX, fromY] = [x - anchor[0], y - anchor[1]]
    return [fromX * cos + fromY * sin, fromY * cos - fromX * sin]
  })
  // The anchor moves to the middle of the section's depth, and back into the plan.
  const place = labelPlace(turned, [0, 0])
  const [along] = place.anchor
  const back: Point = [anchor[0] + along * cos, anchor[1] + along * sin]
  return { angle, outline: turned.map(([x, y]): Point => [x - along, y]), anchor: back, labelHeight: place.labelHeight }
}

/** Where the ray from the focus through the anchor leaves the outline last. */
function edgePlace(outline: readonly Point[], anchor: Point, focus: Point): { edge: Point; outward: Point } {
  const length = distance(anchor, focus) || 1
  const outward: Point = [(anchor[0] - focus[0]) / length, (anchor[1] - focus[1]) / length]
  const along = (point: Point) => (point[0] - focus[0]) * outward[0] + (point[1] - focus[1]) * outward[1]
  // In a frame whose x runs along the ray, the ray is the line y = 0.
  const turned = outline.map((point): Point => {
    const side = (point[1] - focus[1]) * outward[0] - (point[0] - focus[0]) * outward[1]
    return [along(point), side]
  })
  const reach = Math.max(length, ...crossings(turned, 0))
  return { edge: [focus[0] + outward[0] * reach, focus[1] + outward[1] * reach], outward }
}

/** Where a polygon's sides cross a horizontal line, x in ascending order. */
function crossings(polygon: readonly Point[], y: number): number[] {
  const found: number[] = []
  let previous = polygon.at(-1)
  for (const corner of polygon) {
    if (previous && corner[1] > y !== previous[1] > y) {
      found.push(corner[0] + ((y - corner[1]) / (previous[1] - corner[1])) * (previous[0] - corner[0]))
    }
    previous = corner
  }
  return found.toSorted((a, b) => a - b)
}

/** The pair of crossings with `at` between them; `at` itself where there is none. */
function spanAround(sorted: readonly number[], at: number): [number, number] {
  return [sorted.findLast((value) => value <= at) ?? at, sorted.find((value) => value > at) ?? at]
}

/** The mean of the seats; of a bent section, whose middle may lie outside, the seat nearest to it. */
function middleOf(layout: Layout, outline: readonly Point[], seats: Uint32Array): Point {
  if (seats.length === 0) return meanOf(outline)
  const { x, y } = layout.seats
  let [sumX, sumY] = [0, 0]
  for (const seat of seats) {
    sumX += x[seat] ?? 0
    sumY += y[seat] ?? 0
  }
  const mean: Point = [sumX / seats.length, sumY / seats.length]
  if (contains(outline, mean[0], mean[1])) return mean
  const place = (seat: number): Point => [x[seat] ?? 0, y[seat] ?? 0]
  return place(seats.reduce((best, seat) => (distance(place(seat), mean) < distance(place(best), mean) ? seat : best)))
}

const meanOf = (points: readonly Point[]): Point => [
  points.reduce((sum, point) => sum + point[0], 0) / Math.max(points.length, 1),
  points.reduce((sum, point) => sum + point[1], 0) / Math.max(points.length, 1),
]

const distance = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1])

const cornersOf = (box: Box): Point[] =>
  Number.isFinite(box.minX)
    ? [
        [box.minX, box.minY],
        [box.maxX, box.minY],
        [box.maxX, box.maxY],
        [box.minX, box.maxY],
      ]
    : []

function mostCommonZone(seats: Uint32Array, zoneOfSeat: Uint8Array): number {
  if (seats.length === 0) return 255
  const counts = new Uint32Array(256)
  for (const seat of seats) {
    const zone = zoneOfSeat[seat] ?? 255
    counts[zone] = (counts[zone] ?? 0) + 1
  }
  return counts.indexOf(Math.max(...counts))
}
