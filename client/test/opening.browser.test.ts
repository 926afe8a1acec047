import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPage, openSale } from './support/buyer-page.ts'
import { startRealSystem, type RealSystem } from './support/real-system.ts'
import { seatNamed, smallSale } from './support/small-hall.ts'
import { watchedPages } from './support/watched-pages.ts'

/** From the server's opening to the flip of every map. Source: F9, and a second to be fast in. */
const FLIPPED_WITHIN_MS = 1_000
/** From asking for it to the opening: time to be told of it and to look at the countdown. */
const OPENS_IN_MS = 5_000

let system: RealSystem
const watched = watchedPages()
beforeAll(async () => {
  system = await startRealSystem()
})
afterAll(() => system?.stop())

test('[F9, H10] at the opening second every map flips by itself, whatever its clock says, and a hold works', async () => {
  const sale = await smallSale(system, { status: 'scheduled' })
  const clocks = [undefined, threeHoursFast, aDaySlow, jumping]
  const pages = await Promise.all(
    clocks.map(async (before, at) => {
      const origin = system.cluster.origin(at % 2)
      return watched(await openSale(system, sale, { origin, ...(before === undefined ? {} : { before }) }))
    }),
  )
  for (const { page } of pages) {
    await page.locator('.banner.sale.announced').waitFor()
    await page.locator('.best button[type=submit]:disabled').waitFor()
    expect(await page.locator('.best-reason').innerText()).toBe('Opening time to be announced')
  }
  const early = seatNamed(sale, 'Stalls', 'A', 1)
  await pages[0]?.tap(early)
  await pages[0]?.page.locator('[data-notice="NOT_ON_SALE"]').waitFor()

  const counting = pages.map((buyer) => buyer.saying('.banner.sale.counting'))
  const flipped = pages.map((buyer) => buyer.when('.sale-badge.on_sale'))
  const opensAtMs = Date.now() + OPENS_IN_MS
  await system.organiser('PATCH', `/api/performances/${sale.id}`, { onSaleAt: new Date(opensAtMs).toISOString() })
  for (const countdown of await Promise.all(counting)) expect(countdown).toMatch(/^Opens in 0:0[1-5]$/)
  for (const moment of await Promise.all(flipped)) {
    // The test and the database read one machine's clock; a round trip is lost on the way to the page.
    expect(moment).toBeGreaterThan(opensAtMs - 50)
    expect(moment).toBeLessThan(opensAtMs + FLIPPED_WITHIN_MS)
  }
  for (const [at, buyer] of pages.entries()) {
    expect(await buyer.page.locator('.banner.sale').count()).toBe(0)
    await buyer.page.locator('.best button[type=submit]:enabled').waitFor()
    await buyer.tap(seatNamed(sale, 'Stalls', 'C', 2 * at + 1))
    await buyer.page.locator('.my-seats[data-held="1"]').waitFor()
    expect(await buyer.page.locator('.hold-clock strong').innerText()).toMatch(/^(2:00|1:5\d)$/)
  }
})

test('a sale that is paused and closed says so on open maps, and in the list of performances', async () => {
  const sale = await smallSale(system)
  const buyer = watched(await openSale(system, sale))
  await buyer.tap(5)
  await buyer.page.locator('.my-seats[data-held="1"]').waitFor()
  for (const status of ['paused', 'closed'] as const) {
    await system.organiser('PATCH', `/api/performances/${sale.id}`, { status })
    await buyer.page.locator(`.banner.sale.${status}`).waitFor()
    await buyer.tap(9)
    await buyer.page.locator('[data-notice="NOT_ON_SALE"]').waitFor()
  }

  const list = watched(await openPage(system, '/'))
  await list.page.locator(`a[href="/p/${sale.id}"] .sale-badge.closed`).waitFor()
})

function threeHoursFast(): void {
  const now = Date.now.bind(Date)
  Date.now = () => now() + 3 * 3_600_000
}

function aDaySlow(): void {
  const RealDate = Date
  const slow = (): number => RealDate.now() - 86_400_000
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args: unknown[]) => Reflect.construct(target, args.length === 0 ? [slow()] : args) as object,
    get: (target, name) => (name === 'now' ? slow : (Reflect.get(target, name) as unknown)),
  })
}

function jumping(): void {
  const now = Date.now.bind(Date)
  let jumps = 0
  Date.now = () => now() + (jumps++ % 2 === 0 ? 1 : -1) * 7_200_000
}
