import { type Faults, inside, type Place } from '../faults.ts'
import { type JsonRecord, own, readList, readNumber, readOptional, readText } from '../json-reader.ts'

const ALPHABET = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ')

/** The rows' labels, front to back, from the fields of `numbering`: letters (default), numbers, or a list of the labels. */
export function readRowLabels(faults: Faults, numbering: JsonRecord, place: Place, count: number): string[] {
  const kind = own(numbering, 'rows') ?? 'letters'
  const where = inside(place, 'rows')
  if (Array.isArray(kind)) return readOwnLabels(faults, kind, where, count)
  const skip = readOptional(numbering, 'skipRows', place, [], (value, at) => readSkipped(faults, value, at))
  const backwards =
    readOptional(numbering, 'rowsFrom', place, 'front', (value, at) => readEnd(faults, value, at)) === 'back'
  const first = own(numbering, 'firstRow')
  let labels: string[] = []
  if (kind === 'letters') labels = letterLabels(faults, first, inside(place, 'firstRow'), skip, count)
  else if (kind === 'numbers') labels = numberLabels(faults, first, inside(place, 'firstRow'), skip, count)
  else faults.add(where, 'must be "letters", "numbers" or a list of labels')
  return backwards ? labels.toReversed() : labels
}

function readOwnLabels(faults: Faults, list: readonly unknown[], place: Place, count: number): string[] {
  if (list.length !== count) faults.add(place, `must name ${count} rows, names ${list.length}`)
  const seen = new Set<string>()
  return list.slice(0, count).map((value, i) => {
    const label = readLabel(faults, value, inside(place, i)) ?? ''
    if (seen.has(label)) faults.add(inside(place, i), `another row is also called "${label}"`)
    seen.add(label)
    return label
  })
}

function readSkipped(faults: Faults, value: unknown, place: Place): string[] {
  const list = readList(faults, value, place, { max: 1_000 }) ?? []
  return list.flatMap((label, i) => readLabel(faults, label, inside(place, i)) ?? [])
}

/** A label: text, or a whole number for short. */
export function readLabel(faults: Faults, value: unknown, place: Place): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
  return readText(faults, value, place, { min: 1, max: 40 })
}

function readEnd(faults: Faults, value: unknown, place: Place): 'front' | 'back' | undefined {
  if (value === 'front' || value === 'back') return value
  faults.add(place, 'must be "front" or "back"')
  return undefined
}

/** A to Z, then AA, AB, ...; a skipped letter is not used at all. */
function letterLabels(faults: Faults, first: unknown, place: Place, skip: readonly string[], count: number): string[] {
  const letters = ALPHABET.filter((letter) => !skip.includes(letter))
  if (letters.length === 0) {
    faults.add(place, 'no letter is left')
    return []
  }
  const start = first === undefined ? 0 : letterPlace(first, letters)
  if (start < 0) faults.add(place, 'must be a row in capital letters that is not skipped, such as "A" or "AA"')
  return Array.from({ length: count }, (_, i) => letterLabel(Math.max(0, start) + i, letters))
}

function letterLabel(index: number, letters: readonly string[]): string {
  const letter = letters[index % letters.length] ?? ''
  const rest = Math.floor(index / letters.length)
  return rest === 0 ? letter : letterLabel(rest - 1, letters) + letter
}

function letterPlace(label: unknown, letters: readonly string[]): number {
  if (typeof label !== 'string' || label.length === 0 || label.length > 3) return -1
  let index = 0
  for (const letter of label) {
    const digit = letters.indexOf(letter)
    if (digit < 0) return -1
    index = index * letters.length + digit + 1
  }
  return index - 1
}

function numberLabels(faults: Faults, first: unknown, place: Place, skip: readonly string[], count: number): string[] {
  const start = first === undefined ? 1 : readNumber(faults, first, place, { min: 0, max: 100_000, whole: true })
  const labels: string[] = []
  for (let n = start ?? 1; labels.length < count; n++) if (!skip.includes(String(n))) labels.push(String(n))
  return labels
}
