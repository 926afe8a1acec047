import type { Point } from '../layout.ts'
import type { RowLine, SectionFrame } from './row-line.ts'
import type { Ring } from './venue-spec.ts'

/** Points of the ring's line, clockwise from the top middle, each with its outward direction. */
interface RingPoint {
  readonly at: Point
  readonly outward: Point
}

/** The line at one distance from the ring: cumulative length at each point; the last entry is the whole length. */
interface Parallel {
  readonly xs: Float64Array
  readonly ys: Float64Array
  readonly lengths: Float64Array
  readonly whole: number
}

/** Outline steps over the breadth of one section. */
const STEPS_PER_SECTION = 12

/**
 * The lines of each section of a ring. Rows run parallel to the ring; a section ends where the ring's perpendicular stands,
 * so corner sections are wedges. Sections share the length at the middle row's depth equally.
 */
export function ringLines(ring: Ring, depths: readonly number[]): Omit<SectionFrame, 'name'>[] {
  const points = ring.shape === 'ellipse' ? ellipsePoints(ring) : rectanglePoints(ring)
  const parallels = new Map<number, Parallel>()
  const parallelAt = (depth: number): Parallel => {
    const known = parallels.get(depth)
    if (known !== undefined) return known
    const made = parallel(points, depth)
    parallels.set(depth, made)
    return made
  }
  const middle = parallelAt((depths.at(-1) ?? 0) / 2)
  const share = (ring.to - ring.from) / 360 / ring.count
  const frames: Omit<SectionFrame, 'name'>[] = []
  for (let i = 0; i < ring.count; i++) {
    if (ring.skip.includes(i + 1)) continue
    const begin = placeAt(middle, (ring.from / 360 + share * i) * middle.whole)
    const end = placeAt(middle, (ring.from / 360 + share * (i + 1)) * middle.whole)
    frames.push({ bend: STEPS_PER_SECTION, lineAt: (depth) => lineBetween(parallelAt(depth), begin, end, ring.gap) })
  }
  return frames
}

/** To the right of those who look inwards is counter-clockwise. */
function lineBetween(line: Parallel, begin: number, end: number, gap: number): RowLine {
  const [from, to] = [lengthAt(line, begin), lengthAt(line, end)]
  const length = Math.max(0, to - from - gap)
  return { length, scale: Math.max(1, length), at: (s) => pointAt(line, placeAt(line, (from + to) / 2 - s)) }
}

function ellipsePoints({ center, size }: Ring): RingPoint[] {
  const [rx, ry] = [size[0] / 2, size[1] / 2]
  return Array.from({ length: 720 }, (_, i) => {
    const angle = (i * Math.PI) / 360
    const [sin, cos] = [Math.sin(angle), Math.cos(angle)]
    return { at: [center[0] + rx * sin, center[1] - ry * cos], outward: unit(sin / rx, -cos / ry) }
  })
}

/** Straight sides need only their ends; corners are walked degree by degree. */
function rectanglePoints({ center, size, corner }: Ring): RingPoint[] {
  const [halfX, halfY] = [size[0] / 2 - corner, size[1] / 2 - corner]
  const middles: Point[] = [
    [halfX, -halfY],
    [halfX, halfY],
    [-halfX, halfY],
    [-halfX, -halfY],
  ]
  const top: RingPoint = { at: [center[0], center[1] - size[1] / 2], outward: [0, -1] }
  const corners = middles.flatMap(([x, y], quarter) =>
    Array.from({ length: 91 }, (_, degree): RingPoint => {
      const angle = ((quarter * 90 + degree) * Math.PI) / 180
      const outward: Point = [Math.sin(angle), -Math.cos(angle)]
      return { at: [center[0] + x + corner * outward[0], center[1] + y + corner * outward[1]], outward }
    }),
  )
  return [top, ...corners]
}

function parallel(ring: readonly RingPoint[], depth: number): Parallel {
  const xs = Float64Array.from(ring, ({ at, outward }) => at[0] + outward[0] * depth)
  const ys = Float64Array.from(ring, ({ at, outward }) => at[1] + outward[1] * depth)
  const lengths = new Float64Array(ring.length + 1)
  for (let i = 0; i < ring.length; i++) {
    const next = (i + 1) % ring.length
    const [dx, dy] = [(xs[next] ?? 0) - (xs[i] ?? 0), (ys[next] ?? 0) - (ys[i] ?? 0)]
    // Not Math.hypot: it takes several times as long, and this is most of the work of a ring.
    lengths[i + 1] = (lengths[i] ?? 0) + Math.sqrt(dx * dx + dy * dy)
  }
  return { xs, ys, lengths, whole: lengths[ring.length] ?? 0 }
}

/** The place (point number and part of the way to the next) at a length along the line; goes round as often as needed. */
function placeAt({ lengths, whole }: Parallel, length: number): number {
  const rounds = Math.floor(length / whole)
  const within = length - rounds * whole
  let [low, high] = [0, lengths.length - 1]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((lengths[middle] ?? 0) <= within) low = middle
    else high = middle
  }
  const [before, after] = [lengths[low] ?? 0, lengths[low + 1] ?? 0]
  const part = after > before ? (within - before) / (after - before) : 0
  return rounds * (lengths.length - 1) + low + part
}

function lengthAt({ lengths, whole }: Parallel, place: number): number {
  const count = lengths.length - 1
  const rounds = Math.floor(place / count)
  const within = place - rounds * count
  const index = Math.floor(within)
  const [before, after] = [lengths[index] ?? 0, lengths[index + 1] ?? whole]
  return rounds * whole + before + (after - before) * (within - index)
}

function pointAt({ xs, ys }: Parallel, place: number): Point {
  const within = ((place % xs.length) + xs.length) % xs.length
  const index = Math.floor(within)
  const next = (index + 1) % xs.length
  const [x, y] = [xs[index] ?? 0, ys[index] ?? 0]
  const part = within - index
  return [x + ((xs[next] ?? 0) - x) * part, y + ((ys[next] ?? 0) - y) * part]
}

function unit(x: number, y: number): Point {
  const length = Math.hypot(x, y)
  return [x / length, y / length]
}
