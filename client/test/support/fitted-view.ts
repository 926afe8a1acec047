import type { Layout, Point } from '@seatcast/shared/domain/layout.ts'
import type { Page } from 'playwright-core'
import { scaleLimits, viewOfBox, type View } from '../../src/renderer/camera.ts'
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

/** The middle of what the canvas shows. */
export async function middleOfMap(page: Page): Promise<PagePoint> {
  const box = await page.locator('.map-host').boundingBox()
  return { x: (box?.x ?? 0) + (box?.width ?? 0) / 2, y: (box?.y ?? 0) + (box?.height ?? 0) / 2 }
}

async function fittedView(page: Page, layout: Layout): Promise<{ host: PagePoint; view: View }> {
  const host = await page.locator('.map-host').evaluate((element) => {
    const { x, y } = element.getBoundingClientRect()
    return { x, y, width: element.clientWidth, height: element.clientHeight }
  })
  const venue = venueBox(layout)
  return { host, view: viewOfBox(venue, host, scaleLimits(venue, host, layout.seatSize)) }
}
