import { expect, test } from 'vitest'
import { shapeIn } from './block-shape.ts'
import { prepareHall, zoneOfSeats } from './hall.ts'
import type { Layout } from './layout.ts'

/** Three rows of ten behind each other, an aisle after the fifth seat of each; the last two seats of a row are of another zone. */
const COLUMNS = 10
const seats = Array.from({ length: 3 * COLUMNS }, (_, seat) => ({ row: Math.floor(seat / COLUMNS), x: seat % COLUMNS }))
const layout: Layout = {
  name: 'test',
  unit: 'cm',
  seatSize: 50,
  focus: [200, -300],
  sections: [{ id: 0, name: 'Stalls', outline: [] }],
  categories: [
    { id: 0, name: 'A', color: '#aa0000' },
    { id: 1, name: 'B', color: '#0000aa' },
  ],
  seats: {
    section: seats.map(() => 0),
    row: seats.map(({ row }) => String(row)),
    number: seats.map(({ x }) => String(x)),
    x: seats.map(({ x }) => x * 50),
    y: seats.map(({ row }) => row * 90),
    category: seats.map(({ x }) => (x > 7 ? 1 : 0)),
    accessible: seats.map(() => 0),
    next: seats.map(({ x }, seat) => (x === 4 || x === COLUMNS - 1 ? -1 : seat + 1)),
  },
  shapes: [],
}
const hall = prepareHall(layout, zoneOfSeats(layout, [{ categories: [0] }, { categories: [1] }]))

test.each([
  ['nobody has a seat', [], 'row', 0],
  ['one', [3], 'row', 1],
  ['neighbours, in whatever order they are named', [7, 5, 6], 'row', 1],
  ['3 and 2 behind', [0, 1, 2, 11, 12], 'two_rows', 2],
  ['2 and 2, half beside', [0, 1, 11, 12], 'apart', 2],
  ['two behind each other', [4, 14], 'two_rows', 2],
  ['an aisle between', [4, 5], 'apart', 2],
  ['a seat between', [0, 2], 'apart', 2],
  ['a row between', [0, 1, 20, 21], 'apart', 2],
  ['three rows', [0, 1, 10, 11, 20], 'apart', 3],
  ['another zone behind', [5, 6, 7, 17, 18], 'apart', 2],
] as const)('[A2, G5] %s', (_, named, shape, runs) => {
  expect(shapeIn(hall, [...named])).toEqual({ shape, runs })
})
