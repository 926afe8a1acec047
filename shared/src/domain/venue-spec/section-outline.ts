import type { Point } from '../layout.ts'
import { convexHull, toTenth } from '../outline.ts'
import type { PlacedRow } from './place-section.ts'
import type { SectionFrame } from './row-line.ts'

/** Free space around the seats, as a share of the pitch from a seat's middle. Source: a guess that looks right. */
const MARGIN_OF_PITCH = 0.75

/**
 * The hull of the section's seats with a margin, made where its rows are straight (breadth and depth) and then bent like
 * the rows, so a curved section's outline is curved too. `box`: the plain rectangle instead, for wedges of a ring.
 */
export function sectionOutline(frame: SectionFrame, rows: readonly PlacedRow[], pitch: number, box: boolean): Point[] {
  const margin = pitch * MARGIN_OF_PITCH
  const corners = rows.flatMap((row) => cornersOf(row, margin))
  const hull = convexHull(box ? boxAround(corners) : corners)
  const bent: Point[] = hull.flatMap(([breadth, depth], i) => {
    const [toBreadth, toDepth] = hull[(i + 1) % hull.length] ?? [breadth, depth]
    const steps = Math.max(1, Math.ceil(Math.abs(toBreadth - breadth) * frame.bend))
    return Array.from({ length: steps }, (_, step): Point => {
      const part = step / steps
      const line = frame.lineAt(depth + (toDepth - depth) * part)
      const [x, y] = line.at((breadth + (toBreadth - breadth) * part) * line.scale)
      return [toTenth(x), toTenth(y)]
    })
  })
  return withoutStraightPoints(bent)
}

/** A row's four corners as [breadth, depth]. */
function cornersOf({ seats, line, depth }: PlacedRow, margin: number): Point[] {
  const [first, last] = [seats[0], seats.at(-1)]
  if (first === undefined || last === undefined) return []
  const [left, right] = [(first.s - margin) / line.scale, (last.s + margin) / line.scale]
  return [depth - margin, depth + margin].flatMap((at): Point[] => [
    [left, at],
    [right, at],
  ])
}

function boxAround(points: readonly Point[]): Point[] {
  let [left, right, front, back] = [Infinity, -Infinity, Infinity, -Infinity]
  for (const [breadth, depth] of points) {
    left = Math.min(left, breadth)
    right = Math.max(right, breadth)
    front = Math.min(front, depth)
    back = Math.max(back, depth)
  }
  return [
    [left, front],
    [right, front],
    [right, back],
    [left, back],
  ]
}

/** Leaves out points that lie within 1 cm of the line between those around them. */
function withoutStraightPoints(points: readonly Point[]): Point[] {
  const kept: Point[] = []
  points.forEach((point, i) => {
    const before = kept.at(-1) ?? points.at(-1) ?? point
    const after = points[(i + 1) % points.length] ?? point
    const [dx, dy] = [after[0] - before[0], after[1] - before[1]]
    const offLine = Math.abs(dx * (point[1] - before[1]) - dy * (point[0] - before[0]))
    if (offLine > Math.hypot(dx, dy)) kept.push(point)
  })
  return kept.length >= 3 ? kept : [...points]
}
