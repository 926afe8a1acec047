import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../../server/test/support/eventually.ts'
import { newProfile, openSale, PATIENCE_MS, serverMap, type BuyerPage, type PageOptions } from './support/buyer-page.ts'
import { placeOfSeat } from './support/fitted-view.ts'
import { startRealSystem, type RealSystem } from './support/real-system.ts'
import { seatNamed, smallSale, type Sale } from './support/small-hall.ts'
import { watchedPages } from './support/watched-pages.ts'

/** A change is on every screen within this, ms. Source: F4. */
const SEEN_WITHIN_MS = 2_000
/** H5, and the list follows the map in steps of 0.3 s. */
const FREED_WITHIN_MS = 1_000 + 500

let system: RealSystem
const watched = watchedPages()

beforeAll(async () => {
  system = await startRealSystem()
})
afterAll(() => system?.stop())

async function visit(sale: Sale, node: number, options: PageOptions = {}): Promise<BuyerPage> {
  return watched(await openSale(system, sale, { origin: system.cluster.origin(node), ...options }))
}

test('[F4, H1] a seat tapped on one node is held on the other; who comes second is offered seats, one tap takes them', async () => {
  const sale = await smallSale(system)
  const seat = seatNamed(sale, 'Stalls', 'C', 4)
  const [a, b] = await Promise.all([visit(sale, 0), visit(sale, 1)])
  await b.listRowOf(seat)
  const before = await seatPicture(b, sale, seat)

  const seenByB = b.whenListed(seat, 'held')
  const heldByA = a.when('.my-seats[data-held="1"]')
  await a.tap(seat)
  expect((await seenByB) - (await heldByA)).toBeLessThan(SEEN_WITHIN_MS)
  expect(await a.mySeats.innerText()).toMatch(/Stalls\s+Row C · Seat 4\s+₩60,000/)
  await eventually('B sees another picture of it', PATIENCE_MS, async () => {
    return !(await seatPicture(b, sale, seat)).equals(before)
  })
  expect(await b.mySeats.count()).toBe(0)

  await b.tap(seat)
  await b.page.locator('[data-notice="SEAT_TAKEN"]').waitFor()
  const offer = b.notice.locator('.offer').first()
  const offered = await offer.innerText()
  await offer.click()
  await b.mySeats.first().waitFor()
  await b.notice.waitFor({ state: 'detached' })
  const taken = /Row (\w) · seat (\d+)/.exec(offered)
  expect(await b.mySeats.innerText()).toContain(`Row ${taken?.[1]} · Seat ${taken?.[2]}`)

  const freed = b.whenListed(seat, 'available')
  const released = a.when('.my-seats.empty')
  await a.tap(seat)
  expect((await freed) - (await released)).toBeLessThan(SEEN_WITHIN_MS)
})

test('[H5] a hold ends on both screens at its deadline, not before, and its owner is told kindly', async () => {
  const sale = await smallSale(system, { holdSeconds: 3 })
  const seat = seatNamed(sale, 'Balcony', 'F', 8)
  const [a, b] = await Promise.all([visit(sale, 1), visit(sale, 0)])
  await b.listRowOf(seat)

  const seenByB = b.whenListed(seat, 'held')
  const [heldByA, countdown] = [a.when('.my-seats[data-held="1"]'), a.saying('.hold-clock strong')]
  const askedMs = Date.now()
  await a.tap(seat)
  const heldMs = await heldByA
  await seenByB
  expect(await countdown).toBe('0:03')
  const [toldMs, freedMs] = await Promise.all([a.when('[data-notice="EXPIRED"]'), b.whenListed(seat, 'available')])
  for (const moment of [toldMs, freedMs]) {
    expect(moment - askedMs).toBeGreaterThanOrEqual(3_000)
    expect(moment - heldMs).toBeLessThan(3_000 + FREED_WITHIN_MS)
  }
  expect(await a.notice.innerText()).toContain('You are welcome to choose anew')
  expect(await a.mySeats.count()).toBe(0)
})

test('two tabs of one buyer show one hold; a reload keeps it; the countdown is the server’s, whatever the clock says', async () => {
  const sale = await smallSale(system, { holdSeconds: 90 })
  const [first, second] = [seatNamed(sale, 'Stalls', 'A', 1), seatNamed(sale, 'Stalls', 'A', 2)]
  const context = await newProfile(system)
  const one = await visit(sale, 0, { context })
  const two = await visit(sale, 0, { context, before: clockOfYesterday })

  const heldMs = two.when('.my-seats[data-held="1"]')
  await one.tap(first)
  await one.page.locator('.my-seats[data-held="1"]').waitFor()
  const startMs = await heldMs
  await two.tap(second)
  for (const tab of [one, two]) await tab.page.locator('.my-seats[data-held="2"]').waitFor()
  await two.page.reload()
  await two.page.locator('.my-seats[data-held="2"]').waitFor()
  await two.page.locator('[data-connection="live"]').waitFor()

  for (const tab of [one, two]) {
    const shown = await secondsLeft(tab)
    const due = 90 - (Date.now() - startMs) / 1_000
    expect(Math.abs(shown - due)).toBeLessThan(3)
  }
  await two.page.getByRole('button', { name: 'Release all' }).click()
  for (const tab of [one, two]) await tab.page.locator('.my-seats.empty').waitFor()
  await context.close()
})

test('[F4] many changes by three people: every screen ends equal to the server', async () => {
  const sale = await smallSale(system)
  const buyers = await Promise.all([visit(sale, 0), visit(sale, 1), visit(sale, 1)])
  const seats = [3, 25, 47]
  for (const [at, buyer] of buyers.entries())
    for (const seat of seats) {
      await buyer.tap(seat + at)
      await buyer.tap(seat + at + 3)
    }
  for (const buyer of buyers) {
    await buyer.page.locator('[data-connection="live"]').waitFor()
    await eventually('equal to the server', PATIENCE_MS, async () => {
      return (await buyer.readMap()) === (await serverMap(system.cluster.origin(0), sale))
    })
  }
  expect(await serverMap(system.cluster.origin(0), sale)).toContain('1')
})

test('[F1] who joins late never reads the figures of an empty hall as live', async () => {
  const sale = await smallSale(system)
  const early = await visit(sale, 0)
  await early.tap(seatNamed(sale, 'Stalls', 'C', 1))
  await early.page.locator('.my-seats[data-held="1"]').waitFor()
  await eventually('the other node knows', PATIENCE_MS, async () => {
    return (await serverMap(system.cluster.origin(1), sale)).includes('1')
  })
  const late = await visit(sale, 1, { before: noteFirstLiveCount })
  expect(await late.page.locator('html').getAttribute('data-first-live')).toContain('65 available')
})

function noteFirstLiveCount(): void {
  new MutationObserver(() => {
    const { dataset } = document.documentElement
    if (dataset['firstLive'] !== undefined || document.querySelector('[data-connection="live"]') === null) return
    dataset['firstLive'] = document.querySelector('.live-fact')?.textContent ?? ''
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
}

async function seatPicture({ page }: BuyerPage, sale: Sale, seat: number): Promise<Buffer> {
  const { x, y } = await placeOfSeat(page, sale.layout, seat)
  return page.screenshot({ clip: { x: x - 8, y: y - 8, width: 16, height: 16 } })
}

async function secondsLeft({ page }: BuyerPage): Promise<number> {
  const [minutes = 0, seconds = 0] = (await page.locator('.hold-clock strong').innerText()).split(':').map(Number)
  return minutes * 60 + seconds
}

function clockOfYesterday(): void {
  const now = Date.now.bind(Date)
  Date.now = () => now() - 86_400_000
}
