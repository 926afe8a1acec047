import { describe, expect, test } from 'vitest'
import { layoutOf } from './layout-for-tests.ts'
import { contains, labelWidth, sectionAt, sectionGeometries } from './section-geometry.ts'

const square = (left: number, top: number, side: number) =>
  [
    [left, top],
    [left + side, top],
    [left + side, top + side],
    [left, top + side],
  ] as const

/** A horseshoe, open below: its middle lies outside of it. */
const horseshoe = [
  [0, 0],
  [100, 0],
  [100, 100],
  [80, 100],
  [80, 20],
  [20, 20],
  [20, 100],
  [0, 100],
] as const

test('a polygon contains its inside only, also when it is bent', () => {
  expect(contains(horseshoe, 10, 90)).toBe(true)
  expect(contains(horseshoe, 50, 10)).toBe(true)
  expect(contains(horseshoe, 50, 60)).toBe(false)
  expect(contains(horseshoe, -1, 50)).toBe(false)
})

describe('sectionGeometries', () => {
  test('a label stands inside of a bent section, although its middle does not', () => {
    const arms = [5, 15, 85, 95].flatMap((x) => [30, 60, 90].map((y) => ({ x, y })))
    const layout = layoutOf(arms, { sections: [{ id: 0, name: 'U', outline: horseshoe }] })
    const [section] = sectionGeometries(layout, new Uint8Array(arms.length))
    expect(contains(horseshoe, section?.anchor[0] ?? 50, section?.anchor[1] ?? 50)).toBe(true)
    expect(section && labelWidth(section, 1)).toBeCloseTo(20)
  })

  test('a high label of a slanting section has less room than a low one', () => {
    const slanting = [
      [0, 0],
      [40, 0],
      [70, 60],
      [30, 60],
    ] as const
    const layout = layoutOf([{ x: 35, y: 30 }], { sections: [{ id: 0, name: 'A', outline: slanting }] })
    const [section] = sectionGeometries(layout, new Uint8Array(1))
    expect(section && labelWidth(section, 0)).toBeCloseTo(40)
    expect(section && labelWidth(section, 20)).toBeCloseTo(30)
    expect(section && labelWidth(section, 90)).toBe(0)
  })

  test('a section without an outline gets the box around its seats', () => {
    const seats = [
      { x: 0, y: 0 },
      { x: 40, y: 10 },
    ]
    const [section] = sectionGeometries(layoutOf(seats, { seatSize: 2 }), new Uint8Array(2))
    expect(section?.box).toEqual({ minX: -2, minY: -2, maxX: 42, maxY: 12 })
    expect(section?.outline).toHaveLength(4)
  })

  test('its zone is the one most of its seats are in', () => {
    const seats = [1, 2, 3, 4, 5].map((x) => ({ x, y: 0 }))
    const [section] = sectionGeometries(layoutOf(seats), Uint8Array.of(2, 7, 7, 2, 7))
    expect(section?.zone).toBe(7)
  })

  test('the name stands beyond the edge that faces away from the stage', () => {
    const layout = layoutOf([{ x: 0, y: 5 }], { sections: [{ id: 0, name: 'A', outline: square(-5, 0, 10) }] })
    const [section] = sectionGeometries({ ...layout, focus: [0, -50] }, new Uint8Array(1))
    expect(section?.edge[1]).toBeCloseTo(10)
    expect(section?.outward[1]).toBeGreaterThan(0.9)
  })
})

test('of overlapping sections the one drawn last is hit; beside all of them none', () => {
  const sections = [0, 5].map((left, id) => ({ id, name: String(id), outline: square(left, 0, 10) }))
  const geometries = sectionGeometries(layoutOf([], { sections }), new Uint8Array(0))
  expect(sectionAt(geometries, 2, 5)).toBe(0)
  expect(sectionAt(geometries, 7, 5)).toBe(1)
  expect(sectionAt(geometries, 30, 5)).toBeNull()
})

test('a label turns across the rows, never upside down, and stays in the middle of the depth', () => {
  const column = (right: number) =>
    [0, 1, 2].map((step) => ({ x: 0, y: step * right, next: step === 2 ? -1 : step + 1 }))
  const outline = [
    [-4, -3],
    [4, -3],
    [4, 3],
    [-4, 3],
  ] as const
  const turnedOf = (seats: Parameters<typeof layoutOf>[0]) =>
    sectionGeometries(layoutOf(seats, { sections: [{ id: 0, name: 'A', outline }] }), new Uint8Array(seats.length))[0]
      ?.turned
  for (const direction of [1, -1]) {
    const turned = turnedOf(column(direction))
    expect(turned?.angle).toBeCloseTo(0)
    expect(turned?.anchor[0]).toBeCloseTo(0)
  }
  const level = turnedOf([0, 1, 2].map((x) => ({ x, y: 0, next: x === 2 ? -1 : x + 1 })))
  expect(level?.angle).toBeCloseTo(-Math.PI / 2)
  expect(level?.labelHeight).toBeCloseTo(8)
})
