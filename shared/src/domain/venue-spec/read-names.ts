import { type Faults, inside, type Place } from '../faults.ts'
import { didYouMean, type JsonRecord, own, readRecord, readStrict, readText } from '../json-reader.ts'
import type { Layout, NameBook, Shape } from '../layout.ts'
import { NAME_LENGTH_MAX, NAMES_MAX } from '../name-book.ts'
import type { SectionSpec } from './venue-spec.ts'

/** What can be called something else in another language. */
interface Named {
  readonly sections: readonly Pick<SectionSpec, 'name' | 'mirror'>[]
  readonly categories: readonly { readonly name: string }[]
  readonly shapes: readonly Shape[]
}

/** The names in other languages; an entry for what is not called so in the file is a fault. */
export function readNames(faults: Faults, value: unknown, place: Place, named: Named): Layout['names'] {
  const record = readStrict(faults, value, place, { required: ['ko'], optional: [] })
  if (record === undefined) return undefined
  const where = inside(place, 'ko')
  const entries = readRecord(faults, own(record, 'ko'), where)
  return entries === undefined ? undefined : { ko: readBook(faults, entries, where, namesOf(named)) }
}

function readBook(faults: Faults, entries: JsonRecord, place: Place, known: readonly string[]): NameBook {
  const keys = Object.keys(entries)
  if (keys.length > NAMES_MAX) {
    faults.add(place, `must have at most ${NAMES_MAX} entries, has ${keys.length}`)
    return {}
  }
  const read = keys.flatMap((key): [string, string][] => {
    const at = inside(place, key)
    if (!known.includes(key)) faults.add(at, `is no name and no text in this file${didYouMean(key, known)}`)
    const text = readText(faults, own(entries, key), at, { min: 1, max: NAME_LENGTH_MAX })
    if (text !== undefined && key.includes('{n}') && !text.includes('{n}')) faults.add(at, 'must contain {n}')
    return text === undefined ? [] : [[key, text]]
  })
  return Object.fromEntries(read)
}

function namesOf({ sections, categories, shapes }: Named): string[] {
  return [
    ...sections.flatMap(({ name, mirror }) => (mirror === null ? [name] : [name, mirror.name])),
    ...categories.map(({ name }) => name),
    ...shapes.flatMap((shape) => (shape.kind === 'text' ? [shape.text] : [])),
  ]
}
