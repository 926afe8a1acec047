import type { Point, Shape } from './layout.ts'
import { isInside, toTenth } from './outline.ts'

/**
 * What people look at on a stage: the middle of the edge towards the audience, or the stage's middle when the audience sits
 * around it. `audience`: the middle of all seats.
 */
export function focusOfStage(stage: Shape, audience: Point): Point {
  const outline = stage.kind === 'polygon' ? stage.points : stage.kind === 'ellipse' ? ellipseOutline(stage) : []
  if (outline.length < 3) return stage.kind === 'text' ? [stage.x, stage.y] : roundPoint(middleOf(outline))
  if (isInside(audience, outline)) return roundPoint(boxMiddle(outline))
  const edges = outline.map((point, i) => middleOf([point, outline[(i + 1) % outline.length] ?? point]))
  return roundPoint(edges.reduce((best, edge) => (distance(edge, audience) < distance(best, audience) ? edge : best)))
}

/** The mean of the points; `[0, 0]` of none. */
export function middleOf(points: readonly Point[]): Point {
  let [x, y] = [0, 0]
  for (const point of points) {
    x += point[0]
    y += point[1]
  }
  const count = Math.max(1, points.length)
  return [x / count, y / count]
}

function boxMiddle(points: readonly Point[]): Point {
  const xs = points.map((point) => point[0])
  const ys = points.map((point) => point[1])
  return [(least(xs) + greatest(xs)) / 2, (least(ys) + greatest(ys)) / 2]
}

/** 64 points: the edge towards the audience is then within 3 degrees of the nearest point. */
function ellipseOutline(shape: Extract<Shape, { kind: 'ellipse' }>): Point[] {
  const turn = ((shape.rotation ?? 0) * Math.PI) / 180
  return Array.from({ length: 64 }, (_, i): Point => {
    const angle = (i * Math.PI) / 32
    const [x, y] = [Math.cos(angle) * shape.rx, Math.sin(angle) * shape.ry]
    return [shape.x + x * Math.cos(turn) - y * Math.sin(turn), shape.y + x * Math.sin(turn) + y * Math.cos(turn)]
  })
}

function roundPoint([x, y]: Point): Point {
  return [toTenth(x), toTenth(y)]
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1])
}

export function least(values: readonly number[]): number {
  return values.reduce((low, value) => (value < low ? value : low), Infinity)
}

export function greatest(values: readonly number[]): number {
  return values.reduce((high, value) => (value > high ? value : high), -Infinity)
}
