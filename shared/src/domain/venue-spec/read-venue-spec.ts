import { hexColor } from '../colour.ts'
import { type Faults, inside, type Place, ROOT } from '../faults.ts'
import { didYouMean, type JsonRecord, own, readChoice, readList } from '../json-reader.ts'
import { readNumber, readOptional, readStrict, readText } from '../json-reader.ts'
import { toTenth } from '../outline.ts'
import { CATEGORIES_MAX, SECTIONS_MAX } from '../venue-limits.ts'
import { PITCH, type SeatDefaults } from './read-rows.ts'
import { readSection } from './read-section.ts'
import { readNames } from './read-names.ts'
import { readPoint, readShapes } from './read-shapes.ts'
import type { VenueSpec } from './venue-spec.ts'

/** Seat pitch and row spacing where the spec gives none, cm. Source: what theatres commonly have, as far as known to us. */
const PITCH_DEFAULT = 55
const ROW_SPACING_DEFAULT = 90
/** A seat's drawn diameter as a share of its pitch. Source: a guess that looks right. */
const SIZE_OF_PITCH = 0.85

/** Reads a parsed venue spec strictly: every fault, unknown fields included, is added; the answer is then undefined. */
export function readVenueSpec(faults: Faults, value: unknown): VenueSpec | undefined {
  const fields = {
    required: ['name', 'categories', 'sections'],
    optional: ['unit', 'seat', 'focus', 'shapes', 'names'],
  }
  const record = readStrict(faults, value, ROOT, fields)
  if (record === undefined) return undefined
  const name = readText(faults, own(record, 'name'), inside(ROOT, 'name'), { min: 1 })
  readOptional(record, 'unit', ROOT, 'cm', (unit, place) => readChoice(faults, unit, place, ['cm'] as const))
  const defaults = readSeatDefaults(faults, record)
  const categories = readCategories(faults, record)
  const categoryOf = categoryFinder(
    faults,
    categories.map((category) => category.name),
  )
  const where = inside(ROOT, 'sections')
  const list = readList(faults, own(record, 'sections'), where, { min: 1, max: SECTIONS_MAX }) ?? []
  const sections = list.flatMap(
    (section, i) => readSection(faults, section, inside(where, i), { defaults, categoryOf }) ?? [],
  )
  const shapes = readOptional(record, 'shapes', ROOT, [], (value2, place) => readShapes(faults, value2, place))
  const focus = readOptional(record, 'focus', ROOT, null, (point, place) => readPoint(faults, point, place))
  const names = readOptional(record, 'names', ROOT, undefined, (value2, place) =>
    readNames(faults, value2, place, { sections, categories, shapes }),
  )
  if (faults.count > 0 || name === undefined) return undefined
  return { ...(names && { names }), name, seatSize: defaults.size, focus, categories, sections, shapes }
}

function readSeatDefaults(faults: Faults, record: JsonRecord): SeatDefaults {
  const place = inside(ROOT, 'seat')
  const fields = { required: [], optional: ['pitch', 'rowSpacing', 'size'] }
  const seat = own(record, 'seat') === undefined ? {} : (readStrict(faults, own(record, 'seat'), place, fields) ?? {})
  const number = (value: unknown, at: Place) => readNumber(faults, value, at, PITCH)
  const pitch = readOptional(seat, 'pitch', place, PITCH_DEFAULT, number)
  const rowSpacing = readOptional(seat, 'rowSpacing', place, ROW_SPACING_DEFAULT, number)
  const size = readOptional(seat, 'size', place, toTenth(pitch * SIZE_OF_PITCH), (value, at) =>
    readNumber(faults, value, at, { min: 10, max: Math.min(pitch, rowSpacing) }),
  )
  return { pitch, rowSpacing, size }
}

function readCategories(faults: Faults, record: JsonRecord): { name: string; color: string }[] {
  const where = inside(ROOT, 'categories')
  const list = readList(faults, own(record, 'categories'), where, { min: 1, max: CATEGORIES_MAX }) ?? []
  const names = new Set<string>()
  return list.flatMap((item, i) => {
    const place = inside(where, i)
    const category = readStrict(faults, item, place, { required: ['name', 'color'], optional: [] })
    if (category === undefined) return []
    const name = readText(faults, own(category, 'name'), inside(place, 'name'), { min: 1, max: 80 })
    const text = readText(faults, own(category, 'color'), inside(place, 'color'))
    const color = text === undefined ? undefined : hexColor(text)
    if (text !== undefined && color === undefined)
      faults.add(inside(place, 'color'), 'must be a colour such as "#2a6f97"')
    if (name !== undefined && names.has(name))
      faults.add(inside(place, 'name'), `another category is also called "${name}"`)
    names.add(name ?? '')
    // The name is known even when the colour is at fault: seats that use it are right.
    return name === undefined ? [] : [{ name, color: color ?? '#000000' }]
  })
}

function categoryFinder(
  faults: Faults,
  names: readonly string[],
): (value: unknown, place: Place) => number | undefined {
  const placeOf = new Map(names.map((name, i) => [name, i]))
  return (value, place) => {
    const name = readText(faults, value, place)
    if (name === undefined) return undefined
    const category = placeOf.get(name)
    if (category === undefined) faults.add(place, `"${name}" is not the name of a category${didYouMean(name, names)}`)
    return category
  }
}
