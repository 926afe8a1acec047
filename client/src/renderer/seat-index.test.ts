import { describe, expect, test } from 'vitest'
import { createSeatIndex } from './seat-index.ts'

describe('nearest', () => {
  const seats = { x: [0, 10, 20], y: [0, 0, 0] }

  test('finds the nearer of two seats within reach', () => {
    expect(createSeatIndex(seats).nearest(6, 1, 22)).toBe(1)
    expect(createSeatIndex(seats).nearest(4, 1, 22)).toBe(0)
  })

  test('finds nothing beyond its reach', () => {
    expect(createSeatIndex(seats).nearest(10, 6, 5)).toBeNull()
    expect(createSeatIndex(seats).nearest(10, 4, 5)).toBe(1)
  })

  test('a layout without seats has none to find', () => {
    expect(createSeatIndex({ x: [], y: [] }).nearest(0, 0, 1e9)).toBeNull()
  })

  test('seed 3: of 2,000 seats it finds the same one as looking at all of them', () => {
    let state = 3
    const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
    const many = { x: Array.from({ length: 2_000 }, () => random() * 500), y: [] as number[] }
    many.y = many.x.map(() => random() * 500)
    const index = createSeatIndex(many)
    for (let round = 0; round < 200; round++) {
      const [x, y] = [random() * 500, random() * 500]
      const distances = many.x.map((seatX, seat) => Math.hypot(seatX - x, (many.y[seat] ?? 0) - y))
      const found = index.nearest(x, y, 1_000)
      expect(distances[found ?? -1]).toBeCloseTo(Math.min(...distances), 3)
    }
  })
})
