import { fc } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { Faults } from '../faults.ts'
import type { Layout } from '../layout.ts'
import { isInside } from '../outline.ts'
import { expandVenue } from './expand-venue.ts'
import { readVenueSpec } from './read-venue-spec.ts'

/** A spec of one section, over which the test's own fields are laid. */
function specOf(section: Record<string, unknown>, top: Record<string, unknown> = {}): Record<string, unknown> {
  const base = { name: 'Stalls', at: [0, 500], category: 'A', rows: { count: 3, seats: 6 } }
  return {
    name: 'Hall',
    categories: [
      { name: 'A', color: '#aa0000' },
      { name: 'B', color: '#0b0' },
    ],
    sections: [{ ...base, ...section }],
    ...top,
  }
}

function expand(spec: unknown): { layout: Layout | undefined; errors: readonly { path: string; message: string }[] } {
  const faults = new Faults()
  const read = readVenueSpec(faults, spec)
  const layout = read === undefined ? undefined : expandVenue(faults, read)
  return { layout, errors: faults.list() }
}

function layoutOf(section: Record<string, unknown>, top?: Record<string, unknown>): Layout {
  const { layout, errors } = expand(specOf(section, top))
  if (layout === undefined) throw new Error(JSON.stringify(errors))
  return layout
}

/** The printed numbers of one row, left to right on the drawing. */
function numbersOf({ seats }: Layout, row: string, section = 0): string[] {
  return seats.number
    .map((number, seat) => ({ number, seat }))
    .filter(({ seat }) => seats.row[seat] === row && seats.section[seat] === section)
    .toSorted((a, b) => (seats.x[a.seat] ?? 0) - (seats.x[b.seat] ?? 0))
    .map(({ number }) => number)
}

const rowLabels = ({ seats }: Layout) => [...new Set(seats.row)]

test('straight rows: centred before their place, front row first, at the pitch', () => {
  const { seats } = layoutOf({ rows: { count: 2, seats: 4, pitch: 50, spacing: 80 } }, { seat: { size: 40 } })
  expect(seats.x).toEqual([-75, -25, 25, 75, -75, -25, 25, 75])
  expect(seats.y).toEqual([500, 500, 500, 500, 580, 580, 580, 580])
  expect(seats.row).toEqual(['A', 'A', 'A', 'A', 'B', 'B', 'B', 'B'])
  expect(seats.next).toEqual([1, 2, 3, -1, 5, 6, 7, -1])
})

test('numbering: each direction, from a start, with numbers left out', () => {
  const numbers = (seats: string, more: object = {}) =>
    numbersOf(layoutOf({ numbering: { seats, ...more } }), 'A').join(' ')
  expect(numbers('left-to-right')).toBe('1 2 3 4 5 6')
  expect(numbers('right-to-left', { start: 101 })).toBe('106 105 104 103 102 101')
  expect(numbers('odd-left')).toBe('5 3 1 2 4 6')
  expect(numbers('odd-right')).toBe('6 4 2 1 3 5')
  expect(numbers('left-to-right', { start: 12, skip: [13] })).toBe('12 14 15 16 17 18')
  const odd = layoutOf({ rows: { count: 1, seats: 5 }, numbering: { seats: 'odd-left' } })
  expect(numbersOf(odd, 'A').join(' ')).toBe('5 3 1 2 4')
})

test('row labels: letters without some, beyond Z, numbers, a list, from the back', () => {
  const labels = (numbering: object, count = 3) =>
    rowLabels(layoutOf({ numbering, rows: { count, seats: 2 } })).join(' ')
  expect(labels({ skipRows: ['I', 'O'], firstRow: 'H' }, 8)).toBe('H J K L M N P Q')
  expect(labels({ firstRow: 'Y' }, 4)).toBe('Y Z AA AB')
  expect(labels({ firstRow: 'AA' })).toBe('AA AB AC')
  expect(labels({ rows: 'numbers', firstRow: 12, skipRows: [13] })).toBe('12 14 15')
  expect(labels({ rows: ['Front', 'Middle', 'Back'] })).toBe('Front Middle Back')
  expect(labels({ rowsFrom: 'back' })).toBe('C B A')
})

test('[A1] aisles from either end and from the middle part the row; the numbers run on', () => {
  const runs = (aisles: object[]) => {
    const { seats } = layoutOf({ rows: { count: 1, seats: 10, aisles } })
    return seats.next.map((next) => (next < 0 ? '|' : '-')).join('')
  }
  expect(runs([{ after: 3, width: 100 }])).toBe('--|------|')
  expect(runs([{ after: 3, from: 'right', width: 100 }])).toBe('------|--|')
  expect(
    runs([
      { after: 0, from: 'middle', width: 100 },
      { after: 2, from: 'middle', width: 100 },
    ]),
  ).toBe('----|-|--|')
  expect(runs([{ after: 10, width: 100 }])).toBe('---------|')
})

test('an aisle that would not part anybody is a fault', () => {
  const { errors } = expand(specOf({ rows: { count: 1, seats: 10, pitch: 60, aisles: [{ after: 3, width: 29 }] } }))
  expect(errors).toMatchObject([{ path: '/sections/0/rows/aisles/0/width' }])
})

test('rows of a list, growing, aligned, behind a cross aisle', () => {
  const { seats } = layoutOf(
    {
      rows: {
        count: 3,
        seats: { first: 2, grow: 1.5, max: 4 },
        pitch: 50,
        spacing: 100,
        align: 'left',
        crossAisles: [{ after: 2, width: 70 }],
      },
      numbering: { rows: 'numbers' },
    },
    { seat: { size: 40 } },
  )
  expect(seats.row.join('')).toBe('112223333')
  expect(seats.x.filter((_, i) => seats.number[i] === '1')).toEqual([-75, -75, -75])
  expect([...new Set(seats.y)]).toEqual([500, 600, 770])
})

test('missing seats leave their number and their gap', () => {
  const layout = layoutOf({ missing: [{ rows: 'A-B', seats: ['3', 4] }] })
  expect(numbersOf(layout, 'A')).toEqual(['1', '2', '5', '6'])
  expect(layout.seats.next.slice(0, 4)).toEqual([1, -1, 3, -1])
})

test('categories by rows and seats, the later entry wins; wheelchair places', () => {
  const { seats } = layoutOf({
    categories: [
      { rows: 'B-C', category: 'B' },
      { rows: ['C'], seats: '2-5', category: 'A' },
    ],
    accessible: [{ rows: 'A', seats: [1, '6'] }],
  })
  expect(seats.category.join('')).toBe('000000111111100001')
  expect(seats.accessible.join('')).toBe('100001000000000000')
})

test('boxes: loges beside each other, each a row of its own, numbered through its depth', () => {
  const layout = layoutOf({
    rows: undefined,
    boxes: { count: 2, seats: 2, deep: 2, gap: 100, label: 'Loge {n}' },
    numbering: { firstBox: 4 },
  })
  expect(rowLabels(layout)).toEqual(['Loge 4', 'Loge 5'])
  expect(layout.seats.number.join('')).toBe('12341234')
  expect(layout.seats.next).toEqual([1, -1, 3, -1, 5, -1, 7, -1])
})

test('repeat makes numbered sections; mirror makes the other side, with its numbers mirrored', () => {
  const layout = layoutOf({
    name: 'Block {n}',
    first: 7,
    at: [-2_000, 500],
    repeat: { count: 2, step: [0, 900] },
    mirror: { name: 'Mirrored {n}' },
  })
  expect(layout.sections.map(({ name }) => name)).toEqual(['Block 7', 'Mirrored 7', 'Block 8', 'Mirrored 8'])
  expect(numbersOf(layout, 'A', 0)).toEqual(['1', '2', '3', '4', '5', '6'])
  expect(numbersOf(layout, 'A', 1)).toEqual(['6', '5', '4', '3', '2', '1'])
  expect(layout.seats.x[0]).toBe(-(layout.seats.x[18] ?? 0))
})

const ring = fc.record({
  shape: fc.constantFrom('ellipse', 'rectangle'),
  size: fc.tuple(fc.integer({ min: 3_000, max: 9_000 }), fc.integer({ min: 3_000, max: 9_000 })),
  corner: fc.integer({ min: 300, max: 1_500 }),
  count: fc.integer({ min: 4, max: 24 }),
  gap: fc.integer({ min: 80, max: 200 }),
})

test('a ring: every section looks inwards, is filled, and lies on nobody else', () => {
  fc.assert(
    fc.property(ring, fc.integer({ min: 1, max: 12 }), (placing, count) => {
      const { layout, errors } = expand(specOf({ name: 'Block {n}', at: undefined, ring: placing, rows: { count } }))
      expect(errors).toEqual([])
      expect(layout?.sections).toHaveLength(placing.count)
      const { x, y, section, row } = layout?.seats ?? { x: [], y: [], section: [], row: [] }
      const firstRow = x.flatMap((at, seat) => (row[seat] === 'A' ? [Math.hypot(at, y[seat] ?? 0)] : []))
      const lastRow = x.flatMap((at, seat) => (row[seat] !== 'A' ? [Math.hypot(at, y[seat] ?? 0)] : []))
      if (lastRow.length > 0) expect(Math.max(...firstRow)).toBeLessThan(Math.max(...lastRow) + 1)
      expect(new Set(section).size).toBe(placing.count)
    }),
    { numRuns: 40 },
  )
})

test('a ring: left to right is as those see it who look inwards, and sections count clockwise', () => {
  const layout = layoutOf({ name: 'B{n}', at: undefined, ring: { count: 8, size: [4_000, 3_000] }, rows: { count: 3 } })
  const { number, next } = layout.seats
  next.forEach((right, seat) => {
    if (right >= 0) expect(Number(number[right])).toBe(Number(number[seat]) + 1)
  })
  expect(next.filter((right) => right < 0)).toHaveLength(24)
  const [first, second] = [layout.sections[0]?.outline[0] ?? [0, 0], layout.sections[1]?.outline[0] ?? [0, 0]]
  expect(first[0] * second[1] - first[1] * second[0]).toBeGreaterThan(0)
})

const sections = fc.record({
  count: fc.integer({ min: 1, max: 15 }),
  seats: fc.integer({ min: 1, max: 30 }),
  rotation: fc.integer({ min: -180, max: 180 }),
  curve: fc.option(fc.integer({ min: 1_500, max: 8_000 }), { nil: undefined }),
  stagger: fc.boolean(),
})

test('any section: all seats placed once, no two on each other, all inside the outline, coordinates to a tenth, repeatable', () => {
  fc.assert(
    fc.property(sections, ({ count, seats, rotation, curve, stagger }) => {
      const rows = { count, seats, stagger, ...(curve === undefined ? {} : { curve }) }
      const spec = specOf({ rotation, rows })
      const { layout, errors } = expand(spec)
      expect(errors).toEqual([])
      if (layout === undefined) return
      expect(layout.seats.x).toHaveLength(count * seats)
      const names = layout.seats.row.map((row, seat) => `${row}-${layout.seats.number[seat]}`)
      expect(new Set(names).size).toBe(names.length)
      layout.seats.x.forEach((x, seat) => {
        const y = layout.seats.y[seat] ?? 0
        expect(isInside([x, y], layout.sections[0]?.outline ?? [])).toBe(true)
        expect([x, y].map((value) => Math.round(value * 10) / 10)).toEqual([x, y])
      })
      expect(layout.seats.next.filter((next) => next >= 0)).toHaveLength(count * (seats - 1))
      expect(expand(spec).layout).toEqual(layout)
    }),
    { numRuns: 60 },
  )
})

test('[V2] seats on each other are a fault that names both', () => {
  const overlapping = { name: 'Circle', at: [20, 510], category: 'A', rows: { count: 1, seats: 2 } }
  const spec = specOf({})
  const { errors, layout } = expand({ ...spec, sections: [...(spec['sections'] as object[]), overlapping] })
  expect(layout).toBeUndefined()
  expect(errors).toEqual([
    {
      path: '/sections/1/name',
      message:
        'Stalls row A seat 3 and Circle row A seat 1 are 22 cm apart, a seat is 46.8 wide (and 3 more such pairs of these sections)',
    },
  ])
})

test('the focus: as given, else the front of the stage, else its middle when people sit around it', () => {
  const stage = (at: readonly number[]) => ({ shapes: [{ kind: 'rectangle', at, size: [800, 200], stage: true }] })
  expect(layoutOf({}).focus).toEqual([0, 0])
  expect(layoutOf({}, stage([0, 100])).focus).toEqual([0, 200])
  expect(layoutOf({}, { ...stage([0, 100]), focus: [5, 6] }).focus).toEqual([5, 6])
  const around = { name: 'B{n}', at: undefined, ring: { count: 4, size: [3_000, 3_000] }, rows: { count: 2 } }
  expect(layoutOf(around, stage([0, 0])).focus).toEqual([0, 0])
})
