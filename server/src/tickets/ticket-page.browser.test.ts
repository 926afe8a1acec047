import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import type { OrderTickets } from '@seatcast/shared/protocol/ticket.ts'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium } from '../../test/support/chromium.ts'
import { storeOrder } from '../../test/support/stored-order.ts'
import { testApp, type TestApp } from '../../test/support/test-app.ts'
import { createTestSale } from '../../test/support/test-sale.ts'

let tested: TestApp
let browser: Browser
let address: string

beforeAll(async () => {
  tested = await testApp({ env: { TIME_ZONE: 'Asia/Seoul' } })
  const performanceId = await createTestSale(tested.databaseUrl, 16)
  const order = await storeOrder(tested.db, { performanceId, seats: [0, 1, 2, 3, 4], userId: randomUUID() })
  await tested.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = tested.app.server.address() as AddressInfo
  const url = `/api/orders/${order.id}/tickets?key=${order.key}`
  address = `http://127.0.0.1:${port}${(await tested.app.inject({ url })).json<OrderTickets>().pageUrl}`
  browser = await launchChromium()
})
afterAll(async () => {
  await browser.close()
  await tested.close()
})

/** What a page must be told in the browser's own words; it is measured there. */
const MEASURED = `(() => {
  const squares = [...document.querySelectorAll('svg')].map((code) => code.getBoundingClientRect())
  return {
    cards: document.querySelectorAll('article').length,
    border: getComputedStyle(document.querySelector('article')).borderStyle,
    widest: document.documentElement.scrollWidth - window.innerWidth,
    codePx: Math.min(...squares.map(({ width }) => width)),
    square: squares.every(({ width, height }) => Math.abs(width - height) < 1),
    outside: performance.getEntriesByType('resource').filter(({ name }) => !name.endsWith('/favicon.ico')).length,
    language: document.documentElement.lang,
  }
})()`

test.each([
  { where: 'on a phone', width: 360, height: 740, locale: 'ko-KR', language: 'ko' },
  { where: 'on a desk', width: 1280, height: 900, locale: 'en-GB', language: 'en' },
])('$where the policy lets the page be seen, in the language of the browser', async ({ width, height, ...wanted }) => {
  const page = await browser.newPage({ viewport: { width, height }, locale: wanted.locale })
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.goto(address)
  const measured = await page.evaluate<{ codePx: number; widest: number }>(MEASURED)
  expect(measured).toMatchObject({ cards: 5, border: 'solid', square: true, outside: 0, language: wanted.language })
  expect(measured.widest).toBeLessThanOrEqual(0)
  expect(measured.codePx).toBeGreaterThan(41 * 4) // four pixels a square: a scanner reads it from the screen
  expect(complaints.filter((text) => !text.includes('favicon'))).toEqual([])
  await page.close()
})

test('printed on A4 no ticket is cut by the end of a sheet', async () => {
  const page = await browser.newPage()
  await page.goto(address)
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1')
  const sheets = [...pdf.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)]
  expect(sheets.map(([, width, height]) => [Math.round(Number(width)), Math.round(Number(height))])).toEqual(
    sheets.map(() => [595, 842]),
  )
  await page.emulateMedia({ media: 'print' })
  const hidden = await page.evaluate(`getComputedStyle(document.querySelector('nav')).display`)
  const whole = await page.evaluate(`getComputedStyle(document.querySelector('article')).breakInside`)
  expect([hidden, whole]).toEqual(['none', 'avoid'])
  expect(sheets.length).toBeGreaterThan(1)
  await page.close()
})
