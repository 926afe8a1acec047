import type { Layout, Point } from '@seatcast/shared/domain/layout.ts'
import type { Page } from 'playwright-core'
import {
  boxOfPoints,
  centredAt,
  clampView,
  grow,
  scaleLimits,
  viewOfBox,
  type View,
} from '../../src/renderer/camera.ts'
import { viewOfSeats } from '../../src/renderer/focus.ts'
import { venueBox } from '../../src/renderer/venue-box.ts'

/** A point of the page, CSS px. */
export interface PagePoint {
  readonly x: number
  readonly y: number
}

/** Where a seat is on the page while the whole hall is in view: the camera's own arithmetic, no hook in the page. */
export function placeOfSeat(page: Page, layout: Layout, seat: number): Promise<PagePoint> {
  return placeOf(page, layout, [layout.seats.x[seat] ?? 0, layout.seats.y[seat] ?? 0])
}

/** Where a point of the layout is on the page while the whole hall is in view. */
export async function placeOf(page: Page, layout: Layout, [x, y]: Point): Promise<PagePoint> {
  const { host, view } = await fittedView(page, layout)
  return { x: host.x + x * view.k + view.x, y: host.y + y * view.k + view.y }
}

/** Where a seat is after the camera went to some seats from a nearer look at another place. */
export async function placeShown(
  page: Page,
  layout: Layout,
  seat: number,
  seats: readonly number[],
): Promise<PagePoint> {
  const { x, y } = layout.seats
  const pointOf = (one: number): Point => [x[one] ?? 0, y[one] ?? 0]
  const { host, venue, limits } = await frameOf(page, layout)
  const elsewhere = centredAt(venue.maxX * 2, venue.maxY * 2, limits.max, host)
  const frame = { view: elsewhere, size: host, limits, seatSize: layout.seatSize }
  const wanted = viewOfSeats(grow(boxOfPoints(seats.map(pointOf)), layout.seatSize), frame)
  const view = clampView(wanted, venue, host, limits)
  const [seatX, seatY] = pointOf(seat)
  return { x: host.x + seatX * view.k + view.x, y: host.y + seatY * view.k + view.y }
}

/** The middle of what the canvas shows. */
export async function middleOfMap(page: Page): Promise<PagePoint> {
  const box = await page.locator('.map-host').boundingBox()
  return { x: (box?.x ?? 0) + (box?.width ?? 0) / 2, y: (box?.y ?? 0) + (box?.height ?? 0) / 2 }
}

async function fittedView(page: Page, layout: Layout): Promise<{ host: PagePoint; view: View }> {
  const { host, venue, limits } = await frameOf(page, layout)
  return { host, view: viewOfBox(venue, host, limits) }
}

async function frameOf(page: Page, layout: Layout) {
  const host = await page.locator('.map-host').evaluate((element) => {
    const { x, y } = element.getBoundingClientRect()
    return { x, y, width: element.clientWidth, height: element.clientHeight }
  })
  const venue = venueBox(layout)
  return { host, venue, limits: scaleLimits(venue, host, layout.seatSize) }
}
