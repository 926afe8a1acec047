import { type Faults, inside, type Place } from './faults.ts'

export type JsonRecord = Readonly<Record<string, unknown>>

/** Characters of a name or label. Source: a guess: longer does not fit a ticket. */
export const TEXT_LENGTH_MAX = 200

/** A field's own value: never one inherited from a prototype. */
export function own(record: JsonRecord, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined
}

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function readRecord(faults: Faults, value: unknown, place: Place): JsonRecord | undefined {
  if (isRecord(value)) return value
  faults.add(place, `must be an object, is ${nameOf(value)}`)
  return undefined
}

export function readList(
  faults: Faults,
  value: unknown,
  place: Place,
  bounds: { min?: number; max: number },
): readonly unknown[] | undefined {
  if (!Array.isArray(value)) {
    faults.add(place, `must be a list, is ${nameOf(value)}`)
    return undefined
  }
  const { min = 0, max } = bounds
  if (value.length >= min && value.length <= max) return value as unknown[]
  faults.add(place, `must have ${min} to ${max} entries, has ${value.length}`)
  return undefined
}

/** Text that PostgreSQL and a screen can show: no NUL, no lone surrogate. */
export function readText(
  faults: Faults,
  value: unknown,
  place: Place,
  bounds: { min?: number; max?: number } = {},
): string | undefined {
  const { min = 0, max = TEXT_LENGTH_MAX } = bounds
  if (typeof value !== 'string') faults.add(place, `must be text, is ${nameOf(value)}`)
  else if (value.length < min) faults.add(place, 'must not be empty')
  else if (value.length > max) faults.add(place, `must have at most ${max} characters, has ${value.length}`)
  else if (value.includes('\0') || !value.isWellFormed()) faults.add(place, 'has characters that no text can have')
  else return value
  return undefined
}

export function readNumber(
  faults: Faults,
  value: unknown,
  place: Place,
  bounds: { min: number; max: number; whole?: boolean },
): number | undefined {
  if (typeof value !== 'number') faults.add(place, `must be a number, is ${nameOf(value)}`)
  else if (!Number.isFinite(value) || value < bounds.min || value > bounds.max)
    faults.add(place, `must be between ${bounds.min} and ${bounds.max}, is ${value}`)
  else if (bounds.whole === true && !Number.isInteger(value)) faults.add(place, `must be a whole number, is ${value}`)
  else return value
  return undefined
}

export function readBoolean(faults: Faults, value: unknown, place: Place): boolean | undefined {
  if (typeof value === 'boolean') return value
  faults.add(place, `must be true or false, is ${nameOf(value)}`)
  return undefined
}

export function readChoice<Choice extends string>(
  faults: Faults,
  value: unknown,
  place: Place,
  choices: readonly Choice[],
): Choice | undefined {
  const found = choices.find((choice) => choice === value)
  if (found === undefined) {
    const guess = typeof value === 'string' ? didYouMean(value, choices) : ''
    faults.add(place, `must be one of ${choices.join(', ')}${guess}`)
  }
  return found
}

/** An object of which every field is known: an unknown field is a fault with a suggestion. `note` is always allowed. */
export function readStrict(
  faults: Faults,
  value: unknown,
  place: Place,
  fields: { readonly required: readonly string[]; readonly optional: readonly string[] },
): JsonRecord | undefined {
  const record = readRecord(faults, value, place)
  if (record === undefined) return undefined
  const known = [...fields.required, ...fields.optional, 'note']
  for (const key of Object.keys(record)) {
    if (!known.includes(key)) faults.add(inside(place, key), `is not a field here${didYouMean(key, known)}`)
  }
  for (const key of fields.required) {
    if (!Object.hasOwn(record, key)) faults.add(inside(place, key), 'is missing')
  }
  return record
}

/** The field as `read` gives it, or `fallback` when it is missing or at fault (the fault is reported, reading goes on). */
export function readOptional<Value>(
  record: JsonRecord,
  key: string,
  place: Place,
  fallback: Value,
  read: (value: unknown, place: Place) => Value | undefined,
): Value {
  const value = own(record, key)
  return value === undefined ? fallback : (read(value, inside(place, key)) ?? fallback)
}

/** ` (did you mean "rows"?)`, or nothing when no known word is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  if (word.length > 40) return ''
  let nearest = ''
  let least = Math.max(2, Math.floor(word.length / 3)) + 1
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (distance < least && distance < candidate.length) [nearest, least] = [candidate, distance]
  }
  return nearest === '' ? '' : ` (did you mean "${nearest}"?)`
}

function nameOf(value: unknown): string {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  return typeof value === 'string' ? 'text' : `a ${typeof value}`
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(swap, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1))
    }
    previous = row
  }
  return previous[b.length] ?? 0
}
