import { type Faults, inside, type Place } from '../faults.ts'
import { type JsonRecord, own, readChoice, readList } from '../json-reader.ts'
import { readNumber, readOptional, readStrict, readText } from '../json-reader.ts'
import type { Point } from '../layout.ts'
import { ROWS_PER_SECTION_MAX, SECTIONS_MAX } from '../venue-limits.ts'
import { readBoxes, readRows, type RowsWithoutLabels, type SeatDefaults } from './read-rows.ts'
import { readSelections } from './read-selection.ts'
import { readPoint } from './read-shapes.ts'
import { readRowLabels } from './row-labels.ts'
import { sectionsMade } from './row-lines.ts'
import { type Numbering, type Position, type Ring, SEAT_ORDERS, type SectionSpec } from './venue-spec.ts'

export interface SectionContext {
  readonly defaults: SeatDefaults
  /** A category's place by its name. */
  readonly categoryOf: (value: unknown, place: Place) => number | undefined
}

const PLACING = ['at', 'rotation', 'repeat', 'ring', 'mirror', 'first'] as const
const FILLING = ['rows', 'boxes', 'numbering', 'categories', 'accessible', 'missing'] as const
const FIELDS = { required: ['name', 'category'], optional: [...PLACING, ...FILLING] } as const

export function readSection(
  faults: Faults,
  value: unknown,
  place: Place,
  { defaults, categoryOf }: SectionContext,
): SectionSpec | undefined {
  const record = readStrict(faults, value, place, FIELDS)
  if (record === undefined) return undefined
  const position = readPosition(faults, record, place)
  const faultsBefore = faults.count
  const rows = readRowsOrBoxes(faults, record, place, defaults, position?.kind === 'ring')
  const rowsAreRight = faults.count === faultsBefore
  const name = readText(faults, own(record, 'name'), inside(place, 'name'), { min: 1, max: 80 })
  const count = position === undefined ? 1 : sectionsMade({ position, mirror: null })
  if (name !== undefined && count > 1 && !name.includes('{n}'))
    faults.add(inside(place, 'name'), `must contain {n}, the number of the section: this entry makes ${count}`)
  const category =
    own(record, 'category') === undefined ? undefined : categoryOf(own(record, 'category'), inside(place, 'category'))
  const mirror = readOptional(record, 'mirror', place, null, (at, where) => readMirror(faults, at, where, count))
  const first = readOptional(record, 'first', place, 1, (at, where) =>
    readNumber(faults, at, where, { min: 0, max: 100_000, whole: true }),
  )
  if (rows === undefined || position === undefined || name === undefined || category === undefined) return undefined
  const { labels, numbering } = readNumbering(faults, record, place, rows)
  const known = rowsAreRight ? labels : null
  const none = () => ({})
  const selections = (key: string) =>
    readOptional(record, key, place, [], (at, where) => readSelections(faults, at, where, known, [], none))
  const categories = readOptional(record, 'categories', place, [], (list, where) =>
    readSelections(faults, list, where, known, ['category'], (entry, at) => {
      const chosen = categoryOf(own(entry, 'category'), inside(at, 'category'))
      return chosen === undefined ? undefined : { category: chosen }
    }),
  )
  const accessible = selections('accessible')
  const missing = selections('missing')
  return {
    place,
    name,
    first,
    position,
    mirror,
    rows: { ...rows, labels },
    numbering,
    category,
    categories,
    accessible,
    missing,
  }
}

function readRowsOrBoxes(
  faults: Faults,
  record: JsonRecord,
  place: Place,
  defaults: SeatDefaults,
  inRing: boolean,
): RowsWithoutLabels | undefined {
  const [rows, boxes] = [own(record, 'rows'), own(record, 'boxes')]
  if ((rows === undefined) === (boxes === undefined)) {
    faults.add(place, 'must have either rows or boxes')
    return undefined
  }
  if (boxes === undefined) return readRows(faults, rows, inside(place, 'rows'), defaults, inRing)
  if (inRing) faults.add(inside(place, 'boxes'), 'a ring has rows; make each box a section of the ring instead')
  return readBoxes(faults, boxes, inside(place, 'boxes'), defaults)
}

function readNumbering(
  faults: Faults,
  record: JsonRecord,
  place: Place,
  rows: RowsWithoutLabels,
): { labels: readonly string[]; numbering: Numbering } {
  const where = inside(place, 'numbering')
  const rowFields = rows.boxLabel === null ? ['rows', 'firstRow', 'skipRows', 'rowsFrom'] : ['firstBox']
  const fields = { required: [], optional: ['seats', 'start', 'skip', ...rowFields] }
  const given = own(record, 'numbering')
  const numbering = given === undefined ? {} : (readStrict(faults, given, where, fields) ?? {})
  const seats = readOptional(numbering, 'seats', where, 'left-to-right', (value, at) =>
    readChoice(faults, value, at, SEAT_ORDERS),
  )
  const whole = { min: 0, max: 100_000, whole: true }
  const start = readOptional(numbering, 'start', where, 1, (value, at) => readNumber(faults, value, at, whole))
  const skip = readOptional(numbering, 'skip', where, [], (value, at) =>
    (readList(faults, value, at, { max: 1_000 }) ?? []).flatMap(
      (n, i) => readNumber(faults, n, inside(at, i), whole) ?? [],
    ),
  )
  const odd = seats === 'odd-left' || seats === 'odd-right'
  if (odd && (start !== 1 || skip.length > 0)) faults.add(where, 'start and skip do not go with odd and even sides')
  const firstBox = readOptional(numbering, 'firstBox', where, 1, (value, at) => readNumber(faults, value, at, whole))
  const { boxLabel, count } = rows
  const labels =
    boxLabel === null
      ? readRowLabels(faults, numbering, where, count)
      : Array.from({ length: count }, (_, i) => boxLabel.replaceAll('{n}', String(firstBox + i)))
  return { labels, numbering: { seats, start, skip } }
}

function readPosition(faults: Faults, record: JsonRecord, place: Place): Position | undefined {
  const ring = own(record, 'ring')
  if (ring !== undefined) {
    for (const key of ['at', 'rotation', 'repeat'])
      if (own(record, key) !== undefined) faults.add(inside(place, key), 'does not go with a ring')
    const read = readRing(faults, ring, inside(place, 'ring'))
    return read === undefined ? undefined : { kind: 'ring', ...read }
  }
  const at = readPoint(faults, own(record, 'at'), inside(place, 'at'))
  const rotation = readOptional(record, 'rotation', place, 0, (value, where) => readNumber(faults, value, where, TURN))
  const once: Repeat = { count: 1, step: [0, 0], turn: 0 }
  const repeat = readOptional(record, 'repeat', place, once, (value, where) => readRepeat(faults, value, where))
  return at === undefined ? undefined : { kind: 'free', at, rotation, ...repeat }
}

const TURN = { min: -360, max: 360 }
const SIZE = { min: 100, max: 100_000 }

interface Repeat {
  readonly count: number
  readonly step: Point
  readonly turn: number
}

function readRepeat(faults: Faults, value: unknown, place: Place): Repeat | undefined {
  const record = readStrict(faults, value, place, { required: ['count', 'step'], optional: ['turn'] })
  if (record === undefined) return undefined
  const count = readNumber(faults, own(record, 'count'), inside(place, 'count'), {
    min: 1,
    max: SECTIONS_MAX,
    whole: true,
  })
  const step = readPoint(faults, own(record, 'step'), inside(place, 'step'))
  const turn = readOptional(record, 'turn', place, 0, (at, where) => readNumber(faults, at, where, TURN))
  return count === undefined || step === undefined ? undefined : { count, step, turn }
}

function readMirror(faults: Faults, value: unknown, place: Place, count: number): SectionSpec['mirror'] | undefined {
  const record = readStrict(faults, value, place, { required: ['name'], optional: ['axis'] })
  if (record === undefined) return undefined
  const name = readText(faults, own(record, 'name'), inside(place, 'name'), { min: 1, max: 80 })
  const axis = readOptional(record, 'axis', place, 0, (at, where) =>
    readNumber(faults, at, where, { min: -100_000, max: 100_000 }),
  )
  if (name !== undefined && count > 1 && !name.includes('{n}')) faults.add(inside(place, 'name'), 'must contain {n}')
  return name === undefined ? undefined : { name, axis }
}

function readRing(faults: Faults, value: unknown, place: Place): Ring | undefined {
  const optional = ['center', 'shape', 'corner', 'skip', 'from', 'to', 'gap']
  const record = readStrict(faults, value, place, { required: ['count', 'size'], optional })
  if (record === undefined) return undefined
  const count = readNumber(faults, own(record, 'count'), inside(place, 'count'), { min: 1, max: 500, whole: true })
  const size = readPoint(faults, own(record, 'size'), inside(place, 'size'), SIZE)
  if (count === undefined || size === undefined) return undefined
  const shape = readOptional(record, 'shape', place, 'ellipse', (at, where) =>
    readChoice(faults, at, where, ['ellipse', 'rectangle'] as const),
  )
  const half = Math.min(...size) / 2
  const number = (bounds: { min: number; max: number; whole?: boolean }) => (at: unknown, where: Place) =>
    readNumber(faults, at, where, bounds)
  const from = readOptional(record, 'from', place, 0, number(TURN))
  const to = readOptional(record, 'to', place, from + 360, number({ min: -360, max: 720 }))
  if (to <= from || to - from > 360) faults.add(inside(place, 'to'), `must be up to 360 more than from, ${from}`)
  const skip = readOptional(record, 'skip', place, [], (at, where) => {
    const list = readList(faults, at, where, { max: ROWS_PER_SECTION_MAX }) ?? []
    return list.flatMap((n, i) => number({ min: 1, max: count, whole: true })(n, inside(where, i)) ?? [])
  })
  return {
    shape,
    count,
    size,
    skip,
    from,
    to,
    center: readOptional(record, 'center', place, [0, 0], (at, where) => readPoint(faults, at, where)),
    corner: readOptional(record, 'corner', place, Math.min(500, half), number({ min: 100, max: half })),
    gap: readOptional(record, 'gap', place, 100, number({ min: 0, max: 10_000 })),
  }
}
