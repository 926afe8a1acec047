import { describe, expect, test } from 'vitest'
import {
  boxOfPoints,
  centredAt,
  clampView,
  FIT_PADDING,
  planPoint,
  scaleLimits,
  viewBetween,
  viewOfBox,
  visibleBox,
  zoomAround,
} from './camera.ts'
import { layoutOf } from './layout-for-tests.ts'
import { venueBox } from './venue-box.ts'

const venue = { minX: 0, minY: 0, maxX: 1_000, maxY: 500 }
const size = { width: 390, height: 844 }
const limits = scaleLimits(venue, size, 10)

describe('venueBox', () => {
  test('holds seats with their size, outlines, polygons, ellipses and captions', () => {
    const layout = layoutOf([{ x: 0, y: 0 }], {
      seatSize: 4,
      shapes: [
        { kind: 'ellipse', x: 50, y: 0, rx: 10, ry: 5 },
        { kind: 'text', x: 0, y: -30, text: 'Stage', size: 4 },
        {
          kind: 'polygon',
          points: [
            [0, 0],
            [-20, 40],
            [5, 5],
          ],
        },
      ],
    })
    expect(venueBox(layout)).toEqual({ minX: -20, minY: -30, maxX: 60, maxY: 40 })
  })

  test('of an empty layout is still a box one can divide by', () => {
    const box = venueBox(layoutOf([]))
    expect(box.maxX - box.minX).toBeGreaterThan(0)
  })
})

test('the whole venue fits between the paddings, in the middle', () => {
  const view = viewOfBox(venue, size, limits)
  expect(venue.maxX * view.k + view.x).toBeCloseTo(size.width - FIT_PADDING.phone.x)
  expect(venue.minX * view.k + view.x).toBeCloseTo(FIT_PADDING.phone.x)
  expect((venue.maxY / 2) * view.k + view.y).toBeCloseTo(size.height / 2)
})

test('the closest scale makes a seat a touch target of 44 px or more, whatever its unit', () => {
  for (const seatSize of [0.5, 10, 50]) {
    expect(scaleLimits(venue, size, seatSize).max * seatSize).toBeGreaterThanOrEqual(44)
  }
})

describe('clampView', () => {
  test('never goes below the whole venue nor above the closest scale', () => {
    expect(clampView({ k: 1e-9, x: 0, y: 0 }, venue, size, limits).k).toBe(limits.min)
    expect(clampView({ k: 1e9, x: 0, y: 0 }, venue, size, limits).k).toBe(limits.max)
  })

  test('keeps a part of the venue in view, however far one drags', () => {
    for (const k of [limits.min, limits.min * 1.01, 1, limits.max]) {
      for (const x of [-1e6, 0, 1e6]) {
        const seen = visibleBox(clampView({ k, x, y: -x }, venue, size, limits), size)
        expect(seen.maxX).toBeGreaterThan(venue.minX)
        expect(seen.minX).toBeLessThan(venue.maxX)
        expect(seen.maxY).toBeGreaterThan(venue.minY)
        expect(seen.minY).toBeLessThan(venue.maxY)
      }
    }
  })

  test('a view that is clamped already stays as it is', () => {
    const once = clampView({ k: 2, x: 5_000, y: -80_000 }, venue, size, limits)
    expect(clampView(once, venue, size, limits)).toEqual(once)
  })

  test('changes little between neighbouring scales: nothing jumps while zooming', () => {
    let before = clampView({ k: limits.min, x: 1e6, y: 1e6 }, venue, size, limits)
    for (let k = limits.min; k < limits.max; k *= 1.002) {
      const now = clampView({ k, x: 1e6, y: 1e6 }, venue, size, limits)
      expect(Math.abs(now.x - before.x)).toBeLessThan(12)
      before = now
    }
  })
})

test('zooming around a point leaves it where it is on screen', () => {
  const view = centredAt(400, 200, 1, size)
  const before = planPoint(view, 100, 700)
  const after = planPoint(zoomAround(view, 1.7, 100, 700, limits), 100, 700)
  expect(after[0]).toBeCloseTo(before[0])
  expect(after[1]).toBeCloseTo(before[1])
})

test('zooming at the limit does not move the view', () => {
  const view = centredAt(400, 200, limits.max, size)
  expect(zoomAround(view, 3, 10, 10, limits)).toEqual(view)
})

describe('viewBetween', () => {
  const from = centredAt(100, 100, 0.5, size)
  const to = centredAt(900, 300, 4, size)

  test('starts and ends exactly where it should', () => {
    expect(viewBetween(from, to, size, 0).x).toBeCloseTo(from.x)
    expect(viewBetween(from, to, size, 1)).toBe(to)
  })

  test('pans in a straight line when the scale does not change', () => {
    const half = viewBetween(from, centredAt(300, 500, 0.5, size), size, 0.5)
    expect(planPoint(half, size.width / 2, size.height / 2)[0]).toBeCloseTo(200)
    expect(planPoint(half, size.width / 2, size.height / 2)[1]).toBeCloseTo(300)
  })

  test('keeps one point of the screen still when the scale changes', () => {
    // The point at which both views show the same place.
    const fixedX = (from.x * to.k - to.x * from.k) / (to.k - from.k)
    const [planX] = planPoint(from, fixedX, 0)
    for (const t of [0.2, 0.5, 0.9]) expect(planPoint(viewBetween(from, to, size, t), fixedX, 0)[0]).toBeCloseTo(planX)
  })
})

test('the box of no points is empty, and one point is a box of no size', () => {
  expect(boxOfPoints([]).minX).toBe(Infinity)
  expect(boxOfPoints([[3, 4]])).toEqual({ minX: 3, minY: 4, maxX: 3, maxY: 4 })
})
