import { type Faults, inside, type Place } from '../faults.ts'
import { isRecord, type JsonRecord, own, readBoolean, readChoice } from '../json-reader.ts'
import { readList, readNumber, readOptional, readStrict, readText } from '../json-reader.ts'
import { COORDINATE_MAX, ROWS_PER_SECTION_MAX, SEATS_PER_ROW_MAX } from '../venue-limits.ts'
import type { Aisle, RowsSpec, SeatCount } from './venue-spec.ts'

/** What a section may leave out because the venue says it for all. */
export interface SeatDefaults {
  readonly pitch: number
  readonly rowSpacing: number
  readonly size: number
}

const LENGTH = { min: 0, max: COORDINATE_MAX }
export const PITCH = { min: 20, max: 1_000 }
const COUNT = { min: 1, max: ROWS_PER_SECTION_MAX, whole: true }
const SEATS = { min: 0, max: SEATS_PER_ROW_MAX, whole: true }

/** All of `RowsSpec` but the labels, which need the numbering. */
export type RowsWithoutLabels = Omit<RowsSpec, 'labels'> & { readonly count: number; readonly boxLabel: string | null }

const ROW_FIELDS = ['pitch', 'spacing', 'curve', 'align', 'stagger', 'aisles', 'crossAisles']

export function readRows(
  faults: Faults,
  value: unknown,
  place: Place,
  defaults: SeatDefaults,
  inRing: boolean,
): RowsWithoutLabels | undefined {
  const optional = inRing ? [...ROW_FIELDS, 'seats'] : ROW_FIELDS
  const record = readStrict(faults, value, place, { required: inRing ? ['count'] : ['count', 'seats'], optional })
  if (record === undefined) return undefined
  const count = readNumber(faults, own(record, 'count'), inside(place, 'count'), COUNT) ?? 1
  const { pitch, spacing, curve } = readMeasures(faults, record, place, defaults)
  if (inRing && curve !== null) faults.add(inside(place, 'curve'), 'a ring already says how its rows bend')
  return {
    count,
    boxLabel: null,
    seats: readSeatCount(faults, own(record, 'seats'), inside(place, 'seats'), count, curve !== null, inRing),
    pitch,
    depths: readDepths(faults, record, place, count, spacing),
    curve,
    align: readOptional(record, 'align', place, 'middle', (at, where) =>
      readChoice(faults, at, where, ['left', 'middle', 'right'] as const),
    ),
    stagger: readOptional(record, 'stagger', place, false, (at, where) => readBoolean(faults, at, where)),
    aisles: readOptional(record, 'aisles', place, [], (at, where) => readAisles(faults, at, where, pitch)),
    boxes: null,
  }
}

/** Boxes: loges side by side, each of a few rows. The box is the printed row. */
export function readBoxes(
  faults: Faults,
  value: unknown,
  place: Place,
  defaults: SeatDefaults,
): RowsWithoutLabels | undefined {
  const fields = { required: ['count', 'seats'], optional: ['deep', 'gap', 'label', 'pitch', 'spacing', 'curve'] }
  const record = readStrict(faults, value, place, fields)
  if (record === undefined) return undefined
  const count = readNumber(faults, own(record, 'count'), inside(place, 'count'), COUNT) ?? 1
  const seats = readNumber(faults, own(record, 'seats'), inside(place, 'seats'), { min: 1, max: 50, whole: true }) ?? 1
  const deep = readOptional(record, 'deep', place, 1, (at, where) =>
    readNumber(faults, at, where, { min: 1, max: 20, whole: true }),
  )
  const { pitch, spacing, curve } = readMeasures(faults, record, place, defaults)
  const gap = readOptional(record, 'gap', place, pitch, (at, where) => readNumber(faults, at, where, LENGTH))
  if (gap < pitch / 2) faults.add(inside(place, 'gap'), narrow(pitch))
  const label = readOptional(record, 'label', place, 'Box {n}', (at, where) => readText(faults, at, where, { max: 30 }))
  if (!label.includes('{n}')) faults.add(inside(place, 'label'), 'must contain {n}, the number of the box')
  return {
    count,
    boxLabel: label,
    seats: { kind: 'list', list: Array.from<number>({ length: deep }).fill(seats) },
    pitch,
    depths: Array.from({ length: deep }, (_, i) => i * spacing),
    curve,
    align: 'middle',
    stagger: false,
    aisles: [],
    boxes: { count, deep, gap },
  }
}

function readMeasures(faults: Faults, record: JsonRecord, place: Place, defaults: SeatDefaults) {
  const number = (bounds: { min: number; max: number }) => (value: unknown, at: Place) =>
    readNumber(faults, value, at, bounds)
  const pitch = readOptional(record, 'pitch', place, defaults.pitch, number(PITCH))
  if (pitch < defaults.size) faults.add(inside(place, 'pitch'), `must be at least the seat's size, ${defaults.size}`)
  const spacing = readOptional(record, 'spacing', place, defaults.rowSpacing, number(PITCH))
  const curve = own(record, 'curve')
  const radius = curve === undefined ? null : number({ min: 100, max: COORDINATE_MAX })(curve, inside(place, 'curve'))
  return { pitch, spacing, curve: radius ?? null }
}

function readSeatCount(
  faults: Faults,
  value: unknown,
  place: Place,
  count: number,
  curved: boolean,
  inRing: boolean,
): SeatCount {
  if (value === undefined) return inRing ? { kind: 'fit' } : { kind: 'list', list: [] }
  if (Array.isArray(value)) {
    if (value.length !== count)
      faults.add(place, `must have one number for each of the ${count} rows, has ${value.length}`)
    const list = value.slice(0, count).map((seats, i) => readNumber(faults, seats, inside(place, i), SEATS) ?? 0)
    return { kind: 'list', list }
  }
  if (!isRecord(value)) {
    const seats = readNumber(faults, value, place, SEATS) ?? 0
    return { kind: 'list', list: Array.from<number>({ length: count }).fill(seats) }
  }
  if (Object.hasOwn(value, 'angle')) return readAngle(faults, value, place, curved)
  return { kind: 'list', list: readGrowing(faults, value, place, count) }
}

function readAngle(faults: Faults, value: JsonRecord, place: Place, curved: boolean): SeatCount {
  const record = readStrict(faults, value, place, { required: ['angle'], optional: [] }) ?? value
  if (!curved) faults.add(inside(place, 'angle'), 'only curved rows have an angle: give "curve" too')
  const degrees = readNumber(faults, own(record, 'angle'), inside(place, 'angle'), { min: 1, max: 340 }) ?? 1
  return { kind: 'angle', degrees }
}

function readGrowing(faults: Faults, value: JsonRecord, place: Place, count: number): number[] {
  const record = readStrict(faults, value, place, { required: ['first', 'grow'], optional: ['max', 'min'] }) ?? value
  const first = readNumber(faults, own(record, 'first'), inside(place, 'first'), SEATS) ?? 0
  const grow = readNumber(faults, own(record, 'grow'), inside(place, 'grow'), { min: -100, max: 100 }) ?? 0
  const bound = (value2: unknown, at: Place) => readNumber(faults, value2, at, SEATS)
  const max = readOptional(record, 'max', place, SEATS_PER_ROW_MAX, bound)
  const min = readOptional(record, 'min', place, 0, bound)
  return Array.from({ length: count }, (_, i) => Math.max(min, Math.min(max, Math.floor(first + grow * i))))
}

function readAisles(faults: Faults, value: unknown, place: Place, pitch: number): Aisle[] {
  const list = readList(faults, value, place, { max: 50 }) ?? []
  return list.flatMap((item, i) => {
    const where = inside(place, i)
    const aisle = readStrict(faults, item, where, { required: ['after', 'width'], optional: ['from'] })
    if (aisle === undefined) return []
    const from = readOptional(aisle, 'from', where, 'left', (at, here) =>
      readChoice(faults, at, here, ['left', 'middle', 'right'] as const),
    )
    const low = from === 'middle' ? -SEATS_PER_ROW_MAX : 1
    const after = readNumber(faults, own(aisle, 'after'), inside(where, 'after'), { ...SEATS, min: low })
    const width = readNumber(faults, own(aisle, 'width'), inside(where, 'width'), { min: 0, max: 10_000 })
    if (width !== undefined && width < pitch / 2) faults.add(inside(where, 'width'), narrow(pitch))
    return after === undefined || width === undefined ? [] : [{ after, from, width }]
  })
}

function narrow(pitch: number): string {
  return `must be at least half a seat, ${pitch / 2}: those on both sides of a narrower one still sit together`
}

/** Front row 0; a cross aisle after the k-th row moves all rows behind it. */
function readDepths(faults: Faults, record: JsonRecord, place: Place, count: number, spacing: number): number[] {
  const depths = Array.from({ length: count }, (_, i) => i * spacing)
  const value = own(record, 'crossAisles')
  if (value === undefined) return depths
  const where = inside(place, 'crossAisles')
  const list = readList(faults, value, where, { max: 50 }) ?? []
  list.forEach((item, i) => {
    const at = inside(where, i)
    const cross = readStrict(faults, item, at, { required: ['after', 'width'], optional: [] })
    if (cross === undefined) return
    const last = Math.max(1, count - 1)
    const after = readNumber(faults, own(cross, 'after'), inside(at, 'after'), { min: 1, max: last, whole: true })
    const width = readNumber(faults, own(cross, 'width'), inside(at, 'width'), { min: 0, max: 10_000 })
    if (after === undefined || width === undefined) return
    for (let row = after; row < count; row++) depths[row] = (depths[row] ?? 0) + width
  })
  return depths
}
