import type { NameBook } from './layout.ts'

/** Entries of a book, and characters of an entry. Source: a guess above the parts of any hall. */
export const NAMES_MAX = 200
export const NAME_LENGTH_MAX = 100

/** A name in a book's language; the name itself where the book has none. 'North 101' is found as 'North {n}'. */
export function nameIn(book: NameBook | undefined, name: string): string {
  if (book === undefined) return name
  if (Object.hasOwn(book, name)) return book[name] ?? name
  const number = /\d+(?!.*\d)/.exec(name)
  if (number === null) return name
  const pattern = `${name.slice(0, number.index)}{n}${name.slice(number.index + number[0].length)}`
  return Object.hasOwn(book, pattern) ? (book[pattern] ?? name).replaceAll('{n}', number[0]) : name
}
