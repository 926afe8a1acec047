import { type Faults, inside, type Place } from '../faults.ts'
import { type JsonRecord, own, readList, readStrict } from '../json-reader.ts'
import { readLabel } from './row-labels.ts'
import type { Selection } from './venue-spec.ts'

/** Entries of one list of selections. Source: a guess. */
const SELECTIONS_MAX = 200

/**
 * Reads a list of `{rows?, seats?}`; `extra` names further fields that the entries have, read by `more`. `labels` null: the
 * section's rows are at fault already, so nothing is said about rows that it does not have.
 */
export function readSelections<More>(
  faults: Faults,
  value: unknown,
  place: Place,
  labels: readonly string[] | null,
  extra: readonly string[],
  more: (entry: JsonRecord, place: Place) => More | undefined,
): (Selection & More)[] {
  const list = readList(faults, value, place, { max: SELECTIONS_MAX }) ?? []
  const placeOf = new Map(labels?.map((label, i) => [label, i]))
  return list.flatMap((item, i) => {
    const where = inside(place, i)
    const entry = readStrict(faults, item, where, { required: extra, optional: ['rows', 'seats'] })
    if (entry === undefined) return []
    const rows = own(entry, 'rows')
    const seats = own(entry, 'seats')
    if (rows === undefined && seats === undefined) faults.add(where, 'must name rows, seats or both')
    const further = more(entry, where)
    if (further === undefined) return []
    const selection: Selection = {
      place: where,
      rows: rows === undefined ? null : readRows(faults, rows, inside(where, 'rows'), labels, placeOf),
      seats: seats === undefined ? null : readSeats(faults, seats, inside(where, 'seats')),
    }
    return [{ ...selection, ...further }]
  })
}

export function selects(selection: Selection, row: number, number: number): boolean {
  if (selection.rows !== null && !selection.rows.has(row)) return false
  return selection.seats === null || selection.seats.some(([low, high]) => number >= low && number <= high)
}

function readRows(
  faults: Faults,
  value: unknown,
  place: Place,
  labels: readonly string[] | null,
  placeOf: ReadonlyMap<string, number>,
): Set<number> {
  const found = new Set<number>()
  for (const [part, where] of partsOf(faults, value, place)) {
    const text = readLabel(faults, part, where)
    if (text === undefined || labels === null) continue
    const range = rowRange(text, placeOf)
    if (range === undefined) {
      const shown = labels.length === 0 ? '' : `: it has ${labels[0]} to ${labels.at(-1)}`
      faults.add(where, `"${text}" is not a row of this section${shown}`)
    } else for (let row = range[0]; row <= range[1]; row++) found.add(row)
  }
  return found
}

/** "C", or "A-D" from either end; a label may itself have a dash. */
function rowRange(text: string, placeOf: ReadonlyMap<string, number>): readonly [number, number] | undefined {
  const single = placeOf.get(text)
  if (single !== undefined) return [single, single]
  for (let dash = text.indexOf('-'); dash >= 0; dash = text.indexOf('-', dash + 1)) {
    const from = placeOf.get(text.slice(0, dash).trim())
    const to = placeOf.get(text.slice(dash + 1).trim())
    if (from !== undefined && to !== undefined) return [Math.min(from, to), Math.max(from, to)]
  }
  return undefined
}

function readSeats(faults: Faults, value: unknown, place: Place): (readonly [number, number])[] {
  return partsOf(faults, value, place).flatMap(([part, where]) => {
    const text = typeof part === 'number' || typeof part === 'string' ? String(part) : ''
    const range = /^\s*(\d{1,6})\s*(?:-\s*(\d{1,6})\s*)?$/.exec(text)
    if (range === null) {
      faults.add(where, 'must be a seat number such as 7, or a range such as "3-8"')
      return []
    }
    const [low, high] = [Number(range[1]), Number(range[2] ?? range[1])]
    if (low > high) faults.add(where, `the range runs backwards: ${low} to ${high}`)
    return [[low, high] as const]
  })
}

/** One value, or a list of them. */
function partsOf(faults: Faults, value: unknown, place: Place): (readonly [unknown, Place])[] {
  if (!Array.isArray(value)) return [[value, place]]
  const list = readList(faults, value, place, { min: 1, max: SELECTIONS_MAX }) ?? []
  return list.map((part, i) => [part, inside(place, i)] as const)
}
