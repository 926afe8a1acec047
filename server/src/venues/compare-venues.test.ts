import type { Layout } from '@seatcast/shared/domain/layout.ts'
import { expect, test } from 'vitest'
import { compareVenues, describeDifferences } from './compare-venues.ts'
import { generateHall } from './generated-hall.ts'

const HALL = generateHall(200, 2)
const seat = (row: string, number: string) => ({ section: 'Block 1', row, number })

/** The hall with columns changed at one seat. */
function changed(index: number, values: Partial<Record<keyof Layout['seats'], unknown>>): Layout {
  const seats: Record<string, readonly unknown[]> = { ...HALL.seats }
  for (const [column, value] of Object.entries(values)) seats[column] = (seats[column] ?? []).with(index, value)
  return { ...HALL, seats: seats as unknown as Layout['seats'] }
}

function without(index: number): Layout {
  const columns = Object.entries(HALL.seats).map(([name, column]) => [name, column.toSpliced(index, 1)])
  return { ...HALL, seats: Object.fromEntries(columns) as Layout['seats'] }
}

test('a venue is the same as itself', () => {
  const differences = compareVenues(HALL, generateHall(200, 2))
  expect(differences.same).toBe(true)
  expect(describeDifferences(differences)).toEqual(['The venues are the same.'])
})

test('seats added and removed, moved, in another category, for wheelchairs', () => {
  expect(compareVenues(HALL, without(30)).seatsRemoved).toEqual([seat('B', '6')])
  expect(compareVenues(without(30), HALL).seatsAdded).toEqual([seat('B', '6')])
  const x = HALL.seats.x[30] ?? 0
  expect(compareVenues(HALL, changed(30, { x: x + 3 })).seatsMoved).toEqual([{ ...seat('B', '6'), by: 3 }])
  expect(compareVenues(HALL, changed(30, { x: x + 0.1 })).same).toBe(true)
  expect(compareVenues(HALL, changed(30, { category: 2 })).categoryChanged).toEqual([
    { ...seat('B', '6'), from: 'Front', to: 'Rear' },
  ])
  expect(compareVenues(HALL, changed(30, { accessible: 1 })).accessibleChanged).toEqual([
    { ...seat('B', '6'), accessible: true },
  ])
})

test('sections and categories by name, and colours', () => {
  const other: Layout = {
    ...HALL,
    sections: HALL.sections.map((section) => (section.id === 1 ? { ...section, name: 'Annex' } : section)),
    categories: HALL.categories.map((one) =>
      one.id === 3 ? { ...one, name: 'Gods' } : one.id === 0 ? { ...one, color: '#000000' } : one,
    ),
  }
  const differences = compareVenues(HALL, other)
  expect(differences).toMatchObject({
    sectionsAdded: ['Annex'],
    sectionsRemoved: ['Block 2'],
    categoriesAdded: ['Gods'],
    categoriesRemoved: ['Far'],
    categoriesRecoloured: ['Front'],
  })
  expect(describeDifferences(differences, 2)).toContain(
    '100 seats added: Annex row A seat 1; Annex row A seat 2, and 98 more',
  )
})

test('with guids on both sides a seat that got another number is renamed, not removed and added', () => {
  const guids = HALL.seats.x.map((_, index) => `guid-${index}`)
  const other = changed(30, { number: '6b' })
  expect(compareVenues(HALL, other, { a: guids, b: guids })).toMatchObject({
    seatsAdded: [],
    renamed: [{ ...seat('B', '6b'), was: seat('B', '6') }],
  })
  expect(compareVenues(HALL, other, { a: guids, b: null })).toMatchObject({
    seatsAdded: [seat('B', '6b')],
    seatsRemoved: [seat('B', '6')],
  })
})

test('seats that share a name are told apart by their order', () => {
  const same = changed(31, { number: '6' })
  expect(compareVenues(same, same).same).toBe(true)
})
