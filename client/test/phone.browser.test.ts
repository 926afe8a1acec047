import type { CDPSession } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { en } from '../src/i18n/en.ts'
import { openSale, type BuyerPage } from './support/buyer-page.ts'
import { middleOfMap, placeOf, type PagePoint } from './support/fitted-view.ts'
import { startRealSystem, type RealSystem } from './support/real-system.ts'
import { demoSale, seatNamed, smallSale, type Sale } from './support/small-hall.ts'
import { watchedPages } from './support/watched-pages.ts'

let system: RealSystem
let theatre: Sale
const watched = watchedPages()
beforeAll(async () => {
  system = await startRealSystem({ nodes: 1, workers: 1 })
  theatre = await demoSale(system, 'theatre')
})
afterAll(() => system?.stop())

const visit = async (sale: Sale) => watched(await openSale(system, sale, { phone: true }))
const handle = ({ page }: BuyerPage) => page.locator('.sheet-handle')
const card = ({ page }: BuyerPage) => page.locator('.seat-card')

test('a tap on a section zooms to it; then a tap on a seat and one on its card hold it', async () => {
  const buyer = await visit(theatre)
  const { page } = buyer
  await tap(buyer, await middleOfStalls(buyer))
  expect(await card(buyer).count()).toBe(0)
  await tap(buyer, await middleOfMap(page))
  await card(buyer).waitFor()
  const place = await card(buyer).locator('.seat-place').innerText()
  expect(await card(buyer).innerText()).toMatch(/Stalls[\s\S]*₩\d+,000[\s\S]*available/)
  await card(buyer).getByRole('button', { name: en.seat.hold }).tap()
  await handle(buyer).getByText(en.mySeats.count(1)).waitFor()
  expect(await handle(buyer).innerText()).toMatch(/[45]:\d\d/)

  await handle(buyer).tap()
  expect(await buyer.mySeats.innerText()).toContain(place)
  await noOverflow(buyer)
  // A tap of Playwright fails when something lies over the button.
  await buyer.mySeats.getByRole('button').tap()
  await page.locator('.my-seats.empty').waitFor({ state: 'attached' })
})

test('a pinch brings seats near enough to be tapped; a drag moves the map; neither taps', async () => {
  const buyer = await visit(theatre)
  const { page } = buyer
  const at = await middleOfStalls(buyer)
  const session = await page.context().newCDPSession(page)
  await pinch(session, at, 4)
  expect(await card(buyer).count()).toBe(0)
  await tap(buyer, at)
  await card(buyer).waitFor()
  const first = await card(buyer).locator('.seat-place').innerText()
  await card(buyer).getByRole('button', { name: en.close }).tap()

  await drag(session, at, { x: at.x - 90, y: at.y + 40 })
  expect(await card(buyer).count()).toBe(0)
  await tap(buyer, { x: at.x - 90, y: at.y + 40 })
  await card(buyer).waitFor()
  expect(await card(buyer).locator('.seat-place').innerText()).toBe(first)
  expect(await buyer.mySeats.count()).toBe(0)
})

test('two taps on a seat hold it; a taken seat offers others; nothing on the sheet is covered', async () => {
  const sale = await smallSale(system)
  const [other, buyer] = await Promise.all([visit(sale), visit(sale)])
  const seat = seatNamed(sale, 'Stalls', 'C', 4)
  await other.tap(seat)
  await other.tap(seat)
  await handle(other).getByText(en.mySeats.count(1)).waitFor()
  await buyer.page.locator('.live-fact', { hasText: '65' }).waitFor()

  await buyer.tap(seat)
  await card(buyer).getByRole('button', { name: en.seat.nearby }).tap()
  await buyer.page.locator('[data-notice="SEAT_TAKEN"]').waitFor()
  await buyer.notice.locator('.offer').first().tap()
  await handle(buyer).getByText(en.mySeats.count(1)).waitFor()
  await handle(buyer).tap()
  for (const name of [en.best.more, en.best.find(3)]) await buyer.page.getByRole('button', { name, exact: true }).tap()
  await handle(buyer).getByText(en.mySeats.count(4)).waitFor()
  await handle(buyer).tap()
  await buyer.mySeats.nth(3).getByRole('button').tap()
  await handle(buyer).getByText(en.mySeats.count(3)).waitFor()
  await buyer.page.getByRole('button', { name: en.mySeats.releaseAll, exact: true }).tap()
  await handle(buyer).getByText(en.best.title).waitFor()
  await noOverflow(buyer)
})

/** Nothing is wider than the screen, so nothing can be scrolled sideways. */
async function noOverflow({ page }: BuyerPage): Promise<void> {
  const { content, screen } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    screen: document.documentElement.clientWidth,
  }))
  expect(content).toBeLessThanOrEqual(screen)
}

const tap = ({ page }: BuyerPage, { x, y }: PagePoint) => page.touchscreen.tap(x, y)

/** A place in the stalls that is no aisle. */
function middleOfStalls({ page }: BuyerPage): Promise<PagePoint> {
  const seat = seatNamed(theatre, 'Stalls', 'H', 1)
  const { x, y } = theatre.layout.seats
  return placeOf(page, theatre.layout, [x[seat] ?? 0, y[seat] ?? 0])
}

async function pinch(session: CDPSession, { x, y }: PagePoint, factor: number): Promise<void> {
  const fingers = (spread: number) => [
    { x: x - spread, y, id: 1 },
    { x: x + spread, y, id: 2 },
  ]
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: fingers(25) })
  for (let step = 1; step <= 5; step++) {
    const touchPoints = fingers(25 + (25 * (factor - 1) * step) / 5)
    await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints })
  }
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
}

async function drag(session: CDPSession, from: PagePoint, to: PagePoint): Promise<void> {
  const finger = (part: number) => [{ x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part, id: 1 }]
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: finger(0) })
  for (let step = 1; step <= 5; step++)
    await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: finger(step / 5) })
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
}
