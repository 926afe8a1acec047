import { expect, test } from 'vitest'
import { glyphCodes, packGlyphs } from './glyph-atlas.ts'

const bytes = (word: number) => [...new Uint8Array(Uint32Array.of(word).buffer)]

test('numbers become codes from 2 on, one a character, first come first', () => {
  const codes = glyphCodes(['12', '2A'])
  expect([...codes]).toEqual([
    ['1', 2],
    ['2', 3],
    ['A', 4],
  ])
  expect(bytes(packGlyphs('2A', codes))).toEqual([3, 4, 0, 0])
  expect(bytes(packGlyphs('1212', codes))).toEqual([2, 3, 2, 3])
})

test('what is too long or unknown is not shown at all', () => {
  const codes = glyphCodes(['1'])
  expect(packGlyphs('11111', codes)).toBe(0)
  expect(packGlyphs('1x', codes)).toBe(0)
  expect(packGlyphs('', codes)).toBe(0)
})

test('codes never leave the byte they are stored in', () => {
  const codes = glyphCodes([String.fromCodePoint(...Array.from({ length: 400 }, (_, index) => 0x4e00 + index))])
  expect(Math.max(...codes.values())).toBe(255)
})
