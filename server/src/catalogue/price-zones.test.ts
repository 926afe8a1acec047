import type { NewZone } from '@seatcast/shared/protocol/organiser.ts'
import { expect, test } from 'vitest'
import { checkZones } from './price-zones.ts'

const NAMES = ['Stalls', 'Circle', 'Box', 'Box']
const zone = (change: Partial<NewZone> = {}): NewZone => ({
  name: 'All',
  color: '#ABCDEF',
  price: 100,
  currency: 'EUR',
  categories: [0],
  ...change,
})
const errorsOf = (...zones: NewZone[]) => {
  const checked = checkZones(zones, NAMES)
  return checked.ok ? [] : checked.errors.map(({ path, message }) => `${path} ${message}`)
}

test('categories go by index or name; ids and colours are completed', () => {
  expect(checkZones([zone({ categories: ['Circle', 0] }), zone({ id: 'box', categories: [3] })], NAMES)).toEqual({
    ok: true,
    zones: [
      { id: 'zone-1', name: 'All', color: '#abcdef', price: 100, currency: 'EUR', categories: [0, 1] },
      { id: 'box', name: 'All', color: '#abcdef', price: 100, currency: 'EUR', categories: [3] },
    ],
  })
})

test('a category belongs to one zone, and is named once', () => {
  expect(errorsOf(zone({ categories: [0, 'Stalls'] }))).toEqual([
    '/zones/0/categories/1 category Stalls is named twice',
  ])
  expect(errorsOf(zone(), zone({ categories: [1, 0] }))).toEqual([
    '/zones/1/categories/1 category Stalls is in zone 0 already',
  ])
})

test('unknown and ambiguous categories are named', () => {
  expect(errorsOf(zone({ categories: [4, 'Pit', 'Box'] }))).toEqual([
    '/zones/0/categories/0 the layout has no category 4, only 0 to 3',
    '/zones/0/categories/1 the layout has no category of this name; it has Stalls, Circle, Box, Box',
    '/zones/0/categories/2 several categories have this name; give the index',
  ])
})

test('one currency, a real one, for all zones', () => {
  expect(errorsOf(zone(), zone({ categories: [1], currency: 'KRW' }))).toEqual([
    '/zones/1/currency zones of one performance share a currency, EUR',
  ])
  expect(errorsOf(zone({ currency: 'QQQ' }))).toEqual(['/zones/0/currency QQQ is not a currency of ISO 4217'])
})

test('a default id that somebody chose already is a mistake, not a mix-up', () => {
  expect(errorsOf(zone({ id: 'zone-2' }), zone({ categories: [1] }))).toEqual([
    '/zones/1/id another zone is called zone-2',
  ])
})
