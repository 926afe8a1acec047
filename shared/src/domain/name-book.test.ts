import { expect, test } from 'vitest'
import { nameIn } from './name-book.ts'

const book = { Stalls: '1층석', 'North {n}': '북측 {n}', 'Floor A{n}': '플로어 A{n}', 'Row 7': '7열' }

test('a name is found as it is, or with its last number left open', () => {
  expect(nameIn(book, 'Stalls')).toBe('1층석')
  expect(nameIn(book, 'North 101')).toBe('북측 101')
  expect(nameIn(book, 'Floor A3')).toBe('플로어 A3')
  expect(nameIn(book, 'Row 7')).toBe('7열')
})

test('what the book does not have stays as it is, whatever it is called', () => {
  expect(nameIn(undefined, 'Stalls')).toBe('Stalls')
  for (const name of ['', 'Boxes', 'South 101', '7', 'constructor', '__proto__', 'toString']) {
    expect(nameIn(book, name)).toBe(name)
  }
})
