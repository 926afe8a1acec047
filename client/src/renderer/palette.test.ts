import { describe, expect, test } from 'vitest'
import {
  AA_TEXT,
  contrast,
  inkOn,
  PALETTE_SLOTS,
  PALETTE_WIDTH,
  palettePixels,
  parseColor,
  sectionShade,
  THEMES,
} from './palette.ts'

/** Non-text marks want 3:1 against what lies beside them (WCAG 1.4.11). */
const AA_MARK = 3
const ZONES = ['#000000', '#ffffff', '#ffff00', '#d97706', '#2563eb', '#0f766e', '#808080', '#7f1d1d', '#767676']

describe.each(Object.entries(THEMES))('%s theme', (_, theme) => {
  const on = (text: string, ground: string) => contrast(parseColor(text), parseColor(ground))

  test('text is readable on every ground it stands on', () => {
    for (const ground of [theme.ground, theme.floor]) {
      expect(on(theme.text, ground)).toBeGreaterThanOrEqual(AA_TEXT)
      expect(on(theme.mutedText, ground)).toBeGreaterThanOrEqual(AA_TEXT)
    }
    expect(on(theme.stageText, theme.stage)).toBeGreaterThanOrEqual(AA_TEXT)
    expect(on(theme.text, theme.soldOut)).toBeGreaterThanOrEqual(AA_TEXT)
    expect(on(theme.held, theme.heldFill)).toBeGreaterThanOrEqual(AA_TEXT)
    expect(on(theme.mineMark, theme.mine)).toBeGreaterThanOrEqual(AA_TEXT)
  })

  test('marks of held, own and highlighted seats stand out from the floor', () => {
    for (const mark of [theme.held, theme.mine, theme.highlight]) {
      expect(on(mark, theme.floor)).toBeGreaterThanOrEqual(AA_MARK)
    }
  })

  test.each(ZONES)('numbers are readable on zone %s, labels on each of its shades', (zone) => {
    const pixels = palettePixels(theme, [zone], null)
    const fill = [pixels[0] ?? 0, pixels[1] ?? 0, pixels[2] ?? 0] as const
    const ink = PALETTE_WIDTH * 2 * 4
    const inkColor = [pixels[ink] ?? 0, pixels[ink + 1] ?? 0, pixels[ink + 2] ?? 0] as const
    expect(contrast(fill, inkColor)).toBeGreaterThanOrEqual(AA_TEXT)
    for (const ratio of [0, 0.01, 0.5, 1]) {
      expect(contrast(sectionShade(theme, zone, ratio), parseColor(theme.text))).toBeGreaterThanOrEqual(AA_TEXT)
    }
  })
})

test('every grey has a readable ink in both themes', () => {
  for (let level = 0; level < 256; level++) {
    for (const theme of Object.values(THEMES)) {
      const fill = [level, level, level] as const
      expect(contrast(fill, parseColor(inkOn(fill, theme)))).toBeGreaterThanOrEqual(AA_TEXT)
    }
  }
})

test('a filter clears the alpha of other zones only', () => {
  const pixels = palettePixels(THEMES.light, ['#111111', '#222222'], new Set([1]))
  expect(pixels[3]).toBe(0)
  expect(pixels[7]).toBe(255)
  expect(palettePixels(THEMES.light, ['#111111'], null)[3]).toBe(255)
})

test('the last row holds the theme in the order of its slots', () => {
  const pixels = palettePixels(THEMES.dark, [], null)
  PALETTE_SLOTS.forEach((slot, column) => {
    const at = (PALETTE_WIDTH * 3 + column) * 4
    expect(Array.from(pixels.subarray(at, at + 3))).toEqual([...parseColor(THEMES.dark[slot])])
  })
})

test('the more is free, the further the shade is from the floor; sold out is grey', () => {
  const floor = parseColor(THEMES.light.floor)
  const away = (ratio: number) => contrast(sectionShade(THEMES.light, '#2563eb', ratio), floor)
  expect(away(1)).toBeGreaterThan(away(0.5))
  expect(away(0.5)).toBeGreaterThan(away(0.01))
  expect(sectionShade(THEMES.light, '#2563eb', 0)).toEqual(parseColor(THEMES.light.soldOut))
})

test('colours: short, long, with alpha, and a middle grey for anything else', () => {
  expect(parseColor('#fa0')).toEqual([255, 170, 0])
  expect(parseColor('#102030')).toEqual([16, 32, 48])
  expect(parseColor('#10203040')).toEqual([16, 32, 48])
  expect(parseColor('red')).toEqual([128, 128, 128])
})

test('contrast of black and white is 21, in either order', () => {
  expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21)
  expect(contrast([255, 255, 255], [0, 0, 0])).toBeCloseTo(21)
})
