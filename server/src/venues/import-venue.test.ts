import { readFileSync } from 'node:fs'
import { VENUE_FILE_LENGTH_MAX } from '@seatcast/shared/domain/venue-limits.ts'
import { fc } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { exportPretix } from './export-pretix.ts'
import { importVenue } from './import-venue.ts'

const THEATRE = readFileSync(new URL('demo/theatre.json', import.meta.url), 'utf8')

const PLAN = JSON.stringify({
  name: 'Plan',
  categories: [{ name: 'A' }],
  zones: [
    {
      position: { x: 0, y: 0 },
      rows: [
        {
          row_number: '1',
          seats: [{ seat_guid: 'g', seat_number: '1', position: { x: 1, y: 2 }, category: 'A', extra: 1 }],
        },
      ],
    },
  ],
})

function errorsOf(text: string): readonly { path: string; message: string }[] {
  const result = importVenue(text)
  return result.ok ? [] : result.errors
}

test('the format is told from the file', () => {
  expect(importVenue(THEATRE)).toMatchObject({ ok: true, format: 'spec', guids: null, guesses: [] })
  expect(importVenue(PLAN)).toMatchObject({ ok: true, format: 'pretix', guids: ['g'] })
  expect(importVenue(`\uFEFF${PLAN}`)).toMatchObject({ ok: true, format: 'pretix' })
})

test('[V2] what is neither says what both look like', () => {
  for (const text of ['{}', '{"zones":[],"sections":[]}']) expect(errorsOf(text)).toMatchObject([{ path: '' }])
  for (const text of ['[]', 'null', '7', '"x"']) expect(errorsOf(text)[0]?.message).toContain('must be an object')
  for (const text of ['', '{', '{"name":NaN}', 'zones: []']) expect(errorsOf(text)[0]?.message).toMatch(/^not JSON: /)
})

test('[V2] hostile files are faults, quickly, and nothing else happens', () => {
  const nested = (opening: string, closing: string, depth: number) => opening.repeat(depth) + closing.repeat(depth)
  const hostile = [
    nested('[', ']', 200_000),
    `{"zones":${nested('[', ']', 200_000)},"name":"x","categories":[]}`,
    `{"sections":${nested('{"sections":', '}', 50_000).replace(':}', ':0}')}}`,
    '{"__proto__":{"zones":[]},"constructor":{"prototype":{"x":1}}}',
    '{"sections":[{"__proto__":{"name":"x"}}],"name":"x","categories":[{"name":"__proto__","color":"#000000"}]}',
    '{"zones":{"length":1e9},"name":"x","categories":{"length":-1}}',
    `{"name":"x","zones":[],"categories":[${'{"name":"y"},'.repeat(100_000)}{}]}`,
    'x'.repeat(VENUE_FILE_LENGTH_MAX + 1),
  ]
  for (const text of hostile) {
    const errors = errorsOf(text)
    expect(errors.length).toBeGreaterThan(0)
    expect(errors.length).toBeLessThan(210)
    for (const { message, path } of errors) expect(message.length + path.length).toBeLessThan(1_000)
  }
  expect(Object.keys({})).toEqual([])
  expect(({} as Record<string, unknown>)['x']).toBeUndefined()
})

test('[V2] any text, any JSON, and any damage to a good file: a layout or faults, never an exception', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc
      .tuple(fc.constantFrom(PLAN, THEATRE), fc.nat(), fc.nat(40), fc.string({ maxLength: 6 }))
      .map(
        ([text, at, length, junk]) => text.slice(0, at % text.length) + junk + text.slice((at % text.length) + length),
      ),
  )
  fc.assert(
    fc.property(texts, (text) => {
      const result = importVenue(text)
      if (!result.ok) expect(result.errors.length).toBeGreaterThan(0)
    }),
    { numRuns: 500 },
  )
})

test('[V1] a spec exported as a pretix plan and imported again is the same layout', () => {
  const spec = importVenue(THEATRE)
  if (!spec.ok) throw new Error(JSON.stringify(spec.errors))
  const again = importVenue(exportPretix(spec.layout))
  expect(again).toMatchObject({ ok: true, format: 'pretix', guesses: [] })
  expect(again.ok && again.layout).toEqual(spec.layout)
})
