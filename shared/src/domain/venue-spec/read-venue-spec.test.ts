import { fc } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { Faults } from '../faults.ts'
import { expandVenue } from './expand-venue.ts'
import { readVenueSpec } from './read-venue-spec.ts'

/** A valid spec that uses most fields. Fresh each time, so a test may break it. */
function spec() {
  return {
    name: 'Hall',
    unit: 'cm',
    seat: { pitch: 55, rowSpacing: 90 },
    categories: [
      { name: 'Stalls', color: '#aa0000' },
      { name: 'Balcony', color: '#00aa00' },
    ],
    sections: [
      {
        name: 'Stalls',
        at: [0, 500],
        category: 'Stalls',
        rows: { count: 4, seats: [8, 8, 9, 9], curve: 2_000, aisles: [{ after: 4, width: 100 }] },
        numbering: { seats: 'left-to-right', rows: 'letters', skipRows: ['B'] },
        categories: [{ rows: 'A-C', seats: '1-2', category: 'Balcony' }],
        accessible: [{ rows: 'A', seats: [1] }],
        missing: [{ rows: 'E', seats: 9 }],
      },
      {
        name: 'Box {n}',
        at: [-600, -700],
        repeat: { count: 2, step: [0, 400] },
        category: 'Balcony',
        boxes: { count: 2, seats: 2 },
      },
      { name: 'Ring {n}', category: 'Balcony', ring: { count: 6, size: [3_600, 3_600] }, rows: { count: 2 } },
    ] as Record<string, unknown>[],
    shapes: [{ kind: 'ellipse', at: [0, 0], size: [300, 200], stage: true }] as Record<string, unknown>[],
  }
}

function errorsOf(value: unknown) {
  const faults = new Faults()
  const read = readVenueSpec(faults, value)
  if (read !== undefined) expandVenue(faults, read)
  return faults.list()
}

test('the spec that the other tests break is right', () => {
  expect(errorsOf(spec())).toEqual([])
})

test('[V2] unknown fields are faults with a suggestion; a note is welcome everywhere', () => {
  const value = spec()
  Object.assign(value.sections[0] ?? {}, { rotatoin: 5, note: 'fine', colour: 1 })
  Object.assign(value.categories[0] ?? {}, { colr: '#fff', note: 'fine' })
  expect(errorsOf(value)).toEqual([
    { path: '/categories/0/colr', message: 'is not a field here (did you mean "color"?)' },
    { path: '/sections/0/rotatoin', message: 'is not a field here (did you mean "rotation"?)' },
    { path: '/sections/0/colour', message: 'is not a field here' },
  ])
})

test('[V2] names in Korean are of sections, categories and texts of the file, and keep their numbers', () => {
  const named = (ko: unknown) => errorsOf({ ...spec(), names: { ko } })
  const ko = { Stalls: '1층석', Balcony: '2층석', 'Box {n}': '박스 {n}' }
  expect(named(ko)).toEqual([])
  const faults = new Faults()
  const read = readVenueSpec(faults, { ...spec(), names: { ko } })
  expect(read && expandVenue(faults, read)?.names).toEqual({ ko })
  expect(named({ Stals: '1층석', 'Box {n}': '박스', Balcony: 7 })).toEqual([
    { path: '/names/ko/Stals', message: 'is no name and no text in this file (did you mean "Stalls"?)' },
    { path: '/names/ko/Box {n}', message: 'must contain {n}' },
    { path: '/names/ko/Balcony', message: 'must be text, is a number' },
  ])
  expect(errorsOf({ ...spec(), names: {} })[0]?.path).toBe('/names/ko')
})

test.for<[path: string, change: (value: ReturnType<typeof spec>) => void]>([
  ['/name', (value) => Object.assign(value, { name: '' })],
  ['/unit', (value) => Object.assign(value, { unit: 'm' })],
  ['/categories/2', (value) => Object.assign(value.categories, { 2: 'Stalls' })],
  ['/categories/2/name', (value) => Object.assign(value.categories, { 2: { name: 'Stalls', color: '#000000' } })],
  ['/categories/0/color', (value) => Object.assign(value.categories[0] ?? {}, { color: 'red; x' })],
  ['/seat/pitch', (value) => Object.assign(value.seat, { pitch: Infinity })],
  ['/sections', (value) => Object.assign(value, { sections: 'Stalls' })],
  ['/sections/0/category', (value) => Object.assign(value.sections[0] ?? {}, { category: 'Stals' })],
  ['/sections/0', (value) => Object.assign(value.sections[0] ?? {}, { boxes: { count: 1, seats: 1 } })],
  ['/sections/0/at', (value) => Object.assign(value.sections[0] ?? {}, { at: [1] })],
  ['/sections/0/rows/seats', (value) => Object.assign(value.sections[0]?.['rows'] ?? {}, { seats: [1, 2] })],
  ['/sections/0/rows/seats/3', (value) => Object.assign(value.sections[0]?.['rows'] ?? {}, { seats: [1, 2, 3, 4.5] })],
  ['/sections/0/rows/count', (value) => Object.assign(value.sections[0]?.['rows'] ?? {}, { count: 1e9, seats: 3 })],
  [
    '/sections/0/rows/seats/angle',
    (value) => Object.assign(value.sections[0]?.['rows'] ?? {}, { seats: { angle: 30 }, curve: undefined }),
  ],
  [
    '/sections/0/numbering/seats',
    (value) => Object.assign(value.sections[0] ?? {}, { numbering: { seats: 'leftwards', skipRows: ['B'] } }),
  ],
  ['/sections/0/accessible/0/rows', (value) => Object.assign(value.sections[0] ?? {}, { accessible: [{ rows: 'Z' }] })],
  [
    '/sections/0/accessible/0/seats',
    (value) => Object.assign(value.sections[0] ?? {}, { accessible: [{ seats: '3-x' }] }),
  ],
  ['/sections/0/missing/0', (value) => Object.assign(value.sections[0] ?? {}, { missing: [{ seats: 77 }] })],
  ['/sections/0/missing/0', (value) => Object.assign(value.sections[0] ?? {}, { missing: [{}] })],
  ['/sections/1/name', (value) => Object.assign(value.sections[1] ?? {}, { name: 'Box' })],
  ['/sections/1/name', (value) => Object.assign(value.sections[1] ?? {}, { name: 'Stalls', repeat: undefined })],
  ['/sections/2/rows/curve', (value) => Object.assign(value.sections[2] ?? {}, { rows: { count: 2, curve: 500 } })],
  ['/sections/2/ring/to', (value) => Object.assign(value.sections[2]?.['ring'] ?? {}, { from: 100, to: 90 })],
  ['/sections/2/at', (value) => Object.assign(value.sections[2] ?? {}, { at: [0, 0] })],
  ['/sections/2/rows', (value) => Object.assign(value.sections[2] ?? {}, { rows: { count: 2, seats: 400 } })],
  ['/shapes/0/kind', (value) => Object.assign(value.shapes[0] ?? {}, { kind: 'elipse' })],
  ['/shapes/0/size/1', (value) => Object.assign(value.shapes[0] ?? {}, { size: [5, -5] })],
  ['/shapes/0/fill', (value) => Object.assign(value.shapes[0] ?? {}, { fill: 'url(#x)' })],
])('[V2] the fault at %s is found, and only that', ([path, change]) => {
  const value = spec()
  change(value)
  expect(errorsOf(value).map((error) => error.path)).toEqual([path])
})

test('[V2] a venue of too many seats or rows is refused before they are made', () => {
  const many = (count: number, rows: object) => {
    const repeat = { count, step: [0, 100_000] }
    const value = { ...spec(), sections: [{ name: 'B{n}', at: [0, 0], repeat, category: 'Stalls', rows }] }
    return errorsOf(value)
  }
  expect(many(2, { count: 200, seats: 1_000 })).toMatchObject([
    { path: '/sections/0/rows', message: expect.stringContaining('more than 250000 seats') as string },
  ])
  expect(many(2_000, { count: 1_000, seats: 1 })).toEqual([
    { path: '/sections', message: 'more than 50000 rows: 2000000' },
  ])
})

test('[V2] any value put anywhere in a spec gives a layout or faults, never an exception', () => {
  const junk = fc.oneof(
    fc.anything(),
    fc.integer(),
    fc.double(),
    fc.constantFrom<unknown>(
      NaN,
      -1,
      0,
      1e308,
      '',
      '\0',
      'A-B',
      '{n}',
      null,
      undefined,
      [],
      {},
      [[]],
      ['A'],
      'Stalls',
      '__proto__',
    ),
  )
  fc.assert(
    fc.property(fc.array(fc.nat(11), { minLength: 1, maxLength: 6 }), junk, (path, value) => {
      const root: unknown = spec()
      let at = root
      for (const [depth, choice] of path.entries()) {
        const keys = typeof at === 'object' && at !== null ? Object.keys(at) : []
        const key = keys[choice % Math.max(1, keys.length)]
        if (key === undefined) break
        const holder = at as Record<string, unknown>
        if (depth === path.length - 1) holder[key] = value
        else at = holder[key]
      }
      for (const { path: where, message } of errorsOf(root)) expect(typeof where + typeof message).toBe('stringstring')
    }),
    { numRuns: 1_000 },
  )
})
