import type { Point } from './layout.ts'

/** The convex hull of the points, grown by `margin`; closed, first point not repeated, coordinates to a tenth. */
export function outlineAround(points: readonly Point[], margin: number): Point[] {
  const corners = convexHull(points)
  const grown = corners.flatMap(([x, y]) => OCTAGON.map(([ox, oy]): Point => [x + ox * margin, y + oy * margin]))
  return convexHull(grown).map(([x, y]): Point => [toTenth(x), toTenth(y)])
}

/** Around a circle of radius 1: a hull grown with it is nowhere nearer to a seat than the margin. */
const OCTAGON: readonly Point[] = Array.from({ length: 8 }, (_, i) => {
  const angle = ((2 * i + 1) * Math.PI) / 8
  const radius = 1 / Math.cos(Math.PI / 8)
  return [Math.cos(angle) * radius, Math.sin(angle) * radius]
})

/** Andrew's monotone chain: the corners in one turn, collinear points left out. */
export function convexHull(points: readonly Point[]): Point[] {
  const sorted = points.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])
  if (sorted.length < 3) return sorted
  const lower = halfHull(sorted)
  const upper = halfHull(sorted.toReversed())
  return [...lower.slice(0, -1), ...upper.slice(0, -1)]
}

function halfHull(sorted: readonly Point[]): Point[] {
  const chain: Point[] = []
  for (const point of sorted) {
    while (chain.length >= 2 && turn(chain.at(-2), chain.at(-1), point) <= 0) chain.pop()
    chain.push(point)
  }
  return chain
}

function turn(a: Point | undefined, b: Point | undefined, c: Point): number {
  if (a === undefined || b === undefined) return 1
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

/** Even-odd rule: whether the point lies inside the closed polygon. */
export function isInside([x, y]: Point, polygon: readonly Point[]): boolean {
  let within = false
  let [px, py] = polygon.at(-1) ?? [0, 0]
  for (const [qx, qy] of polygon) {
    if (qy > y !== py > y && x < ((px - qx) * (y - qy)) / (py - qy) + qx) within = !within
    ;[px, py] = [qx, qy]
  }
  return within
}

/** Coordinates are given to a tenth of the unit: a layout is read by people too, and floats do not repeat. */
export function toTenth(value: number): number {
  return Math.round(value * 10) / 10 + 0
}
