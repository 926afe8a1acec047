import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { importVenue } from './import-venue.ts'

const README = readFileSync(new URL('README.md', import.meta.url), 'utf8')
const EXAMPLES = [...README.matchAll(/^Example \(([\d,]+) seats\).*?```json\n(.*?)```/gms)].map((match) => ({
  seatCount: Number(match[1]?.replaceAll(',', '')),
  text: match[2] ?? '',
}))

test('the README has an example of each kind, and every JSON block is one', () => {
  expect(EXAMPLES.length).toBeGreaterThanOrEqual(5)
  expect(README.match(/```json/g)).toHaveLength(EXAMPLES.length)
})

test.for(EXAMPLES)('the example of $seatCount seats gives them', ({ seatCount, text }) => {
  const result = importVenue(text)
  expect(result.ok ? [] : result.errors).toEqual([])
  expect(result.ok && result.layout.seats.x.length).toBe(seatCount)
})

test('every guess that the code makes is in the README', () => {
  const source = readFileSync(new URL('../../../shared/src/domain/pretix/plan-to-layout.ts', import.meta.url), 'utf8')
  const codes = [...source.matchAll(/push\(\s*`([A-Z_]+): /g)].map((match) => match[1] ?? '')
  expect(codes.length).toBeGreaterThan(5)
  expect(codes.filter((code) => !README.includes(`\`${code}\``))).toEqual([])
})
