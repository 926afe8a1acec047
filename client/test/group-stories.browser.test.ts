import { afterAll, beforeAll, expect, test } from 'vitest'
import { behindGroups, type BehindGroups } from '../../server/test/support/behind-groups.ts'
import { ko } from '../src/i18n/groups/ko.ts'
import { ko as orderKo } from '../src/i18n/orders/ko.ts'
import { payByCard, walletOf } from './support/buyer-orders.ts'
import { openPage, PATIENCE_MS, type PlainPage } from './support/buyer-page.ts'
import { isCodeOf } from './support/drawn-code.ts'
import { seatedAlike } from './support/five-friends.ts'
import {
  everybody,
  fillGroup,
  friendNamed,
  inGroup,
  makeGroup,
  membersShown,
  seating,
  shownSoon,
  startToPay,
  takeBlock,
  tapSeat,
  visitAs,
  type Friend,
} from './support/friends.ts'
import { startRealSystem, type RealSystem } from './support/real-system.ts'
import { seatNamed, smallSale, type Sale } from './support/small-hall.ts'
import { expectSound } from './support/sound-page.ts'
import { keepPicture, watchedPages } from './support/watched-pages.ts'

/** A seat of the stalls, where the best blocks of the small hall are. */
const SEAT_PRICE = 60_000

/** Ben, who tries what a name can do to a page: markup, and letters that run the other way. */
const BEN = '<b>عمر</b>'

let system: RealSystem
let behind: BehindGroups
let ada: Friend
let ben: Friend
let dee: Friend
let eun: Friend
const watched = watchedPages()

beforeAll(async () => {
  // One try: a card that does not pay when its money is taken is told of at once.
  system = await startRealSystem({ sandbox: true, nodes: 1, workers: 1, schedulers: 1, env: { CAPTURE_TRIES: '1' } })
  behind = behindGroups(system.cluster.databaseUrl)
  ;[ada, ben, dee, eun] = await Promise.all([
    friendNamed(system, 'Ada', 0),
    friendNamed(system, BEN, 0),
    friendNamed(system, 'Dee', 0, { phone: true }),
    friendNamed(system, '은지', 0, { phone: true, language: 'ko' }),
  ])
})
afterAll(async () => {
  await behind?.close()
  await system?.stop()
})

const visit = async (friend: Friend, path: string): Promise<PlainPage> => watched(await visitAs(system, friend, path))

/** A group of its host and those who came by the link, each with their page. */
async function party<F extends readonly [Friend, ...Friend[]]>(
  sale: Sale,
  wish: Parameters<typeof makeGroup>[1],
  ...[host, ...guests]: F
): Promise<{ readonly [at in keyof F]: PlainPage }> {
  const first = await visit(host, `/p/${sale.id}`)
  const { path } = await makeGroup(first.page, wish)
  await first.page.keyboard.press('Escape')
  const pages = [first, ...(await Promise.all(guests.map((guest) => visit(guest, path))))]
  for (const { page } of pages) {
    await inGroup(page, 'forming')
    await membersShown(page, pages.length)
  }
  return pages as { readonly [at in keyof F]: PlainPage }
}

test('[G2] held seats become a group’s; a tap on the map asks for a friend’s seat, or says why a free one is not to be had', async () => {
  const sale = await smallSale(system)
  const host = await visit(ada, `/p/${sale.id}`)
  await host.page.locator('[data-connection="live"]').waitFor()
  await host.page.locator('.best button[type=submit]:enabled').click()
  await host.page.locator('.my-seats[data-held="2"] > .button').click()
  const { path } = await fillGroup(host.page, { size: 4, rule: 'each_pays' })
  const link = new URL(path, host.page.url()).href
  expect(await isCodeOf(host.page.locator('.group-dialog .qr-code').first(), link)).toBe(true)
  await host.page.keyboard.press('Escape')
  const guest = await visit(ben, path)
  await inGroup(guest.page, 'held')
  const [seats] = await Promise.all([
    seatedAlike([host, guest], 'the held seats are the group’s'),
    inGroup(host.page, 'held'),
  ])
  expect(await host.page.locator('.my-seats').count()).toBe(0)

  const hers = Number(seats.find((seat) => seat.endsWith(': Ada'))?.split(':')[0])
  await tapSeat(guest.page, sale, hers)
  await guest.page.locator('[data-notice="GROUP_ASKED"]').waitFor()
  await host.page.locator('.swap-asked .primary').waitFor()

  const free = seatNamed(sale, 'Stalls', 'D', 3)
  await tapSeat(guest.page, sale, free)
  await guest.page.locator('[data-notice="IN_GROUP"]:not(:has(.offer))').waitFor()
  await tapSeat(host.page, sale, free)
  await host.page.locator('[data-notice="IN_GROUP"] .offer').click()
  const size = Number(await host.page.locator('.block').getAttribute('data-block'))
  await shownSoon('the block is where the host wants it', async () => {
    return (await seating(guest.page)).some((seat) => seat.startsWith(`${free}:`))
  })
  expect(await seatedAlike([host, guest], 'on both screens')).toHaveLength(Math.max(4, size))
})

test('[G11] from the link to paid in three taps on a phone, in Korean too, whether others have begun to pay or not', async () => {
  const sale = await smallSale(system, { paymentSeconds: 240 })
  const [host, guest, korean] = await party(sale, { size: 4, rule: 'each_pays' }, ada, dee, eun)
  await takeBlock(host.page)
  // A seat still waits for a fourth friend: that is said first.
  await guest.page.locator('.next-step[data-step=pay] .step-note').waitFor()
  await expectSound(guest.page)
  await guest.page.locator('.next-step .primary').tap()
  await guest.page.locator('.checkout .pay').tap()
  await paid(guest)
  // Who did not begin is shown their share at once.
  const share = korean.page.locator('.checkout .payment')
  await share.waitFor()
  expect(await share.innerText()).toContain(orderKo.share.wallet)
  await expectSound(korean.page)
  await korean.page.locator('.checkout .pay').tap()
  await paid(korean)
})

const paid = ({ page }: PlainPage): Promise<void> =>
  page.locator('.member.me[data-share=paid], .member.me[data-share=reserved]').waitFor({ state: 'attached' })

test('[G3, G5] a shape over two rows is the host’s to agree to, and named as what it is; more time is there once', async () => {
  const sale = await smallSale(system)
  // Six side by side are in the balcony alone.
  const pages = await party(sale, { size: 6, rule: 'one_pays', section: 'Stalls' }, ada, ben, eun)
  const [host, guest, korean] = pages
  await takeBlock(guest.page)
  await guest.page.locator('[data-notice="GROUP_HOST_SPLITS"]:not(:has(.offer))').waitFor()
  await takeBlock(host.page)
  await host.page.locator('[data-notice="GROUP_NO_BLOCK"] .offer').click()
  for (const { page } of pages) await page.locator('.block[data-shape=two_rows]').waitFor({ state: 'attached' })
  expect(await seatedAlike(pages, 'six seats')).toHaveLength(6)
  await korean.page.locator('.sheet-handle').tap()
  expect(await korean.page.locator('.block-shape').innerText()).toBe(ko.block.shape.two_rows)
  await expectSound(korean.page)

  const minutesLeft = async ({ page }: PlainPage): Promise<number> =>
    Number((await page.locator('.block .hold-clock strong').innerText()).split(':')[0])
  expect(await minutesLeft(host)).toBeLessThanOrEqual(8)
  await korean.page.locator('.extend').tap()
  for (const page of pages) {
    await page.page.locator('.block:not(:has(.extend))').waitFor({ state: 'attached' })
    expect(await minutesLeft(page)).toBeGreaterThanOrEqual(10)
  }
})

test('[G6] nothing is free beside the block of two when a third comes: it stays, and all are told', async () => {
  const sale = await smallSale(system)
  const block = Array.from(sale.layout.seats.x, (_, seat) => seat).filter((seat) => !isIn(sale, seat, 'A', ['1', '2']))
  await system.organiser('PATCH', `/api/performances/${sale.id}`, { block })
  const host = await visit(ada, `/p/${sale.id}`)
  const { path } = await makeGroup(host.page, { size: 2, rule: 'each_pays' })
  await host.page.keyboard.press('Escape')
  const guest = await visit(ben, path)
  await inGroup(guest.page, 'forming')
  await takeBlock(guest.page)
  await everybody([host, guest], 'held')
  const late = await visit(dee, path)
  await inGroup(late.page, 'held')
  for (const { page } of [host, guest]) {
    await page.locator('[data-notice="GROUP_KEPT"]').waitFor()
    await page.locator('.block .group-note').waitFor()
  }
  expect(await seatedAlike([host, guest, late], 'the two seats')).toHaveLength(2)
  expect(await late.page.locator('.member.me').getAttribute('data-member')).toBe('Dee')
})

const isIn = ({ layout: { seats, sections } }: Sale, seat: number, row: string, numbers: readonly string[]): boolean =>
  sections[seats.section[seat] ?? -1]?.name === 'Stalls' &&
  seats.row[seat] === row &&
  numbers.includes(seats.number[seat] ?? '')

test('[G15, G17, O12] a lost hint, a lost answer, a card that does not pay after all: seen, asked for with its key, covered by the host', async () => {
  const sale = await smallSale(system, { paymentSeconds: 240 })
  const [host, guest] = await party(sale, { size: 2, rule: 'each_pays' }, ada, ben)
  await takeBlock(host.page)
  await everybody([host, guest], 'held')
  const before = await walletOf(host.page)
  await startToPay(host.page)
  await everybody([host, guest], 'paying')
  await behind.setSize(sale.id, 9)
  for (const { page } of [host, guest])
    await page.locator('.group-head .count', { hasText: '9' }).waitFor({ timeout: 8_000 + PATIENCE_MS })
  const keys: (string | undefined)[] = []
  await host.page.route('**/payments*', async (route) => {
    keys.push(route.request().headers()['idempotency-key'])
    // Pressed again it is done, and whoever stands between says once more that it was not.
    if (keys.length > 1) await route.fetch()
    await route.fulfill({ status: 503, json: { code: 'OVERLOADED', retryInMs: 1_000 } })
  })
  const pay = host.page.locator('.checkout .pay')
  await pay.click()
  await host.page.locator('.checkout .checkout-problem').waitFor()
  await pay.click()
  await host.page.locator('.group-payment[data-secured="1"]').waitFor()
  expect(keys).toEqual([keys[0], keys[0]])
  // The refusals are lines of the browser's own.
  host.problems.splice(0)
  await payByCard(guest.page, 'capture_fails')
  await everybody([host, guest], 'short')
  await keepPicture(host.page, 'group-short')
  await expectSound(guest.page)
  await host.page.locator('.cover .pay').click()
  await everybody([host, guest], 'sold')
  expect(await walletOf(host.page)).toBe(before - 2 * SEAT_PRICE)
})

test('an invitation goes out as the device can: shared its own way, copied, scanned or read out', async () => {
  const sale = await smallSale(system)
  const before = (): void => {
    const shared: unknown[] = []
    Object.assign(window, { shared })
    navigator.share = (what) => Promise.resolve(void shared.push(what))
  }
  const phone = await visit({ ...dee, options: { ...dee.options, before } }, `/p/${sale.id}`)
  const { path, code } = await makeGroup(phone.page, { size: 3, rule: 'each_pays' })
  const link = new URL(path, phone.page.url()).href
  await phone.page.locator('.group-dialog .link-to-send .button').nth(1).tap()
  const shared = await phone.page.evaluate(() => (window as unknown as { shared: unknown[] }).shared)
  expect(shared).toEqual([expect.objectContaining({ url: link, text: expect.stringContaining('The Glass Orchard') })])
  const qr = phone.page.locator('.group-dialog .qr-code[role=img]')
  expect((await qr.locator('path').getAttribute('d'))?.length).toBeGreaterThan(1_000)
  expect(code).toMatch(/^[A-Z0-9]{4}-[A-Z0-9]{4}$/)
  await expectSound(phone.page)

  // Where it does not come to that, a link is copied.
  await dee.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const copy = phone.page.locator('.group-dialog .link-to-send .button').first()
  await copy.tap()
  await copy.locator('[role=status]', { hasText: 'Copied' }).waitFor()
  expect(await phone.page.evaluate(() => navigator.clipboard.readText())).toBe(link)
})

test('[G2, G8] another device is the same member; an old code and a removed member get nothing, and are told kindly', async () => {
  const sale = await smallSale(system)
  const host = await visit(ada, `/p/${sale.id}`)
  const { path } = await makeGroup(host.page, { size: 2, rule: 'each_pays' })
  const guest = await visit(ben, path)
  await inGroup(guest.page, 'forming')
  // A browser that cannot share offers nothing of the kind.
  expect(await host.page.evaluate(() => 'share' in navigator)).toBe(false)
  expect(await host.page.locator('.group-dialog .link-to-send .button').count()).toBe(1)
  // Ada's other device is Ada: one member, and it is the host's.
  await host.page.locator('.group-dialog .other-device > .button').click()
  const deviceLink = new URL(await host.page.locator('.group-dialog .other-device input').inputValue())
  const device = watched(await openPage(system, deviceLink.pathname + deviceLink.search, { networkFaults: true }))
  await device.page.locator('.message .primary').click()
  await inGroup(device.page, 'forming')
  await membersShown(device.page, 2)
  await device.page.locator('.member.me[data-member=Ada]').waitFor()
  const again = watched(await openPage(system, deviceLink.pathname, { networkFaults: true }))
  await again.page.locator('.message .primary').click()
  await again.page.locator('.message [role=alert]').waitFor()
  // The refusal is a line of the browser's own.
  again.problems.splice(0)

  await host.page.locator('.group-dialog .invitation > .actions .button').first().click()
  await shownSoon('a new link', async () => {
    return !(await host.page.locator('.group-dialog .link-to-send input').first().inputValue()).endsWith(path)
  })
  await host.page.keyboard.press('Escape')
  const late = await visit(dee, path)
  await late.page.locator('[data-join-problem="NOT_FOUND"]').waitFor()
  await expectSound(late.page)

  // By the keyboard, and the name is what it is, in a direction of its own.
  const bens = host.page.locator(`.member[data-member="${BEN}"]`)
  expect(await bens.locator('.member-name bdi').innerText()).toBe(BEN)
  await bens.locator('.icon-button').press('Enter')
  await host.page.locator('.member .ask .danger').click()
  await membersShown(host.page, 1)
  await guest.page.locator('[data-notice="GROUP_GONE"]').waitFor()
  expect(await guest.page.locator('[data-group]').count()).toBe(0)

  // Who is in another group is led there.
  const { path: elsewhere } = await makeGroup(guest.page, { size: 2, rule: 'each_pays' })
  await host.page.goto(new URL(elsewhere, host.page.url()).href)
  await host.page.locator('[data-join-problem="IN_GROUP"] .actions .primary').click()
  await inGroup(host.page, 'forming')
})
