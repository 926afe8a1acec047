import { fc } from '@fast-check/vitest'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import { Faults } from '../faults.ts'
import type { Layout } from '../layout.ts'
import { expandVenue } from '../venue-spec/expand-venue.ts'
import { readVenueSpec } from '../venue-spec/read-venue-spec.ts'
import { planToLayout } from './plan-to-layout.ts'
import { readPretixPlan } from './read-pretix.ts'
import { readMark, writeMark } from './seatcast-mark.ts'
import { writePretixPlan } from './write-pretix.ts'

/** The pretix schema: only its fields, and all that it requires. Source: pretix, seating-plan.schema.json. */
const closed = { additionalProperties: false }
const Position = Type.Object({ x: Type.Number(), y: Type.Number() }, closed)
const Seat = Type.Object(
  {
    seat_guid: Type.String(),
    seat_number: Type.String(),
    position: Position,
    category: Type.String(),
    radius: Type.Optional(Type.Integer()),
    uuid: Type.Optional(Type.String()),
  },
  closed,
)
const Row = Type.Object(
  {
    row_number: Type.String(),
    seats: Type.Array(Seat),
    row_number_position: Type.Enum(['start', 'end', 'both']),
    position: Position,
    uuid: Type.String(),
  },
  closed,
)
const Area = Type.Object(
  {
    shape: Type.Enum(['polygon', 'rectangle', 'ellipse', 'circle', 'text']),
    uuid: Type.String(),
    position: Position,
    rotation: Type.Number(),
    color: Type.Optional(Type.String()),
    border_color: Type.Optional(Type.String()),
    polygon: Type.Optional(Type.Object({ points: Type.Array(Position) }, closed)),
    ellipse: Type.Optional(Type.Object({ radius: Position }, closed)),
    text: Type.Optional(
      Type.Object(
        { text: Type.String(), position: Position, size: Type.Number(), color: Type.Optional(Type.String()) },
        closed,
      ),
    ),
  },
  closed,
)
const Plan = Type.Object(
  {
    name: Type.String(),
    size: Type.Object({ width: Type.Integer(), height: Type.Integer() }, closed),
    categories: Type.Array(Type.Object({ name: Type.String(), color: Type.String() }, closed)),
    zones: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          uuid: Type.String(),
          position: Position,
          rows: Type.Array(Row),
          areas: Type.Array(Area),
        },
        closed,
      ),
    ),
  },
  closed,
)

function layoutOf(spec: unknown): Layout {
  const faults = new Faults()
  const read = readVenueSpec(faults, spec)
  const layout = read === undefined ? undefined : expandVenue(faults, read)
  if (layout === undefined) throw new Error(JSON.stringify(faults.list()))
  return layout
}

function throughPretix(layout: Layout): { layout: Layout; guesses: readonly string[] } {
  const text = JSON.stringify(writePretixPlan(layout))
  const faults = new Faults()
  const plan = readPretixPlan(faults, JSON.parse(text))
  if (plan === undefined) throw new Error(JSON.stringify(faults.list()))
  return planToLayout(plan)
}

const shapes = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('rectangle'),
      at: fc.tuple(fc.integer({ min: -900, max: 900 }), fc.integer({ min: -900, max: 900 })),
      size: fc.tuple(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 900 })),
      rotation: fc.integer({ min: -180, max: 180 }),
      stage: fc.boolean(),
      fill: fc.constantFrom('#123456', 'red'),
    }),
    fc.record({
      kind: fc.constant('ellipse'),
      at: fc.tuple(fc.integer({ min: -900, max: 900 }), fc.double({ min: -900, max: 900, noNaN: true })),
      size: fc.tuple(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 900 })),
      stroke: fc.constant('#abcdef'),
      rotation: fc.integer({ min: -180, max: 180 }),
    }),
    fc.record({
      kind: fc.constant('text'),
      at: fc.tuple(fc.integer({ min: -900, max: 900 }), fc.integer({ min: -900, max: 900 })),
      text: fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.trim() !== ''),
      size: fc.integer({ min: 1, max: 200 }),
    }),
  ),
  { maxLength: 5 },
)

/** Specs of one to three sections of every kind, far enough apart. */
const specs = fc
  .record({
    pitch: fc.integer({ min: 40, max: 70 }),
    shapes,
    sections: fc.array(
      fc.record({
        curve: fc.option(fc.integer({ min: 2_000, max: 9_000 }), { nil: undefined }),
        rotation: fc.integer({ min: -180, max: 180 }),
        count: fc.integer({ min: 2, max: 8 }),
        seats: fc.integer({ min: 4, max: 20 }),
        order: fc.constantFrom('left-to-right', 'right-to-left', 'odd-left', 'odd-right'),
        boxes: fc.boolean(),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .map(({ pitch, shapes: drawn, sections }) => ({
    name: 'Any hall',
    seat: { pitch },
    categories: [
      { name: 'A', color: '#111111' },
      { name: 'B', color: '#222222' },
    ],
    shapes: drawn,
    sections: sections.map(({ curve, rotation, count, seats, order, boxes }, i) => ({
      name: `Part ${i}`,
      at: [i * 6_000, 700],
      rotation,
      category: 'A',
      numbering: { seats: order },
      accessible: [{ seats: '2' }],
      ...(boxes
        ? { boxes: { count, seats: 2, deep: 2 }, categories: [{ rows: 'Box 2', category: 'B' }] }
        : {
            rows: { count, seats, ...(curve === undefined ? {} : { curve }), aisles: [{ after: 2, width: 90 }] },
            categories: [{ rows: 'B', category: 'B' }],
          }),
    })),
  }))

test('[V1] a layout written as a pretix plan and read again is the same layout, without a guess', () => {
  fc.assert(
    fc.property(specs, (spec) => {
      const layout = layoutOf(spec)
      const again = throughPretix(layout)
      expect(again.layout).toEqual(layout)
      expect(again.guesses).toEqual([])
    }),
    { numRuns: 150 },
  )
})

test('[V1] what is written fits the pretix schema, and its seats lie on the canvas', () => {
  fc.assert(
    fc.property(specs, (spec) => {
      const plan: Static<typeof Plan> = JSON.parse(JSON.stringify(writePretixPlan(layoutOf(spec))))
      expect([...Value.Errors(Plan, plan)]).toEqual([])
      for (const zone of plan.zones) {
        for (const row of zone.rows) {
          for (const seat of row.seats) {
            const x = zone.position.x + row.position.x + seat.position.x
            const y = zone.position.y + row.position.y + seat.position.y
            expect(x > 0 && y > 0 && x < plan.size.width && y < plan.size.height).toBe(true)
          }
        }
      }
    }),
    { numRuns: 50 },
  )
})

test('wheelchair places get a category that pretix can see', () => {
  const layout = layoutOf({
    name: 'x',
    categories: [{ name: 'A', color: '#111111' }],
    sections: [{ name: 'S', at: [0, 0], category: 'A', rows: { count: 1, seats: 3 }, accessible: [{ seats: 1 }] }],
  })
  const plan = writePretixPlan(layout)
  expect(plan.categories.map(({ name }) => name)).toEqual(['A', 'A (wheelchair)'])
  expect(plan.zones[0]?.rows[0]?.seats.map(({ category }) => category)).toEqual(['A (wheelchair)', 'A', 'A'])
})

test('seats that share a name still get ids of their own, and quickly', () => {
  const layout = layoutOf({
    name: 'x',
    categories: [{ name: 'A', color: '#111111' }],
    sections: [{ name: 'S', at: [0, 0], category: 'A', rows: { count: 60, seats: 200 } }],
  })
  const same = layout.seats.number.map(() => '1')
  const plan = writePretixPlan({ ...layout, seats: { ...layout.seats, number: same, row: same } })
  const guids = plan.zones.flatMap((zone) => zone.rows.flatMap((row) => row.seats.map((seat) => seat.seat_guid)))
  expect(new Set(guids).size).toBe(12_000)
})

test('a seat moved out of its section in another editor gets a new outline around it', () => {
  const layout = layoutOf({
    name: 'x',
    categories: [{ name: 'A', color: '#111111' }],
    sections: [{ name: 'S', at: [0, 0], category: 'A', rows: { count: 2, seats: 3 } }],
  })
  const plan = structuredClone<unknown>(writePretixPlan(layout)) as {
    zones: { rows: { seats: { position: { x: number } }[] }[] }[]
  }
  const seat = plan.zones[0]?.rows[0]?.seats[0]
  if (seat !== undefined) seat.position.x -= 900
  const read = readPretixPlan(new Faults(), plan)
  const outline = read === undefined ? [] : (planToLayout(read).layout.sections[0]?.outline ?? [])
  expect(Math.min(...outline.map(([x]) => x))).toBeLessThan(-900)
})

test('a mark is read as it was written; anything else is no mark', () => {
  const mark = {
    unit: 'cm',
    seatSize: 46.8,
    focus: [-3.5, 100],
    origin: [20, -7],
    accessible: [
      [2, 0],
      [3, 1],
    ],
  } as const
  expect(readMark(writeMark(mark))).toEqual(mark)
  const named = { ...mark, names: { ko: { 'North {n}': '북측 {n}', 'The "Box"\n': '박스' } } }
  expect(readMark(writeMark(named))).toEqual(named)
  for (const book of ['{', '[]', '{"a":1}', '{"a":""}']) {
    expect(readMark(`${writeMark(mark)} names=${book}`)?.names?.ko ?? {}).toEqual({})
  }
  for (const text of [
    null,
    '',
    'seatcast:1',
    'seatcast:1 unit=cm seat=1..2 focus=1,2 origin=1,2 accessible=',
    'seatcast:1 unit=cm seat=0 focus=1,2 origin=1,2 accessible=',
  ])
    expect(readMark(text)).toBeNull()
})
