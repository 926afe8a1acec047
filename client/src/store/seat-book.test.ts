import type { Layout } from '@seatcast/shared/domain/layout.ts'
import { expect, test } from 'vitest'
import { SeatBook } from './seat-book.ts'
import { countAvailable } from './seat-counts.ts'

/** Two sections; section 0 has rows 2 and 10, section 1 a row 2; category 1 is in no zone. */
const layout: Layout = {
  name: 'hall',
  unit: 'cm',
  seatSize: 50,
  focus: [0, 0],
  sections: [
    { id: 0, name: 'Stalls', outline: [] },
    { id: 1, name: 'Circle', outline: [] },
  ],
  categories: [0, 1].map((id) => ({ id, name: `c${id}`, color: '#000000' })),
  seats: {
    section: [0, 0, 0, 1, 1],
    row: ['10', '2', '2', '2', '2'],
    number: ['1', '11', '9', '1', '2'],
    x: [0, 0, 0, 0, 0],
    y: [0, 0, 0, 0, 0],
    category: [0, 0, 0, 0, 1],
    accessible: [0, 1, 0, 0, 0],
    next: [-1, -1, -1, -1, -1],
  },
  shapes: [],
}
const zone = { id: 'a', name: 'A', color: '#111111', price: 1_250, currency: 'EUR', categories: [0] }
const book = new SeatBook(layout, [zone])
const numeric = (a: string, b: string): number => Number(a) - Number(b)

test('a seat is told by section, row, number, zone and whether it is accessible', () => {
  expect(book.facts(1)).toEqual({ seat: 1, section: 'Stalls', row: '2', number: '11', zone, accessible: true })
  expect(book.facts(4).zone).toBeNull()
})

test('sections and zones are called what the reader calls them; their prices and ids stay', () => {
  const korean = new SeatBook(layout, [zone], (name) => `한 ${name}`)
  expect(korean.facts(1)).toMatchObject({ section: '한 Stalls', zone: { ...zone, name: '한 A' } })
  expect(korean.total([0, 1])).toEqual({ amount: 2_500, currency: 'EUR' })
})

test('rows and seats stand in the order of their labels, section by section', () => {
  expect(book.rowsOf(0, numeric)).toEqual([
    { label: '2', seats: [2, 1] },
    { label: '10', seats: [0] },
  ])
  expect(book.rowsOf(1, numeric)).toEqual([{ label: '2', seats: [3, 4] }])
})

test('[A5] seats of one row are named together, of two rows apart, and rows of two sections never mix', () => {
  expect(book.byRow([1, 2, 3])).toEqual([
    { section: 'Stalls', row: '2', numbers: ['11', '9'] },
    { section: 'Circle', row: '2', numbers: ['1'] },
  ])
})

test('a total is the sum of minor units; seats without a price add nothing', () => {
  expect(book.total([0, 1, 4])).toEqual({ amount: 2_500, currency: 'EUR' })
  expect(book.total([4])).toBeNull()
})

test('only free seats with a price are counted, by zone and by section', () => {
  expect(countAvailable(Uint8Array.of(0, 1, 0, 2, 0), book)).toEqual({ total: 2, byZone: [2], bySection: [2, 0] })
  expect(book.capacity).toEqual([3, 2])
})
