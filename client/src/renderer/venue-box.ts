import type { Layout, Point } from '@seatcast/shared/domain/layout.ts'
import { boxOfPoints, type Box } from './camera.ts'
import { boxOfSeats } from './seats-by-section.ts'

/** Everything that is drawn: seats with their size, outlines, decoration. */
export function venueBox(layout: Layout): Box {
  let box = boxOfSeats(layout, layout.seats.x.keys())
  for (const section of layout.sections) box = boxOfPoints(section.outline, box)
  for (const shape of layout.shapes) {
    if (shape.kind === 'polygon') box = boxOfPoints(shape.points, box)
    else if (shape.kind === 'ellipse') box = boxOfPoints(ellipseCorners(shape), box)
    else box = boxOfPoints([[shape.x, shape.y]], box)
  }
  return Number.isFinite(box.minX) ? box : { minX: 0, minY: 0, maxX: 1, maxY: 1 }
}

function ellipseCorners(ellipse: { x: number; y: number; rx: number; ry: number; rotation?: number }): Point[] {
  const reach = ellipse.rotation ? Math.max(ellipse.rx, ellipse.ry) : null
  const [rx, ry] = [reach ?? ellipse.rx, reach ?? ellipse.ry]
  return [
    [ellipse.x - rx, ellipse.y - ry],
    [ellipse.x + rx, ellipse.y + ry],
  ]
}
