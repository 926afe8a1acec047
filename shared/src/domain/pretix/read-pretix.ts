import { type Faults, inside, type Place, pointer, ROOT } from '../faults.ts'
import { isRecord, type JsonRecord, own, readList, readRecord, readText, TEXT_LENGTH_MAX } from '../json-reader.ts'
import type { Point } from '../layout.ts'
import { SEATS_PER_LAYOUT_MAX } from '../limits.ts'
import { CATEGORIES_MAX, ROWS_PER_SECTION_MAX, SEATS_PER_ROW_MAX, SECTIONS_MAX, SHAPES_MAX } from '../venue-limits.ts'
import type { PretixArea, PretixCategory, PretixPlan, PretixRow, PretixSeat, PretixZone } from './pretix-plan.ts'
import { RADIUS_DEFAULT } from './pretix-plan.ts'
import { optionalNumber, optionalText, readArea, readPosition, toHundredth } from './read-pretix-area.ts'

/**
 * Reads a parsed pretix plan. Fields it does not know are passed over; every fault of those it knows is added to `faults`,
 * and then the answer is undefined.
 */
export function readPretixPlan(faults: Faults, value: unknown): PretixPlan | undefined {
  const plan = readRecord(faults, value, ROOT)
  if (plan === undefined) return undefined
  const name = readText(faults, own(plan, 'name'), inside(ROOT, 'name'))
  const categories = readCategories(faults, plan)
  const seen: Seen = { guids: new Map(), categories: new Map(categories.map(({ name: key }, i) => [key, i])), areas: 0 }
  const where = inside(ROOT, 'zones')
  const list = readList(faults, own(plan, 'zones'), where, { max: SECTIONS_MAX }) ?? []
  const zones = list.map((zone, i) => readZone(faults, zone, inside(where, i), seen))
  if (seen.guids.size === 0 && Array.isArray(own(plan, 'zones'))) faults.add(where, 'no zone has a seat')
  if (seen.guids.size > SEATS_PER_LAYOUT_MAX)
    faults.add(where, `more than ${SEATS_PER_LAYOUT_MAX} seats: ${seen.guids.size}`)
  if (seen.areas > SHAPES_MAX) faults.add(where, `more than ${SHAPES_MAX} areas: ${seen.areas}`)
  if (faults.count > 0 || name === undefined) return undefined
  return { name, categories, zones: zones.filter((zone) => zone !== undefined) }
}

/** What must be unique or known over the whole plan. */
interface Seen {
  /** Where each seat_guid was seen first. */
  readonly guids: Map<string, Place>
  readonly categories: ReadonlyMap<string, number>
  areas: number
}

function readCategories(faults: Faults, plan: JsonRecord): PretixCategory[] {
  const where = inside(ROOT, 'categories')
  const list = readList(faults, own(plan, 'categories'), where, { max: CATEGORIES_MAX }) ?? []
  const names = new Set<string>()
  return list.flatMap((value, i) => {
    const place = inside(where, i)
    const category = readRecord(faults, value, place)
    if (category === undefined) return []
    const name = readText(faults, own(category, 'name'), inside(place, 'name'))
    if (name === undefined) return []
    if (names.has(name)) faults.add(inside(place, 'name'), `another category is also called "${name}"`)
    names.add(name)
    return [{ name, color: optionalText(faults, category, 'color', place) }]
  })
}

function readZone(faults: Faults, value: unknown, place: Place, seen: Seen): PretixZone | undefined {
  const zone = readRecord(faults, value, place)
  if (zone === undefined) return undefined
  const origin = readPosition(faults, own(zone, 'position'), inside(place, 'position'), true) ?? [0, 0]
  const rowsPlace = inside(place, 'rows')
  const rows = readList(faults, own(zone, 'rows'), rowsPlace, { max: ROWS_PER_SECTION_MAX }) ?? []
  return {
    name: optionalText(faults, zone, 'name', place, TEXT_LENGTH_MAX),
    uuid: optionalText(faults, zone, 'uuid', place),
    rows: rows
      .map((row, i) => readRow(faults, row, inside(rowsPlace, i), origin, seen))
      .filter((row) => row !== undefined),
    areas: readAreas(faults, own(zone, 'areas'), inside(place, 'areas'), origin, seen),
  }
}

function readAreas(faults: Faults, value: unknown, place: Place, origin: Point, seen: Seen): PretixArea[] {
  if (value === undefined || value === null) return []
  const list = readList(faults, value, place, { max: SHAPES_MAX }) ?? []
  seen.areas += list.length
  return list.map((area, i) => readArea(faults, area, inside(place, i), origin)).filter((area) => area !== undefined)
}

function readRow(faults: Faults, value: unknown, place: Place, zoneAt: Point, seen: Seen): PretixRow | undefined {
  const row = readRecord(faults, value, place)
  if (row === undefined) return undefined
  const number = readText(faults, own(row, 'row_number'), inside(place, 'row_number')) ?? ''
  const [px, py] = readPosition(faults, own(row, 'position'), inside(place, 'position'), false) ?? [0, 0]
  const origin: Point = [zoneAt[0] + px, zoneAt[1] + py]
  const where = inside(place, 'seats')
  const seats = readList(faults, own(row, 'seats'), where, { max: SEATS_PER_ROW_MAX }) ?? []
  return {
    number,
    label: optionalText(faults, row, 'row_label', place, TEXT_LENGTH_MAX),
    seatLabel: optionalText(faults, row, 'seat_label', place, TEXT_LENGTH_MAX),
    seats: seats
      .map((seat, i) => readSeat(faults, seat, inside(where, i), origin, seen))
      .filter((seat) => seat !== undefined),
  }
}

function readSeat(faults: Faults, value: unknown, place: Place, origin: Point, seen: Seen): PretixSeat | undefined {
  const seat = isRecord(value) ? value : readRecord(faults, value, place)
  if (seat === undefined) return undefined
  const guid = readText(faults, own(seat, 'seat_guid'), inside(place, 'seat_guid'), { min: 1 })
  if (guid !== undefined) checkGuid(faults, guid, inside(place, 'seat_guid'), seen)
  const number = readText(faults, own(seat, 'seat_number'), inside(place, 'seat_number'))
  const position = readPosition(faults, own(seat, 'position'), inside(place, 'position'), true)
  const category = readSeatCategory(faults, own(seat, 'category'), inside(place, 'category'), seen)
  const radius = optionalNumber(faults, seat, 'radius', place, { min: 0.1, max: 100_000 }) ?? RADIUS_DEFAULT
  if (guid === undefined || number === undefined || position === undefined || category === undefined) return undefined
  const [x, y] = position
  return { guid, number, category, radius, x: toHundredth(origin[0] + x), y: toHundredth(origin[1] + y) }
}

function checkGuid(faults: Faults, guid: string, place: Place, seen: Seen): void {
  const first = seen.guids.get(guid)
  if (first === undefined) seen.guids.set(guid, place)
  else faults.add(place, `"${guid}" is also the seat_guid of ${pointer(first.parent ?? ROOT)}`)
}

function readSeatCategory(faults: Faults, value: unknown, place: Place, seen: Seen): number | undefined {
  const name = readText(faults, value, place)
  if (name === undefined) return undefined
  const category = seen.categories.get(name)
  if (category === undefined) faults.add(place, `"${name}" is not the name of a category`)
  return category
}
