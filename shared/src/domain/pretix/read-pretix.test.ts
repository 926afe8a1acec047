import { fc } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { Faults, FAULTS_LISTED_MAX } from '../faults.ts'
import { planToLayout } from './plan-to-layout.ts'
import { readPretixPlan } from './read-pretix.ts'
import { isAccessibleName, isStageName, printedAs } from './pretix-words.ts'

/** A small valid plan: two rows of three, a wheelchair category, a stage. Fresh each time, so a test may break it. */
function plan() {
  const seat = (guid: string, number: string, x: number, category = 'Parkett') => ({
    seat_guid: guid,
    seat_number: number,
    position: { x, y: 0 },
    category,
  })
  return {
    name: 'Kleines Haus',
    size: { width: 400, height: 300 },
    categories: [
      { name: 'Parkett', color: '#3B82F6' },
      { name: 'Rollstuhl', color: '#10b981' },
    ] as Record<string, unknown>[],
    zones: [
      {
        name: 'Parkett',
        position: { x: 100, y: 100 },
        rows: [
          {
            row_number: 'A',
            position: { x: 10, y: 5 },
            seats: [seat('a1', '1', 0), seat('a2', '2', 25), seat('a3', '3', 50)],
          },
          {
            row_number: 'B',
            position: { x: 10, y: 35 },
            seats: [seat('b3', '3', 50), seat('b2', '2', 25), seat('b1', '1', 0, 'Rollstuhl')],
          },
        ] as Record<string, unknown>[],
        areas: [
          {
            shape: 'rectangle',
            position: { x: 0, y: -80 },
            rotation: 0,
            color: '#333',
            rectangle: { width: 100, height: 40 },
            text: { text: 'Bühne', position: { x: 50, y: 20 }, color: '#fff', size: 18 },
          },
        ] as Record<string, unknown>[],
      },
    ] as Record<string, unknown>[],
  }
}

function read(value: unknown) {
  const faults = new Faults()
  const readPlan = readPretixPlan(faults, value)
  return { errors: faults.list(), ...(readPlan === undefined ? {} : planToLayout(readPlan)) }
}

test('[V1] positions add up, sections are zones, neighbours come from geometry and not from the order in the file', () => {
  const { layout, guids, errors } = read(plan())
  expect(errors).toEqual([])
  expect(layout?.sections.map(({ name }) => name)).toEqual(['Parkett'])
  expect(layout?.seats.x).toEqual([110, 135, 160, 160, 135, 110])
  expect(layout?.seats.y).toEqual([105, 105, 105, 135, 135, 135])
  expect(layout?.seats.next).toEqual([1, 2, -1, -1, 3, 4])
  expect(guids).toEqual(['a1', 'a2', 'a3', 'b3', 'b2', 'b1'])
  expect(layout?.categories).toEqual([
    { id: 0, name: 'Parkett', color: '#3b82f6' },
    { id: 1, name: 'Rollstuhl', color: '#10b981' },
  ])
})

test('the focus is the front of the area named a stage; the guesses say so with their codes', () => {
  const { layout, guesses } = read(plan())
  expect(layout?.focus).toEqual([150, 60])
  expect(layout?.shapes[0]).toMatchObject({ kind: 'polygon', stage: true, fill: '#333' })
  expect(layout?.seats.accessible).toEqual([0, 0, 0, 0, 0, 1])
  expect(guesses?.map((guess) => guess.split(':')[0])).toEqual(['ACCESSIBLE_FROM_CATEGORY', 'FOCUS_FROM_STAGE'])
})

test('without a stage people look at the top middle; without colours, names and radii these are chosen and said', () => {
  const value = plan()
  value.zones[0] = { ...value.zones[0], areas: [], name: null }
  value.categories[0] = { name: 'Parkett' }
  const { layout, guesses } = read(value)
  expect(layout?.focus).toEqual([135, 105])
  expect(layout?.sections[0]?.name).toBe('Section 1')
  expect(layout?.categories[0]?.color).toMatch(/^#[0-9a-f]{6}$/)
  const codes = guesses?.map((guess) => guess.split(':')[0])
  expect(codes).toEqual(expect.arrayContaining(['FOCUS_FRONT_CENTRE', 'SECTION_NAMED', 'COLOR_CHOSEN']))
})

test('areas of every kind become shapes, turned clockwise about their position', () => {
  const value = plan()
  const at = { x: 10, y: 20 }
  value.zones[0] = {
    ...value.zones[0],
    areas: [
      {
        shape: 'polygon',
        position: at,
        rotation: 90,
        polygon: {
          points: [
            { x: 0, y: 0 },
            { x: 10, y: 0 },
            { x: 10, y: 5 },
          ],
        },
      },
      { shape: 'circle', position: at, circle: { radius: 7 }, border_color: 'red' },
      { shape: 'ellipse', position: at, rotation: 30, ellipse: { radius: { x: 8, y: 4 } } },
      { shape: 'text', position: at, text: { text: 'Bar', position: { x: 1, y: 2 }, color: 'url(http://x)', size: 9 } },
      { position: at, width: 30, height: 10, text: 'old plan' },
      { shape: 'spiral', position: at },
    ],
  }
  const { layout, guesses, errors } = read(value)
  expect(errors).toEqual([])
  expect(layout?.shapes).toEqual([
    {
      kind: 'polygon',
      points: [
        [110, 120],
        [110, 130],
        [105, 130],
      ],
    },
    { kind: 'ellipse', x: 110, y: 120, rx: 7, ry: 7, stroke: 'red' },
    { kind: 'ellipse', x: 110, y: 120, rx: 8, ry: 4, rotation: 30 },
    { kind: 'text', x: 111, y: 122, text: 'Bar', size: 9 },
    {
      kind: 'polygon',
      points: [
        [110, 120],
        [140, 120],
        [140, 130],
        [110, 130],
      ],
    },
    { kind: 'text', x: 110, y: 120, text: 'old plan', size: 16 },
  ])
  expect(guesses?.some((guess) => guess.startsWith('AREA_NOT_DRAWN'))).toBe(true)
})

test('[V2] every fault at once, each with its path', () => {
  const value = plan()
  const rows = value.zones[0]?.['rows'] as { seats: Record<string, unknown>[]; row_number?: unknown }[]
  Object.assign(rows[0]?.seats[0] ?? {}, { category: 'Rang' })
  Object.assign(rows[0]?.seats[1] ?? {}, { seat_guid: 'a3' })
  Object.assign(rows[1]?.seats[0] ?? {}, { position: { x: Infinity, y: '3' }, seat_number: 4 })
  delete rows[1]?.row_number
  delete value.zones[0]?.['position']
  expect(read(value).errors).toEqual([
    { path: '/zones/0/position', message: 'must be an object, is missing' },
    { path: '/zones/0/rows/0/seats/0/category', message: '"Rang" is not the name of a category' },
    { path: '/zones/0/rows/0/seats/2/seat_guid', message: '"a3" is also the seat_guid of /zones/0/rows/0/seats/1' },
    { path: '/zones/0/rows/1/row_number', message: 'must be text, is missing' },
    { path: '/zones/0/rows/1/seats/0/seat_number', message: 'must be text, is a number' },
    { path: '/zones/0/rows/1/seats/0/position/x', message: 'must be between -1000000 and 1000000, is Infinity' },
    { path: '/zones/0/rows/1/seats/0/position/y', message: 'must be a number, is text' },
  ])
})

test('[V2] no seats, and prototype names as categories, are faults', () => {
  expect(read({ name: 'x', zones: [], categories: [] }).errors).toEqual([
    { path: '/zones', message: 'no zone has a seat' },
  ])
  const value = plan()
  const rows = value.zones[0]?.['rows'] as { seats: Record<string, unknown>[] }[]
  Object.assign(rows[0]?.seats[0] ?? {}, { category: '__proto__' })
  Object.assign(rows[0]?.seats[1] ?? {}, { category: 'constructor' })
  expect(read(value).errors.map(({ path }) => path)).toEqual([
    '/zones/0/rows/0/seats/0/category',
    '/zones/0/rows/0/seats/1/category',
  ])
})

test('[V2] thousands of faults are bounded, and counted', () => {
  const value = plan()
  const rows = value.zones[0]?.['rows'] as { seats: unknown[] }[]
  if (rows[0] !== undefined) rows[0].seats = Array.from({ length: 1_500 }, () => ({}))
  const { errors } = read(value)
  expect(errors).toHaveLength(FAULTS_LISTED_MAX + 1)
  expect(errors.at(-1)).toEqual({ path: '', message: '5800 more errors are not listed' })
})

test('[V2] any value put anywhere in a plan gives a layout or faults, never an exception', () => {
  const anywhere = (path: readonly number[], junk: unknown): unknown => {
    const root: unknown = plan()
    let at = root
    for (const [depth, choice] of path.entries()) {
      const keys = typeof at === 'object' && at !== null ? Object.keys(at) : []
      const key = keys[choice % Math.max(1, keys.length)]
      if (key === undefined) return root
      const holder = at as Record<string, unknown>
      if (depth === path.length - 1) holder[key] = junk
      else at = holder[key]
    }
    return root
  }
  const junk = fc.oneof(
    fc.anything(),
    fc.constantFrom<unknown>(NaN, -Infinity, 1e308, '', '\0', '\uD800', null, undefined, [], {}, { x: 1 }, 'Parkett'),
  )
  fc.assert(
    fc.property(fc.array(fc.nat(7), { minLength: 1, maxLength: 9 }), junk, (path, value) => {
      const result = read(anywhere(path, value))
      expect('layout' in result).toBe(result.errors.length === 0)
      for (const { path: where } of result.errors) expect(where).toMatch(/^(\/.*)?$/s)
    }),
    { numRuns: 2_000 },
  )
})

test('names of stages, of wheelchair places and of rows in several languages', () => {
  const stages = [
    'Stage',
    'BÜHNE',
    'Bühne / Stage',
    'Main stage',
    'Scène',
    'Escenario',
    '무대',
    '舞台',
    'Сцена',
    'Leinwand',
  ]
  expect(stages.filter((text) => !isStageName(text))).toEqual([])
  expect(['Stage door', 'Backstage', 'Bar', '', 'Bühneneingang', '입구'].filter(isStageName)).toEqual([])
  const places = [
    'Wheelchair',
    'Rollstuhlplatz',
    'PMR',
    'Fauteuil roulant',
    '휠체어석',
    'Silla de ruedas',
    'Accessible',
  ]
  expect(places.filter((text) => !isAccessibleName(text))).toEqual([])
  expect(['Rollstuhl-Begleitung', 'Wheelchair companion', 'Parkett', 'Balcony'].filter(isAccessibleName)).toEqual([])
  expect([printedAs('4', 'Row %s'), printedAs('4', 'Tisch %s'), printedAs('4', null), printedAs('4', '%s열')]).toEqual([
    '4',
    'Tisch 4',
    '4',
    '4',
  ])
})
