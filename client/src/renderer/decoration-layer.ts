import type { Layout, Shape } from '@seatcast/shared/domain/layout.ts'
import { Container, Graphics, Text } from 'pixi.js'
import { clamp } from './camera.ts'
import { inkOn, parseColor, type Theme } from './palette.ts'
import { contains } from './section-geometry.ts'
import { FONT_FAMILY } from './text-pool.ts'

/** Raster sizes of decorative text, px: sharp enough at the scales at which it is read. */
const TEXT_PX_MIN = 14
const TEXT_PX_MAX = 96

/** Stage, pitch, walls, captions: drawn once, below the seats. `fitScale`: CSS px a plan unit with all in view. */
export function createDecoration(
  layout: Layout,
  theme: Theme,
  fitScale: number,
  resolution: number,
  nameOf: (text: string) => string,
): Container {
  const container = new Container()
  const areas = new Graphics()
  container.addChild(areas)
  for (const shape of layout.shapes) {
    if (shape.kind === 'text')
      container.addChild(caption({ ...shape, text: nameOf(shape.text) }, layout, theme, fitScale, resolution))
    else drawArea(areas, shape, theme, 1.5 / fitScale)
  }
  return container
}

type Area = Exclude<Shape, { kind: 'text' }>

function drawArea(graphics: Graphics, shape: Area, theme: Theme, strokeWidth: number): void {
  if (shape.kind === 'polygon') {
    if (shape.points.length < 2) return
    graphics.poly(shape.points.flat())
  } else {
    graphics.poly(ellipsePoints(shape))
  }
  const fill = areaFill(shape, theme)
  if (fill) graphics.fill(fill)
  const stroke = shape.stroke ?? (fill ? undefined : theme.border)
  if (stroke) graphics.stroke({ width: strokeWidth, color: stroke, join: 'round' })
}

const areaFill = (shape: Area, theme: Theme): string | undefined =>
  shape.fill ?? (shape.stage ? theme.stage : undefined)

function ellipsePoints(shape: Extract<Shape, { kind: 'ellipse' }>): number[] {
  const turn = ((shape.rotation ?? 0) * Math.PI) / 180
  const steps = 72
  return Array.from({ length: steps }, (_, step) => {
    const angle = (step / steps) * Math.PI * 2
    const [x, y] = [Math.cos(angle) * shape.rx, Math.sin(angle) * shape.ry]
    return [shape.x + x * Math.cos(turn) - y * Math.sin(turn), shape.y + x * Math.sin(turn) + y * Math.cos(turn)]
  }).flat()
}

function caption(
  shape: Extract<Shape, { kind: 'text' }>,
  layout: Layout,
  theme: Theme,
  fitScale: number,
  resolution: number,
): Text {
  const rasterPx = clamp(shape.size * fitScale * 1.5, TEXT_PX_MIN, TEXT_PX_MAX)
  const text = new Text({
    text: shape.text,
    anchor: 0.5,
    resolution,
    style: {
      fontFamily: FONT_FAMILY,
      fontSize: rasterPx,
      fontWeight: '600',
      letterSpacing: rasterPx * 0.06,
      fill: shape.color ?? captionColor(shape.x, shape.y, layout, theme),
    },
  })
  text.position.set(shape.x, shape.y)
  text.scale.set(shape.size / rasterPx)
  text.angle = shape.rotation ?? 0
  return text
}

/** Readable on what lies below it: the last area that contains its middle. */
function captionColor(x: number, y: number, layout: Layout, theme: Theme): string {
  for (const shape of layout.shapes.toReversed()) {
    if (shape.kind === 'text') continue
    const fill = areaFill(shape, theme)
    if (fill && areaContains(shape, x, y)) return inkOn(parseColor(fill), theme)
  }
  return theme.mutedText
}

function areaContains(shape: Area, x: number, y: number): boolean {
  if (shape.kind === 'polygon') return contains(shape.points, x, y)
  return ((x - shape.x) / shape.rx) ** 2 + ((y - shape.y) / shape.ry) ** 2 <= 1
}
