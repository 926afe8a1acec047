import type { GroupRule } from '@seatcast/shared/protocol/group.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../../server/test/support/eventually.ts'
import { payByCard, walletOf } from './support/buyer-orders.ts'
import { openPage, PATIENCE_MS, type PlainPage } from './support/buyer-page.ts'
import {
  everybody,
  fillGroup,
  friendNamed,
  inGroup,
  makeGroup,
  membersShown,
  openTo,
  seating,
  startToPay,
  tapSeat,
  takeBlock,
  visitAs,
  type Friend,
} from './support/friends.ts'
import { startRealSystem, type RealSystem } from './support/real-system.ts'
import { seatNamed, smallSale, type Sale } from './support/small-hall.ts'
import { expectSound } from './support/sound-page.ts'
import { keepPicture, watchedPages } from './support/watched-pages.ts'

/** The longest story: about 40 s on two quiet cores; several times that beside other work. */
const BUSY_MACHINE_MS = 240_000
/** A seat of the stalls, where the best blocks of the small hall are. */
const SEAT_PRICE = 60_000

let system: RealSystem
/** Five people, each with a browser of their own, on two nodes; two of them on phones, two of them Korean. */
let friends: readonly Friend[]
const watched = watchedPages()

beforeAll(async () => {
  system = await startRealSystem({ sandbox: true, workers: 1 })
  friends = await Promise.all([
    friendNamed(system, 'Ada', 0),
    friendNamed(system, 'Ben', 1),
    friendNamed(system, 'Cho', 1, { language: 'ko' }),
    friendNamed(system, 'Dee', 0, { phone: true }),
    friendNamed(system, '은지', 1, { phone: true, language: 'ko' }),
  ])
})
afterAll(() => system?.stop())

/** All five in one group, Ada its host, formed before the opening: one comes with the code, the others by the link. */
async function gather(sale: Sale, rule: GroupRule): Promise<readonly PlainPage[]> {
  const [ada, ben, ...others] = friends as [Friend, Friend, ...Friend[]]
  const host = watched(await visitAs(system, ada, `/p/${sale.id}`))
  const { path, code } = await makeGroup(host.page, { size: 5, rule })
  await host.page.keyboard.press('Escape')
  const byCode = async (): Promise<PlainPage> => {
    const page = watched(await visitAs(system, ben, '/'))
    await page.page.locator('.code-field input').fill(code.toLowerCase())
    await page.page.locator('.code-field button').click()
    return page
  }
  const guests = [byCode(), ...others.map(async (friend) => watched(await visitAs(system, friend, path)))]
  const pages = [host, ...(await Promise.all(guests))]
  for (const { page } of pages) {
    await inGroup(page, 'forming')
    await membersShown(page, 5)
    expect(new URL(page.url()).pathname).toBe(`/p/${sale.id}`)
  }
  return pages
}

/** Everybody is shown the same seats with the same people on them. */
async function seatedAlike(pages: readonly PlainPage[], what: string): Promise<string[]> {
  const [first, ...others] = pages
  await eventually(what, PATIENCE_MS, async () => {
    const shown = first === undefined ? [] : await seating(first.page)
    const rest = await Promise.all(others.map(({ page }) => seating(page)))
    return shown.length > 0 && rest.every((one) => one.join() === shown.join())
  })
  return first === undefined ? [] : await seating(first.page)
}

test(
  '[G2, G4, G9] five gather before the opening, sit in one block, swap; a reload, a lost network and a dead node change nothing',
  { timeout: BUSY_MACHINE_MS },
  async () => {
    const sale = await smallSale(system, { status: 'scheduled', paymentSeconds: 20 })
    const pages = await gather(sale, 'each_pays')
    const [ada, ben, cho, dee, eun] = pages as [PlainPage, PlainPage, PlainPage, PlainPage, PlainPage]
    await openTo(system, sale)
    await takeBlock(ada.page)
    await everybody(pages, 'held')
    const first = await seatedAlike(pages, 'one block, one picture')
    expect(first.map((seat) => seat.replace(/.*: /, '')).toSorted()).toEqual(friends.map(({ name }) => name).toSorted())
    await expectSound(ada.page)
    await expectSound(eun.page)

    // Ben would like Cho's seat, and gets it.
    await ben.page.locator('.block-seats li[data-sitter=Cho] .button').click()
    await cho.page.locator('.swap-asked .primary').click()
    await eventually('swapped', PATIENCE_MS, async () => (await seating(ada.page)).join() !== first.join())
    const swapped = await seatedAlike(pages, 'swapped on every screen')

    // A phone loses its network and a node its life, while the host gives Dee another seat.
    await dee.context.setOffline(true)
    await system.cluster.nodes[1]?.kill()
    await ada.page.locator('.block [aria-pressed]').click()
    const own = ada.page.locator('.block-seats li.mine select')
    await own.selectOption({ label: 'Dee' })
    await eventually('assigned', PATIENCE_MS, async () => (await seating(ada.page)).join() !== swapped.join())
    await dee.context.setOffline(false)
    await system.cluster.restartNode(1)
    await eventually('the node serves pages again', PATIENCE_MS, async () => (await fetch(cho.page.url())).ok)
    await cho.page.reload()
    const assigned = await seatedAlike(pages, 'everything is there again')
    expect(assigned).not.toEqual(swapped)

    const before = await Promise.all(pages.map(({ page }) => walletOf(page)))
    // 은지 never pays: everybody gets their money back, and the group can choose anew (G13).
    await startToPay(ada.page)
    await everybody(pages, 'paying')
    await Promise.all([
      ...[ada, ben, cho].map(({ page }) => page.locator('.checkout .pay').click()),
      payByCard(dee.page, 'ok'),
    ])
    await ada.page.locator('.group-payment[data-secured="4"]').waitFor()
    await expectSound(ada.page)
    await everybody(pages, 'forming')
    for (const { page } of pages) await page.locator('[data-notice="GROUP_UNPAID"]').waitFor()
    await eventually('everybody has their money', PATIENCE_MS, async () => {
      const wallets = await Promise.all(pages.map(({ page }) => walletOf(page)))
      return wallets.join() === before.join()
    })
  },
)

test('[G14] one never pays: the host covers the rest in the last minutes, and each has their own ticket', async () => {
  const sale = await smallSale(system, { status: 'scheduled', paymentSeconds: 24 })
  const pages = await gather(sale, 'host_covers')
  const [ada, ben, cho, dee, eun] = pages as [PlainPage, PlainPage, PlainPage, PlainPage, PlainPage]
  await openTo(system, sale)
  await takeBlock(ben.page)
  await everybody(pages, 'held')
  const [hers = 0, theirs] = await Promise.all([ada, eun].map(({ page }) => walletOf(page)))
  // On a phone: two taps after the one that opened the link.
  await dee.page.locator('.next-step .primary').tap()
  await dee.page.locator('.checkout .pay').tap()
  await everybody(pages, 'paying')
  await Promise.all([ada, ben, cho].map(({ page }) => page.locator('.checkout .pay').click()))
  await ada.page.locator('.cover .pay').click()
  await everybody(pages, 'sold')
  for (const { page } of pages)
    await page.locator('.checkout[data-order-view="paid"] .tickets-link').waitFor({ state: 'attached' })
  await keepPicture(eun.page, 'group-sold')
  expect(await Promise.all([ada, eun].map(({ page }) => walletOf(page)))).toEqual([hers - 2 * SEAT_PRICE, theirs])
})

test('[G10] one pays: who began does not, so the host calls it off; then another one pays for all', async () => {
  const sale = await smallSale(system, { status: 'scheduled' })
  const pages = await gather(sale, 'one_pays')
  const [ada, ben, cho] = pages as [PlainPage, PlainPage, PlainPage]
  await openTo(system, sale)
  await takeBlock(ada.page)
  await everybody(pages, 'held')
  await startToPay(ben.page)
  await everybody(pages, 'paying')
  await ada.page.locator('.group-payment > .button.quiet').click()
  await ada.page.locator('.group-payment .danger').click()
  await everybody(pages, 'forming')
  await ben.page.locator('[data-notice="GROUP_GIVEN_UP"]').waitFor()
  await takeBlock(ada.page)
  await everybody(pages, 'held')
  const before = await walletOf(cho.page)
  await startToPay(cho.page)
  await cho.page.locator('.checkout .pay').click()
  await everybody(pages, 'sold')
  expect(await walletOf(cho.page)).toBe(before - 5 * SEAT_PRICE)
})

test('[G2] held seats become a group’s; a tap on the map asks for a friend’s seat, or says why a free one is not to be had', async () => {
  const sale = await smallSale(system)
  const [ada, ben] = friends as [Friend, Friend]
  const host = watched(await visitAs(system, ada, `/p/${sale.id}`))
  await host.page.locator('.best button[type=submit]:enabled').click()
  await host.page.locator('.my-seats[data-held="2"] > .button').click()
  const { path } = await fillGroup(host.page, { size: 4, rule: 'each_pays' })
  await host.page.keyboard.press('Escape')
  const guest = watched(await visitAs(system, ben, path))
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
  await eventually('the block is where the host wants it', PATIENCE_MS, async () => {
    return (await seating(guest.page)).some((seat) => seat.startsWith(`${free}:`))
  })
  expect(await seatedAlike([host, guest], 'on both screens')).toHaveLength(Math.max(4, size))
})

test('a friend on a phone pays two taps after the link, also while seats wait for others, and is told so first', async () => {
  const sale = await smallSale(system)
  const [ada, , , dee] = friends as [Friend, Friend, Friend, Friend]
  const host = watched(await visitAs(system, ada, `/p/${sale.id}`))
  const { path } = await makeGroup(host.page, { size: 3, rule: 'each_pays' })
  await host.page.keyboard.press('Escape')
  const guest = watched(await visitAs(system, dee, path))
  await inGroup(guest.page, 'forming')
  await takeBlock(host.page)
  await guest.page.locator('.next-step[data-step=pay] .step-note').waitFor()
  await expectSound(guest.page)
  await guest.page.locator('.next-step .primary').tap()
  await guest.page.locator('.checkout .pay').tap()
  await guest.page
    .locator('.member.me[data-share=paid], .member.me[data-share=reserved]')
    .waitFor({ state: 'attached' })
})

test('[G2, G8] another device is the same member; an old code and a removed member get nothing, and are told kindly', async () => {
  const sale = await smallSale(system)
  const [ada, ben, , dee] = friends as [Friend, Friend, Friend, Friend]
  const host = watched(await visitAs(system, ada, `/p/${sale.id}`))
  const { path } = await makeGroup(host.page, { size: 2, rule: 'each_pays' })
  const guest = watched(await visitAs(system, ben, path))
  await inGroup(guest.page, 'forming')
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
  await eventually('a new link', PATIENCE_MS, async () => {
    return !(await host.page.locator('.group-dialog .link-to-send input').first().inputValue()).endsWith(path)
  })
  await host.page.keyboard.press('Escape')
  const late = watched(await visitAs(system, dee, path))
  await late.page.locator('[data-join-problem="NOT_FOUND"]').waitFor()
  await expectSound(late.page)

  await host.page.locator('.member[data-member=Ben] .icon-button').click()
  await host.page.locator('.member .ask .danger').click()
  await membersShown(host.page, 1)
  await guest.page.locator('[data-notice="GROUP_GONE"]').waitFor()
  expect(await guest.page.locator('[data-group]').count()).toBe(0)
})
