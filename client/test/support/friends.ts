import { setTimeout as delay } from 'node:timers/promises'
import type { GroupRule, GroupStatus } from '@seatcast/shared/protocol/group.ts'
import type { BrowserContext, Page } from 'playwright-core'
import { eventually } from '../../../server/test/support/eventually.ts'
import { en } from '../../src/i18n/en.ts'
import { newProfile, openPage, PATIENCE_MS, type PageOptions, type PlainPage } from './buyer-page.ts'
import { placeOfSeat } from './fitted-view.ts'
import type { RealSystem } from './real-system.ts'
import type { Sale } from './small-hall.ts'

/** One of several people who book together, in a browser of their own. */
export interface Friend {
  readonly name: string
  readonly node: number
  readonly options: PageOptions
  readonly context: BrowserContext
}

export async function friendNamed(
  system: RealSystem,
  name: string,
  node: number,
  options: PageOptions = {},
): Promise<Friend> {
  const context = await newProfile(system, options)
  // As if they had said it before.
  await context.addInitScript((said) => {
    // The browser's own page about a dead server has no storage.
    if (location.protocol === 'http:') localStorage.setItem('seatcast.name', said)
  }, name)
  return { name, node, options, context }
}

/** Opens any page as this friend, on their node unless told otherwise. */
export function visitAs(system: RealSystem, { node, options, context }: Friend, path: string): Promise<PlainPage> {
  return openPage(system, path, { origin: system.cluster.origin(node), ...options, context, networkFaults: true })
}

interface GroupWished {
  readonly size: number
  readonly rule: GroupRule
  /** The name of the only section that they would like. */
  readonly section?: string
}

interface Invited {
  readonly path: string
  readonly code: string
}

/** The host makes a group through the dialog; resolves with the invitation's path and short code. */
export async function makeGroup(page: Page, wish: GroupWished): Promise<Invited> {
  await page.locator('[data-connection="live"]').waitFor()
  await page.locator('.friends-button').click()
  return fillGroup(page, wish)
}

/** The same, once the dialog was asked for. */
export async function fillGroup(page: Page, { size, rule, section }: GroupWished): Promise<Invited> {
  const dialog = page.locator('.group-dialog')
  await dialog.locator(`input[value=${rule}]`).check()
  const stepper = dialog.locator('.stepper')
  // It says four, or as many as seats come along.
  for (let shown = 4; shown < size; shown++) await stepper.locator('button').last().click()
  for (let shown = 4; shown > size; shown--) await stepper.locator('button').first().click()
  if (section !== undefined) await dialog.locator('.wish-pair select').nth(1).selectOption({ label: section })
  await dialog.locator('button[type=submit]').click()
  const link = dialog.locator('.link-to-send input').first()
  await link.waitFor()
  const path = new URL(await link.inputValue()).pathname
  const code = await dialog.locator('.short-code').innerText()
  return { path, code }
}

/** The map is drawn and live, and the group is shown so. */
export async function inGroup(page: Page, status: GroupStatus): Promise<void> {
  await page.locator('.map-host canvas').waitFor({ state: 'attached', timeout: PATIENCE_MS })
  await page.locator('[data-connection="live"]').waitFor()
  await groupShown(page, status)
}

export function groupShown(page: Page, status: GroupStatus): Promise<void> {
  return page.locator(`[data-group="${status}"]`).waitFor({ state: 'attached' })
}

/** Everybody is listed, in any order. */
export function membersShown(page: Page, count: number): Promise<void> {
  return page
    .locator(`.members:has(> li:nth-child(${count})):not(:has(> li:nth-child(${count + 1})))`)
    .waitFor({ state: 'attached' })
}

/** Whose seats are whose as a page shows them, by seat. */
export function seating(page: Page): Promise<string[]> {
  return page
    .locator('.block-seats li')
    .evaluateAll((items) => items.map(({ dataset }) => `${dataset['seat']}: ${dataset['sitter']}`))
}

/** How often pages are asked, ms: asking costs them as much as a click. */
const LOOK_MS = 100

/** Like `eventually`, but for what several pages show: looked at now and then. */
export function shownSoon(what: string, look: () => Promise<boolean>): Promise<number> {
  return eventually(what, PATIENCE_MS, async () => {
    const isSo = await look()
    if (!isSo) await delay(LOOK_MS)
    return isSo
  })
}

/** Shows the whole hall, then clicks a seat on the canvas. */
export async function tapSeat(page: Page, { layout }: Sale, seat: number): Promise<void> {
  await page.getByRole('button', { name: en.map.wholeHall }).click()
  const { x, y } = await placeOfSeat(page, layout, seat)
  await page.mouse.click(x, y)
}

export const openTo = (system: RealSystem, { id }: Sale): Promise<unknown> =>
  system.organiser('PATCH', `/api/performances/${id}`, { status: 'on_sale' })

/** The whole group sees it so. */
export async function everybody(pages: readonly PlainPage[], status: GroupStatus): Promise<void> {
  await Promise.all(pages.map(({ page }) => groupShown(page, status)))
}

/** On a desktop: takes the best block. */
export const takeBlock = (page: Page): Promise<void> => page.locator('.block[data-block=none] .primary:enabled').click()

/** On a desktop: the block becomes orders. */
export const startToPay = (page: Page): Promise<void> => page.locator('.start-paying .primary').click()
