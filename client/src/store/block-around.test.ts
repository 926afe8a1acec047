import { expect, test } from 'vitest'
import { layoutOf } from '../renderer/layout-for-tests.ts'
import { blockAround } from './block-around.ts'
import { SeatBook } from './seat-book.ts'

/** Row of nine, an aisle between 4 and 5; the last is of another zone. */
const layout = layoutOf(Array.from({ length: 9 }, (_, x) => ({ x, y: 0, next: x === 4 || x === 8 ? -1 : x + 1 })))
const categories = layout.seats.category.map((_, seat) => (seat === 8 ? 1 : 0))
const zone = { id: 'a', name: 'A', color: '#111111', price: 1, currency: 'KRW', categories: [0] }
const book = new SeatBook({ ...layout, seats: { ...layout.seats, category: categories } }, [
  zone,
  { ...zone, id: 'b', categories: [1] },
])
const free =
  (...taken: number[]) =>
  (seat: number) =>
    !taken.includes(seat)

test('the seat is as near to the middle of its block as the row allows', () => {
  expect(blockAround(book, 2, 3, free())).toEqual([1, 2, 3])
  expect(blockAround(book, 0, 3, free())).toEqual([0, 1, 2])
  expect(blockAround(book, 4, 4, free())).toEqual([1, 2, 3, 4])
})

test('[A2] a block never crosses an aisle, a zone or a taken seat', () => {
  expect(blockAround(book, 5, 4, free())).toBeNull()
  expect(blockAround(book, 7, 3, free())).toEqual([5, 6, 7])
  expect(blockAround(book, 1, 3, free(3))).toEqual([0, 1, 2])
  expect(blockAround(book, 1, 4, free(3))).toBeNull()
  expect(blockAround(book, 3, 1, free(3))).toBeNull()
})
