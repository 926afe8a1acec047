import type { Browser, CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchChromium } from '../../server/test/support/chromium.ts'
import { serveBench, type BenchServer } from './bench-server.ts'
import type { BenchPage } from './bench.ts'

declare global {
  interface Window {
    bench: BenchPage
  }
}

const SEATS = 2_000
let server: BenchServer
let browser: Browser

beforeAll(async () => {
  server = await serveBench()
  browser = await launchChromium()
})

afterAll(async () => {
  await browser.close()
  await server.close()
})

/** A page that shows a hall of SEATS seats; it fails on errors of the page, so also on violations of the policy. */
async function openHall(touch = false): Promise<{ page: Page; errors: string[]; close: () => Promise<void> }> {
  const viewport = touch ? { width: 390, height: 700 } : { width: 900, height: 600 }
  const context = await browser.newContext({ viewport, hasTouch: touch, deviceScaleFactor: 1 })
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  await page.goto(server.url)
  await page.waitForFunction(() => 'bench' in window)
  await page.evaluate(async (seats) => {
    // From a timer: code that the debugger evaluates is exempt from the policy as long as it has not returned.
    await new Promise((resolve) => setTimeout(resolve, 0))
    await window.bench.show(window.bench.syntheticHall(seats))
    await window.bench.frame()
  }, SEATS)
  return { page, errors, close: () => context.close() }
}

const middle = (page: Page) => {
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 }
  return { x: width / 2, y: height / 2 }
}

/** Brings a seat to the middle of the view. */
const focus = (page: Page, seat: number) =>
  page.evaluate(async (wanted) => {
    const map = window.bench.current()
    map?.fit()
    map?.zoomBy(0.01)
    map?.focusSeats([wanted])
    map?.zoomBy(4)
    await window.bench.frame()
    await window.bench.frame()
  }, seat)

const taps = (page: Page) => page.evaluate(() => window.bench.taps)
const frames = (page: Page) => page.evaluate(() => window.bench.current()?.stats().frames ?? -1)
const scale = (page: Page) => page.evaluate(() => window.bench.views.at(-1)?.scale ?? 0)
const settle = (page: Page) =>
  page.evaluate(async () => {
    await window.bench.frame()
    await window.bench.frame()
  })

/** The colour in the middle of the canvas, right after a draw. */
const colourInTheMiddle = async (page: Page): Promise<string> => {
  const { x, y } = middle(page)
  const image = await page.screenshot({ clip: { x: x - 1, y: y - 1, width: 2, height: 2 }, type: 'png' })
  return image.toString('base64')
}

describe('with a mouse', () => {
  test('a click on a seat reports it, a drag moves the view and reports nothing, a wheel zooms', async () => {
    const { page, errors, close } = await openHall()
    const { x, y } = middle(page)
    await focus(page, 700)
    await page.mouse.click(x, y)
    expect(await taps(page)).toEqual([{ kind: 'seat', seat: 700 }])
    expect(await page.evaluate(([atX, atY]) => window.bench.current()?.seatAt(atX, atY), [x, y] as const)).toBe(700)

    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + 60, y + 10, { steps: 4 })
    await page.mouse.up()
    expect(await taps(page)).toHaveLength(1)
    const moved = await page.evaluate(([atX, atY]) => window.bench.current()?.seatAt(atX, atY), [
      x + 60,
      y + 10,
    ] as const)
    expect(moved).toBe(700)

    const before = await scale(page)
    await page.mouse.wheel(0, 240)
    await settle(page)
    expect(await scale(page)).toBeLessThan(before)
    expect(errors).toEqual([])
    await close()
  })

  test('hovering tells the seat, and that it was left', async () => {
    const { page, close } = await openHall()
    await focus(page, 300)
    const { x, y } = middle(page)
    await page.mouse.move(x, y)
    await page.mouse.move(x, y - 250)
    await page.mouse.move(2, 2)
    const hovers = await page.evaluate(() => window.bench.hovers)
    expect(hovers[0]).toBe(300)
    expect(hovers.at(-1)).not.toBe(300)
    await close()
  })
})

describe('with fingers', () => {
  test('a tap from afar reports the section; focused, its seats can be tapped', async () => {
    const { page, close } = await openHall(true)
    const section = await page.evaluate(() => {
      const layout = window.bench.options()?.layout
      return layout?.seats.section[900] ?? -1
    })
    const place = await page.evaluate((seat) => window.bench.placeOf(seat), 900)
    await page.touchscreen.tap(place.x, place.y)
    expect(await taps(page)).toEqual([{ kind: 'section', section }])
    await page.evaluate((target) => window.bench.current()?.focusSection(target), section)
    await settle(page)
    const near = await page.evaluate((seat) => window.bench.placeOf(seat), 900)
    await page.touchscreen.tap(near.x + 2, near.y + 2)
    expect((await taps(page)).at(-1)).toEqual({ kind: 'seat', seat: 900 })
    await close()
  })

  test('a pinch zooms and taps nothing', async () => {
    const { page, close } = await openHall(true)
    const before = await scale(page)
    await pinch(await page.context().newCDPSession(page), middle(page))
    await settle(page)
    expect(await scale(page)).toBeGreaterThan(before * 1.5)
    expect(await taps(page)).toEqual([])
    await close()
  })
})

async function pinch(session: CDPSession, { x, y }: { x: number; y: number }): Promise<void> {
  const fingers = (spread: number) => [
    { x: x - spread, y, id: 1 },
    { x: x + spread, y, id: 2 },
  ]
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: fingers(30) })
  for (const spread of [40, 60, 80, 100]) {
    await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: fingers(spread) })
  }
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
}

describe('drawing', () => {
  test('nothing runs while nothing changes, and many changes are one frame', async () => {
    const { page, close } = await openHall()
    await settle(page)
    const asked = await page.evaluate(async () => {
      const original = window.requestAnimationFrame.bind(window)
      let count = 0
      window.requestAnimationFrame = (callback) => {
        count++
        return original(callback)
      }
      await new Promise((resolve) => setTimeout(resolve, 400))
      window.requestAnimationFrame = original
      return count
    })
    expect(asked).toBe(0)
    const before = await frames(page)
    await page.evaluate(() => {
      for (let seat = 0; seat < 50; seat++) window.bench.current()?.seatsChanged([seat])
      window.bench.current()?.setMine([1])
    })
    await settle(page)
    expect(await frames(page)).toBe(before + 1)
    await close()
  })

  test('a changed status is drawn, a change out of view when it comes into view', async () => {
    const { page, close } = await openHall()
    const set = (seat: number, status: number) =>
      page.evaluate(
        ([which, value]) => {
          const statuses = window.bench.options()?.statuses
          if (statuses) statuses[which] = value
          window.bench.current()?.seatsChanged([which])
        },
        [seat, status] as const,
      )
    await set(500, 0)
    await focus(page, 500)
    const available = await colourInTheMiddle(page)
    await set(500, 3)
    await settle(page)
    const blocked = await colourInTheMiddle(page)
    expect(blocked).not.toBe(available)
    await focus(page, 1_500)
    await set(500, 0)
    await settle(page)
    await focus(page, 500)
    expect(await colourInTheMiddle(page)).toBe(available)
    await close()
  })

  test('after the GPU was lost and came back the same picture is there', async () => {
    const { page, errors, close } = await openHall()
    await focus(page, 800)
    await page.evaluate(() => window.bench.current()?.setMine([801, 802]))
    await settle(page)
    const before = (await page.screenshot()).toString('base64')
    await page.evaluate(async () => {
      const gl = document.querySelector('canvas')?.getContext('webgl2')
      const loss = gl?.getExtension('WEBGL_lose_context')
      loss?.loseContext()
      await new Promise((resolve) => setTimeout(resolve, 60))
      window.bench.current()?.seatsChanged('all')
      await window.bench.frame()
      loss?.restoreContext()
      await new Promise((resolve) => setTimeout(resolve, 200))
      await window.bench.frame()
    })
    expect((await page.screenshot()).toString('base64')).toBe(before)
    expect(errors).toEqual([])
    await close()
  })

  test('it follows its host and stays fitted; destroyed maps leave nothing behind', async () => {
    const { page, errors, close } = await openHall()
    const before = await scale(page)
    await page.setViewportSize({ width: 450, height: 300 })
    await settle(page)
    await settle(page)
    expect(await scale(page)).toBeCloseTo(before / 2, 1)
    // More maps than a browser keeps contexts.
    const canvases = await page.evaluate(async () => {
      const layout = window.bench.syntheticHall(300)
      for (let round = 0; round < 20; round++) await window.bench.show(layout)
      const shown = document.querySelectorAll('canvas').length
      window.bench.current()?.destroy()
      await window.bench.frame()
      return [shown, document.querySelectorAll('canvas').length]
    })
    expect(canvases).toEqual([1, 0])
    expect(errors).toEqual([])
    await close()
  })
})
