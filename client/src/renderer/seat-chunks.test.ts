import { describe, expect, test } from 'vitest'
import { layoutOf } from './layout-for-tests.ts'
import { CHUNK_SEATS_MAX, chunkSeats, DirtyRange } from './seat-chunks.ts'

describe('chunkSeats', () => {
  test('one chunk a section, each seat in exactly one', () => {
    const seats = [0, 1, 0, 1, 0].map((section, x) => ({ x, y: 0, section }))
    const sections = [0, 1, 2].map((id) => ({ id, name: String(id), outline: [] }))
    const chunks = chunkSeats(layoutOf(seats, { sections }))
    expect(chunks.map((chunk) => [chunk.section, [...chunk.seats]])).toEqual([
      [0, [0, 2, 4]],
      [1, [1, 3]],
    ])
  })

  test('a section too large for 16 bit indexes is cut into even parts', () => {
    const seats = Array.from({ length: CHUNK_SEATS_MAX * 2 + 5 }, (_, x) => ({ x, y: 0 }))
    const chunks = chunkSeats(layoutOf(seats))
    expect(chunks).toHaveLength(3)
    expect(Math.max(...chunks.map((chunk) => chunk.seats.length)) * 4).toBeLessThanOrEqual(65_536)
    expect(chunks.flatMap((chunk) => [...chunk.seats])).toEqual(seats.map((seat) => seat.x))
  })

  test('its box holds the seats with their size', () => {
    const seats = [
      { x: 5, y: 5 },
      { x: 25, y: 7 },
    ]
    const [chunk] = chunkSeats(layoutOf(seats, { seatSize: 2 }))
    expect(chunk?.box).toEqual({ minX: 3, minY: 3, maxX: 27, maxY: 9 })
  })
})

describe('DirtyRange', () => {
  test('is one range around all changes, and empty once taken', () => {
    const range = new DirtyRange()
    expect(range.take()).toBeNull()
    for (const slot of [7, 3, 5]) range.add(slot)
    expect(range.take()).toEqual({ start: 3, length: 5 })
    expect(range.empty).toBe(true)
    expect(range.take()).toBeNull()
  })

  test('the first slot alone counts', () => {
    const range = new DirtyRange()
    range.add(0)
    expect(range.take()).toEqual({ start: 0, length: 1 })
  })

  test('all slots swallow what was there', () => {
    const range = new DirtyRange()
    range.add(9)
    range.addAll(4)
    expect(range.take()).toEqual({ start: 0, length: 4 })
  })
})
