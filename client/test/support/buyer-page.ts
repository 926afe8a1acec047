import type { SeatStatus } from '@seatcast/shared/domain/seat-state.ts'
import type { Snapshot } from '@seatcast/shared/protocol/delta.ts'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { en } from '../../src/i18n/en.ts'
import { ko } from '../../src/i18n/ko.ts'
import { placeOfSeat } from './fitted-view.ts'
import type { RealSystem } from './real-system.ts'
import type { Sale } from './small-hall.ts'

/** How long a page may take for anything that has no limit of its own, ms: the machine may be busy. */
export const PATIENCE_MS = 20_000

export type SeatLook = 'available' | 'held' | 'sold' | 'blocked' | 'mine' | 'pending'

export interface PageOptions {
  /** Default: the first node's. */
  readonly origin?: string
  readonly language?: 'en' | 'ko'
  readonly phone?: boolean
  readonly dark?: boolean
  /** A browser profile to share: tabs of one buyer. */
  readonly context?: BrowserContext
  /** Runs in the page before its own scripts. */
  readonly before?: () => void
  /** The network fails or answers 404 on purpose: the browser writes lines of its own. */
  readonly networkFaults?: boolean
}

/** One person's tab. */
export interface BuyerPage {
  readonly page: Page
  readonly context: BrowserContext
  /** Errors of the page and of the console, violations of the content security policy among them. */
  readonly problems: string[]
  readonly mySeats: Locator
  readonly notice: Locator
  /** Shows the whole hall, then clicks (phone: taps) a seat on the canvas. */
  tap(seat: number): Promise<void>
  /** Unfolds the list of all seats at a seat's row. */
  listRowOf(seat: number): Promise<void>
  /** When the list shows a seat so, ms of the machine's clock; its row must be unfolded. */
  whenListed(seat: number, look: SeatLook): Promise<number>
  /** When the page first has something that matches, ms of the machine's clock. */
  when(selector: string): Promise<number>
  /** What it says when it is first there: something that may be gone before a busy test looks. */
  saying(selector: string): Promise<string>
  /** The whole map as the list shows it, one digit a seat, mine as held. */
  readMap(): Promise<string>
  close(): Promise<void>
}

export const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } } as const

/** Opens a performance; resolves when its map is drawn and live. */
export async function openSale(system: RealSystem, sale: Sale, options: PageOptions = {}): Promise<BuyerPage> {
  const buyer = await openPage(system, `/p/${sale.id}`, options)
  const { page } = buyer
  await page.locator('.map-host canvas').waitFor({ state: 'attached', timeout: PATIENCE_MS })
  await page.locator('[data-connection="live"]').waitFor({ timeout: PATIENCE_MS })
  return { ...buyer, ...mapActions(page, sale, options) }
}

export type PlainPage = Pick<BuyerPage, 'page' | 'context' | 'problems' | 'when' | 'saying' | 'close'>

/** Opens any page. Nothing moves by itself (reduced motion), so that places on the canvas are known. */
export async function openPage(system: RealSystem, path: string, options: PageOptions = {}): Promise<PlainPage> {
  const context = options.context ?? (await newProfile(system, options))
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    if (options.networkFaults === true && /ERR_|WebSocket connection|status of 404/.test(message.text())) return
    if (!BROWSER_NOISE.test(message.text())) problems.push(`${message.text()} ${message.location().url}`)
  })
  if (options.before !== undefined) await page.addInitScript(options.before)
  await page.goto((options.origin ?? system.cluster.origin(0)) + path)
  return {
    page,
    context,
    problems,
    when: (selector) => later(firstSeen(page, selector).then(({ ms }) => ms)),
    saying: (selector) => later(firstSeen(page, selector).then(({ text }) => text)),
    close: () => (options.context === undefined ? context.close() : page.close()),
  }
}

/** SwiftShader's word on its own speed when a screenshot reads the canvas back. */
const BROWSER_NOISE = /GPU stall due to ReadPixels|GL Driver Message/

export function newProfile({ browser }: RealSystem, options: PageOptions = {}): Promise<BrowserContext> {
  return browser.newContext({
    viewport: options.phone === true ? SIZES.phone : SIZES.desktop,
    hasTouch: options.phone === true,
    isMobile: options.phone === true,
    locale: options.language === 'ko' ? 'ko-KR' : 'en-GB',
    timezoneId: 'Asia/Seoul',
    reducedMotion: 'reduce',
    colorScheme: options.dark === true ? 'dark' : 'light',
  })
}

function mapActions(page: Page, sale: Sale, { phone = false, language = 'en' }: PageOptions) {
  const { layout } = sale
  const { wholeHall } = WORDS[language].map
  const list = page.locator('#seat-list')
  const choose = (label: number, value: string) => list.locator('select').nth(label).selectOption(value)
  const unfold = async () => {
    const sheet = page.locator('.sheet-handle[aria-expanded="false"]')
    if (phone && (await sheet.count()) > 0) await sheet.tap()
    if (!(await list.evaluate((element) => (element as HTMLDetailsElement).open))) await list.locator('summary').click()
    await list.locator('select').first().waitFor()
  }
  /** Rows as the list has them: their option's value by label. */
  const rowOptions = () =>
    list
      .locator('select')
      .nth(1)
      .locator('option')
      .evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value))
  const shownRow = (label: string) => list.locator(`.row-seats[aria-label="${en.list.seatsOfRow(label)}"]`)

  return {
    mySeats: page.locator('.my-seats li'),
    notice: page.locator('.notice'),
    async tap(seat: number): Promise<void> {
      await page.getByRole('button', { name: wholeHall }).click()
      const at = await placeOfSeat(page, layout, seat)
      if (phone) await page.touchscreen.tap(at.x, at.y)
      else await page.mouse.click(at.x, at.y)
    },
    async listRowOf(seat: number): Promise<void> {
      await unfold()
      await choose(0, String(layout.seats.section[seat]))
      const row = layout.seats.row[seat] ?? ''
      const labels = await list.locator('select').nth(1).locator('option').allTextContents()
      await choose(1, String(labels.findIndex((label) => label.startsWith(`${en.seat.row(row)},`))))
      await shownRow(row).waitFor()
    },
    whenListed: (seat: number, look: SeatLook) =>
      later(firstSeen(page, `.list-seat.${look}[title^="${spokenName(sale, seat)},"]`).then(({ ms }) => ms)),
    async readMap(): Promise<string> {
      await unfold()
      const digits = Array.from(layout.seats.x, () => '?')
      for (const section of layout.sections) {
        await choose(0, String(section.id))
        for (const value of await rowOptions()) {
          await choose(1, value)
          const shown = await list
            .locator('.list-seat')
            .evaluateAll((buttons) =>
              buttons.map((button) => ({ name: button.getAttribute('title') ?? '', look: button.classList[1] ?? '' })),
            )
          for (const { name, look } of shown) {
            const seat = digits.findIndex((_, at) => name.startsWith(`${spokenName(sale, at)},`))
            digits[seat] = String(STATUS_OF_LOOK[look as SeatLook] ?? '?')
          }
        }
      }
      return digits.join('')
    },
  }
}

const WORDS = { en, ko }

const STATUS_OF_LOOK: Record<SeatLook, SeatStatus | undefined> = {
  available: 0,
  held: 1,
  mine: 1,
  sold: 2,
  blocked: 3,
  pending: undefined,
}

/** As the English client says it. */
function spokenName({ layout }: Sale, seat: number): string {
  const { sections, seats } = layout
  return en.seat.spoken(
    sections[seats.section[seat] ?? -1]?.name ?? '',
    seats.row[seat] ?? '',
    seats.number[seat] ?? '',
  )
}

/** The server's map at this moment. */
export async function serverMap(origin: string, { id }: Sale): Promise<string> {
  const response = await fetch(`${origin}/api/performances/${id}/snapshot`)
  if (!response.ok) throw new Error(`no snapshot: ${response.status}`)
  return ((await response.json()) as Snapshot).seats
}

/**
 * Observed inside the page, so that a busy test does not make the page look late. `timeOrigin` is the machine's clock
 * also where a test has bent the page's `Date`.
 */
function firstSeen(page: Page, selector: string): Promise<{ ms: number; text: string }> {
  return page.evaluate(
    ([wanted, patienceMs]) =>
      new Promise<{ ms: number; text: string }>((resolve, reject) => {
        const timer = setTimeout(() => {
          observer.disconnect()
          reject(new Error(`not seen within ${patienceMs} ms: ${wanted}`))
        }, patienceMs)
        const look = (): void => {
          const found = document.querySelector(wanted)
          if (found === null) return
          clearTimeout(timer)
          observer.disconnect()
          resolve({ ms: performance.timeOrigin + performance.now(), text: found.textContent })
        }
        const observer = new MutationObserver(look)
        observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
        look()
      }),
    [selector, PATIENCE_MS] as const,
  )
}

/** For what is awaited later, or never when the test has failed before. */
function later<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}
