import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { joinSale } from '../../server/test/support/buyer.ts'
import { openPage, openSale, type PageOptions } from './support/buyer-page.ts'
import { middleOfMap } from './support/fitted-view.ts'
import { startRealSystem, type RealSystem } from './support/real-system.ts'
import { demoSale, seatNamed, smallSale } from './support/small-hall.ts'
import { expectSound } from './support/sound-page.ts'
import { keepPicture, watchedPages } from './support/watched-pages.ts'

/** How long the largest hall may take for anything, ms: a timed test would measure the machine. */
const STADIUM_PATIENCE_MS = 15_000

let system: RealSystem
const watched = watchedPages()
beforeAll(async () => {
  system = await startRealSystem({ nodes: 1, workers: 1 })
  await smallSale(system)
  await smallSale(system, { status: 'scheduled' })
})
afterAll(() => system?.stop())

const LOOKS: readonly PageOptions[] = [
  { language: 'en' },
  { language: 'ko', dark: true },
  { language: 'en', phone: true, dark: true },
  { language: 'ko', phone: true },
]
const nameOf = ({ language, phone, dark }: PageOptions) =>
  [language, phone === true ? 'phone' : 'desktop', dark === true ? 'dark' : 'light'].join('-')

describe.each(LOOKS)('$language, phone $phone, dark $dark', (look) => {
  test('the list of performances has no violation of accessibility rules and fits the screen', async () => {
    const { page } = watched(await openPage(system, '/', look))
    await page.locator('.performance-row').first().waitFor()
    await expectSound(page)
    await keepPicture(page, `list-${nameOf(look)}`)
  })

  test('nor has a map with a hold, the list of seats and a refusal', async () => {
    const sale = await smallSale(system)
    const other = await joinSale({
      origins: [system.cluster.origin(0)],
      performanceId: sale.id,
      seatCount: sale.layout.seats.x.length,
      watching: false,
    })
    const taken = seatNamed(sale, 'Stalls', 'B', 3)
    await other.ask('seats:hold', { seats: [taken] })
    const buyer = watched(await openSale(system, sale, look))
    const { page } = buyer
    for (const number of [4, 5]) {
      await buyer.tap(seatNamed(sale, 'Stalls', 'C', number))
      if (look.phone === true) await page.locator('.seat-card .button.primary').tap()
      await page.locator(`.my-seats[data-held="${number - 3}"]`).waitFor({ state: 'attached' })
    }
    await expectSound(page)
    await keepPicture(page, `hold-${nameOf(look)}`)
    await buyer.tap(taken)
    if (look.phone === true) await page.locator('.seat-card .button.big').tap()
    await page.locator('[data-notice="SEAT_TAKEN"] .offer').first().waitFor()
    await expectSound(page)
    await keepPicture(page, `refusal-${nameOf(look)}`)
    await page.locator('.notice .close').click()
    if (look.phone === true) await page.locator('.sheet-handle').tap()
    await page.locator('#seat-list summary').click()
    await page.locator('.list-seat').first().waitFor()
    await expectSound(page)
    await keepPicture(page, `seats-${nameOf(look)}`)
    other.close()
  })
})

test('an address that leads nowhere and a performance that is gone say so and lead back', async () => {
  for (const path of ['/p/nowhere', '/p/01890a5d-ac96-774b-bcce-b302099a8057']) {
    const gone = watched(await openPage(system, path, { networkFaults: true }))
    await gone.page.locator('.message h1').waitFor()
    await expectSound(gone.page)
    await gone.page.locator('.message .button').click()
    await gone.page.locator('.performance-row').first().waitFor()
  }
})

test('a stadium of 60,000 opens, is panned and zoomed, and follows live', async () => {
  const stadium = await demoSale(system, 'stadium')
  const seatCount = stadium.layout.seats.x.length
  expect(seatCount).toBeGreaterThan(55_000)
  const buyer = watched(await openSale(system, stadium))
  const { page } = buyer
  const free = (count: number) =>
    page
      .locator('.live-fact', { hasText: new Intl.NumberFormat('en').format(count) })
      .waitFor({ timeout: STADIUM_PATIENCE_MS })
  await free(seatCount)
  await keepPicture(page, 'stadium-whole')
  const middle = await middleOfMap(page)
  const pictures = [await page.screenshot()]
  await page.mouse.move(middle.x, middle.y)
  for (let notch = 0; notch < 4; notch++) await page.mouse.wheel(0, -400)
  pictures.push(await page.screenshot())
  await page.mouse.down()
  await page.mouse.move(middle.x + 120, middle.y + 160, { steps: 6 })
  await page.mouse.up()
  pictures.push(await page.screenshot())
  expect(new Set(pictures.map((picture) => picture.toString('base64'))).size).toBe(3)

  const other = await joinSale({
    origins: [system.cluster.origin(0)],
    performanceId: stadium.id,
    seatCount,
    watching: false,
  })
  await other.ask('seats:best', { count: 8 })
  await free(seatCount - 8)
  await page.getByRole('button', { name: 'Hold the best 2 together' }).click()
  await page.locator('.my-seats[data-held="2"]').waitFor({ timeout: STADIUM_PATIENCE_MS })
  await free(seatCount - 10)
  await keepPicture(page, 'stadium-hold')
  other.close()
})
