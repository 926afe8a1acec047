import { afterAll, beforeAll, expect, test } from 'vitest'
import { en } from '../src/i18n/en.ts'
import { openSale, type BuyerPage } from './support/buyer-page.ts'
import { placeOfSeat } from './support/fitted-view.ts'
import { startRealSystem, type RealSystem } from './support/real-system.ts'
import { seatNamed, smallSale } from './support/small-hall.ts'
import { watchedPages } from './support/watched-pages.ts'

let system: RealSystem
const watched = watchedPages()
beforeAll(async () => {
  system = await startRealSystem({ nodes: 1, workers: 1 })
})
afterAll(() => system?.stop())

const button = ({ page }: BuyerPage, name: string) => page.getByRole('button', { name, exact: true })
const held = ({ page }: BuyerPage, count: number) =>
  page.locator(count === 0 ? '.my-seats.empty' : `.my-seats[data-held="${count}"]`).waitFor()
/** The held places as people read them: "Row C · Seat 4". */
const places = async ({ mySeats }: BuyerPage) =>
  (await mySeats.locator('.my-seat-place span:last-child').allTextContents()).toSorted()

test('section, row, seat and price are shown before anything is held; a tap holds, a second one releases', async () => {
  const sale = await smallSale(system)
  const buyer = watched(await openSale(system, sale))
  const seat = seatNamed(sale, 'Balcony', 'G', 5)
  const at = await placeOfSeat(buyer.page, sale.layout, seat)
  await buyer.page.mouse.move(at.x, at.y)
  const card = buyer.page.locator('.hover-card')
  await card.waitFor()
  expect(await card.innerText()).toMatch(/Balcony\s+Row G · Seat 5\s+Balcony\s+₩35,000\s+available/)
  await held(buyer, 0)
  await buyer.tap(seat)
  await held(buyer, 1)
  await buyer.tap(seat)
  await held(buyer, 0)
})

test('the best seats together are neighbours; a party too large for a row is offered a split, one tap takes it', async () => {
  const sale = await smallSale(system)
  const buyer = watched(await openSale(system, sale))
  await button(buyer, en.best.more).click()
  await button(buyer, en.best.find(3)).click()
  await held(buyer, 3)
  const rows = (await places(buyer)).map((place) => place.split(' · ')[0])
  expect(new Set(rows).size).toBe(1)
  expect(await buyer.page.locator('.total strong').innerText()).toMatch(/^₩(180|105),000$/)
  await button(buyer, en.mySeats.releaseAll).click()
  await held(buyer, 0)

  // Eight fit side by side in the balcony only; in the stalls an aisle parts the rows after five.
  await buyer.page.getByLabel(en.best.zone).selectOption({ label: 'Stalls · ₩60,000' })
  for (let count = 3; count < 8; count++) await button(buyer, en.best.more).click()
  expect(await button(buyer, en.best.more).isDisabled()).toBe(true)
  await button(buyer, en.best.find(8)).click()
  await buyer.page.locator('[data-notice="NO_BLOCK"]').waitFor()
  await held(buyer, 0)
  await buyer.notice.locator('.offer').first().click()
  await held(buyer, 8)
  expect(await buyer.page.locator('.total strong').innerText()).toBe('₩480,000')

  await buyer.tap(seatNamed(sale, 'Balcony', 'F', 1))
  await buyer.page.locator('[data-notice="LIMIT_EXCEEDED"]').waitFor()
  expect(await buyer.notice.innerText()).toContain('at most 8 seats')
  await button(buyer, en.mySeats.releaseAll).click()
  await held(buyer, 0)
})

test('by keyboard alone: to the list, to a seat, hold it and release it; screen readers are told', async () => {
  const sale = await smallSale(system)
  const buyer = watched(await openSale(system, sale))
  const { page } = buyer
  const focused = () =>
    page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent)
  const spoken = page.locator('[role="status"][aria-live="polite"]')
  await page.keyboard.press('Tab')
  expect(await focused()).toBe(en.skipToSeats)
  await page.keyboard.press('Enter')
  await page.locator('#seat-list[open] .row-seats').waitFor()
  await page.locator('#seat-list summary:focus').waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown']) await page.keyboard.press(key)
  await page.locator(`.list-seat:focus[title^="${en.seat.spoken('Stalls', 'B', '3')},"]`).waitFor()
  await page.keyboard.press('Enter')
  await held(buyer, 1)
  expect(await places(buyer)).toEqual(['Row B · Seat 3'])
  await spoken.filter({ hasText: en.mySeats.held(1) }).waitFor({ state: 'attached' })
  expect(await focused()).toContain(en.mine)
  expect(await page.locator('.list-seat:focus').isVisible()).toBe(true)

  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Space')
  await held(buyer, 2)
  await page.keyboard.press('Space')
  await held(buyer, 1)
  await page.keyboard.press('Home')
  await page.keyboard.press('End')
  await page.keyboard.press('ArrowUp')
  await page.locator(`.list-seat:focus[title^="${en.seat.spoken('Stalls', 'A', '10')},"]`).waitFor()
  for (const key of ['ArrowDown', 'Home', 'ArrowRight', 'ArrowRight', 'Enter']) await page.keyboard.press(key)
  await held(buyer, 0)
  await spoken.filter({ hasText: en.mySeats.released }).waitFor({ state: 'attached' })
})

test('a zone filter, and the other language at once and after a reload', async () => {
  const sale = await smallSale(system)
  const buyer = watched(await openSale(system, sale))
  const { page } = buyer
  const zone = page.locator('.zone', { hasText: 'Balcony' })
  await zone.click()
  expect(await zone.getAttribute('aria-pressed')).toBe('true')
  await button(buyer, en.zones.all).click()
  expect(await zone.getAttribute('aria-pressed')).toBe('false')
  await buyer.tap(seatNamed(sale, 'Stalls', 'C', 1))
  await held(buyer, 1)

  await button(buyer, '한국어').click()
  await page.getByRole('heading', { name: '유리 과수원' }).waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe('ko')
  expect(await page.locator('.my-seats').innerText()).toContain('C열 · 1번')
  await page.reload()
  await page.getByRole('heading', { name: '유리 과수원' }).waitFor()
  await held(buyer, 1)
})
