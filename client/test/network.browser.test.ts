import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../../server/test/support/eventually.ts'
import { faultProxy, type FaultProxy } from '../../server/test/support/fault-proxy.ts'
import { openSale, PATIENCE_MS, serverMap, type BuyerPage } from './support/buyer-page.ts'
import { startRealSystem, type RealSystem } from './support/real-system.ts'
import { seatNamed, smallSale, type Sale } from './support/small-hall.ts'
import { watchedPages } from './support/watched-pages.ts'

/** From the moment at which the server can be reached again. Source: design, section 8. */
const HEALED_WITHIN_MS = 5_000

let system: RealSystem
/** B's line to the second node. */
let line: FaultProxy
const watched = watchedPages()

beforeAll(async () => {
  system = await startRealSystem()
  line = await faultProxy(system.cluster.nodes[1]?.port ?? 0)
})
afterAll(async () => {
  await line?.close()
  await system?.stop()
})

/** A on the first node, B on the second. */
async function twoBuyers(sale: Sale): Promise<[BuyerPage, BuyerPage]> {
  const [a, b] = await Promise.all([
    openSale(system, sale),
    openSale(system, sale, { origin: `http://127.0.0.1:${line.port}`, networkFaults: true }),
  ])
  return [watched(a), watched(b)]
}

/** What A does while B does not see it: one seat comes, one goes. */
async function changeSeats(a: BuyerPage, sale: Sale): Promise<void> {
  await a.tap(seatNamed(sale, 'Stalls', 'B', 7))
  await a.page.locator('.my-seats[data-held="2"]').waitFor()
  await a.tap(seatNamed(sale, 'Stalls', 'A', 1))
  await a.page.locator('.my-seats[data-held="1"]').waitFor()
}

async function equalsServer(buyer: BuyerPage, sale: Sale): Promise<void> {
  await eventually('the map equals the server’s', PATIENCE_MS, async () => {
    return (await buyer.readMap()) === (await serverMap(system.cluster.origin(0), sale))
  })
}

test('[F1, F4] a cut line is said in words; when it is back the map heals by itself within 5 s, and the hold is still there', async () => {
  const sale = await smallSale(system)
  const [a, b] = await twoBuyers(sale)
  await a.tap(seatNamed(sale, 'Stalls', 'A', 1))
  await b.tap(seatNamed(sale, 'Stalls', 'D', 3))
  const missed = seatNamed(sale, 'Stalls', 'B', 7)
  await b.listRowOf(missed)
  await b.page.locator('.my-seats[data-held="1"]').waitFor()

  line.cut()
  await b.page.locator('[data-connection="offline"]').waitFor()
  expect(await b.page.locator('.connection').innerText()).toContain('Offline')
  expect(await b.page.locator('.banner.offline').innerText()).toContain('the last known map')
  await changeSeats(a, sale)
  expect(await b.mySeats.count()).toBe(1)

  const [live, seen] = [b.when('[data-connection="live"]'), b.whenListed(missed, 'held')]
  const backMs = Date.now()
  line.heal()
  expect((await live) - backMs).toBeLessThan(HEALED_WITHIN_MS)
  expect((await seen) - backMs).toBeLessThan(HEALED_WITHIN_MS)
  await equalsServer(b, sale)
  expect(await b.mySeats.count()).toBe(1)
  expect(await b.page.locator('.banner.offline').count()).toBe(0)
})

test('[F4] a browser without a network shows the last map; back online it heals within 5 s', async () => {
  const sale = await smallSale(system)
  const [a, b] = await twoBuyers(sale)
  await a.tap(seatNamed(sale, 'Stalls', 'A', 1))
  const missed = seatNamed(sale, 'Stalls', 'B', 7)
  await b.listRowOf(missed)
  await b.context.setOffline(true)
  await b.page.locator('[data-connection="offline"]').waitFor()
  await b.tap(seatNamed(sale, 'Balcony', 'G', 1))
  await b.page.locator('[data-notice="OFFLINE"]').waitFor()
  await changeSeats(a, sale)

  const [live, seen] = [b.when('[data-connection="live"]'), b.whenListed(missed, 'held')]
  const backMs = Date.now()
  await b.context.setOffline(false)
  expect((await live) - backMs).toBeLessThan(HEALED_WITHIN_MS)
  expect((await seen) - backMs).toBeLessThan(HEALED_WITHIN_MS)
  await b.notice.waitFor({ state: 'detached' })
  await equalsServer(b, sale)
  expect(await b.mySeats.count()).toBe(0)
})

test('[F4] the node of a buyer is killed and started again: the map heals within 5 s, and the hold is still there', async () => {
  const sale = await smallSale(system)
  const [a, b] = await twoBuyers(sale)
  await a.tap(seatNamed(sale, 'Stalls', 'A', 1))
  await b.tap(seatNamed(sale, 'Stalls', 'D', 3))
  const missed = seatNamed(sale, 'Stalls', 'B', 7)
  await b.listRowOf(missed)
  await b.page.locator('.my-seats[data-held="1"]').waitFor()

  await system.cluster.nodes[1]?.kill()
  await b.page.locator('[data-connection="offline"]').waitFor()
  await changeSeats(a, sale)
  const [live, seen] = [b.when('[data-connection="live"]'), b.whenListed(missed, 'held')]
  await system.cluster.restartNode(1)
  const backMs = Date.now()
  expect((await live) - backMs).toBeLessThan(HEALED_WITHIN_MS)
  expect((await seen) - backMs).toBeLessThan(HEALED_WITHIN_MS)
  await equalsServer(b, sale)
  expect(await b.mySeats.count()).toBe(1)

  const seenByA = a.whenListed(seatNamed(sale, 'Balcony', 'G', 2), 'held')
  await a.listRowOf(seatNamed(sale, 'Balcony', 'G', 2))
  await b.tap(seatNamed(sale, 'Balcony', 'G', 2))
  expect(await seenByA).toBeGreaterThan(backMs)
})
