import { describe, expect, test } from 'vitest'
import { centredAt, planPoint, visibleBox } from './camera.ts'
import { viewOfSeats, viewOfSection } from './focus.ts'
import { SECTION_SEAT_PX } from './level-of-detail.ts'

const size = { width: 400, height: 400 }
const limits = { min: 0.01, max: 1 }
const seatSize = 50
const seats = { minX: 1_000, minY: 1_000, maxX: 1_200, maxY: 1_050 }
const frame = (k: number, x: number, y: number) => ({ view: centredAt(x, y, k, size), size, limits, seatSize })

describe('viewOfSeats', () => {
  test('does not move when the seats are seen well already', () => {
    const at = frame(0.5, 1_100, 1_100)
    expect(viewOfSeats(seats, at)).toBe(at.view)
  })

  test('only pans when the scale is readable and the seats are elsewhere', () => {
    const view = viewOfSeats(seats, frame(0.4, 9_000, 0))
    expect(view.k).toBe(0.4)
    expect(planPoint(view, 200, 200)[0]).toBeCloseTo(1_100)
  })

  test('zooms in from afar until numbers are readable, and out when the seats lie far apart', () => {
    expect(viewOfSeats(seats, frame(0.02, 0, 0)).k * seatSize).toBeGreaterThanOrEqual(20)
    const apart = { minX: 0, minY: 0, maxX: 5_000, maxY: 100 }
    const seen = visibleBox(viewOfSeats(apart, frame(0.5, 0, 0)), size)
    expect(seen.minX).toBeLessThan(0)
    expect(seen.maxX).toBeGreaterThan(5_000)
  })
})

describe('viewOfSection', () => {
  test('shows all of a section that fits', () => {
    const box = { minX: 0, minY: 0, maxX: 900, maxY: 600 }
    const seen = visibleBox(viewOfSection(box, null, frame(0.02, 0, 0)), size)
    expect(seen.minX).toBeLessThan(0)
    expect(seen.maxX).toBeGreaterThan(900)
  })

  test('of one too large for tappable seats shows the tapped part, without looking past its edge', () => {
    const box = { minX: 0, minY: 0, maxX: 10_000, maxY: 8_000 }
    const view = viewOfSection(box, [100, 4_000], frame(0.02, 0, 0))
    expect(view.k * seatSize).toBeGreaterThanOrEqual(SECTION_SEAT_PX)
    const seen = visibleBox(view, size)
    expect(seen.minX).toBeCloseTo(0)
    expect((seen.minY + seen.maxY) / 2).toBeCloseTo(4_000)
  })

  test('without a tapped place shows its middle', () => {
    const box = { minX: 0, minY: 0, maxX: 10_000, maxY: 8_000 }
    expect(planPoint(viewOfSection(box, null, frame(0.02, 0, 0)), 200, 200)[0]).toBeCloseTo(5_000)
  })
})
