import { readFileSync } from 'node:fs'
import type { Layout } from '@seatcast/shared/domain/layout.ts'
import type { PerformanceDetail } from '@seatcast/shared/protocol/http.ts'
import type { ImportedVenue, NewPerformance } from '@seatcast/shared/protocol/organiser.ts'
import type { RealSystem } from './real-system.ts'

/** 66 seats: five rows of ten with an aisle in the middle, two of eight behind; no seven seats side by side but in the balcony. */
const SMALL_HALL = {
  name: 'Small hall',
  categories: [
    { name: 'Stalls', color: '#c2410c' },
    { name: 'Balcony', color: '#0369a1' },
  ],
  sections: [
    {
      name: 'Stalls',
      at: [0, 300],
      category: 'Stalls',
      rows: { count: 5, seats: 10, aisles: [{ after: 5, width: 110 }] },
      accessible: [{ rows: 'E', seats: '1-2' }],
    },
    {
      name: 'Balcony',
      at: [0, 950],
      category: 'Balcony',
      rows: { count: 2, seats: 8 },
      numbering: { rows: ['F', 'G'] },
    },
  ],
  shapes: [{ kind: 'rectangle', at: [0, 0], size: [700, 260], fill: '#475569', stage: true }],
}

const ZONES = [
  { name: 'Stalls', color: '#0072b2', price: 60_000, currency: 'KRW', categories: ['Stalls'] },
  { name: 'Balcony', color: '#d55e00', price: 35_000, currency: 'KRW', categories: ['Balcony'] },
]

/** A performance and the hall that it is played in. */
export interface Sale {
  readonly id: string
  readonly layout: Layout
}

/** A new show in a small hall, made through the organiser's routes; on sale unless told otherwise. */
export async function smallSale(
  system: RealSystem,
  { status = 'on_sale', ...change }: Partial<NewPerformance> & { readonly status?: 'scheduled' | 'on_sale' } = {},
): Promise<Sale> {
  return createSale(system, SMALL_HALL, status, {
    zones: ZONES,
    holdSeconds: 120,
    paymentSeconds: 60,
    maxSeatsPerBuyer: 8,
    ...change,
  })
}

/** A sale in one of the demo venues: `server/src/venues/demo/<name>.json`. */
export async function demoSale(system: RealSystem, name: 'theatre' | 'stadium'): Promise<Sale> {
  const file = new URL(`../../../server/src/venues/demo/${name}.json`, import.meta.url)
  const spec = JSON.parse(readFileSync(file, 'utf8')) as { categories: { name: string; color: string }[] }
  const zones = spec.categories.map((category, at) => ({
    name: category.name,
    color: category.color,
    price: 120_000 - at * 15_000,
    currency: 'KRW',
    categories: [category.name],
  }))
  return createSale(system, spec, 'on_sale', { zones, holdSeconds: 300, paymentSeconds: 60, maxSeatsPerBuyer: 8 })
}

async function createSale(
  { organiser, cluster }: RealSystem,
  spec: object,
  status: 'scheduled' | 'on_sale',
  terms: Partial<NewPerformance>,
): Promise<Sale> {
  const venue = await organiser<ImportedVenue>('POST', '/api/venues', spec)
  const show = await organiser<{ id: string }>('POST', '/api/shows', {
    title: { en: 'The Glass Orchard', ko: '유리 과수원' },
  })
  const performance = await organiser<PerformanceDetail>('POST', '/api/performances', {
    showId: show.id,
    venueId: venue.venueId,
    startsAt: '2027-05-01T19:30:00+09:00',
    ...terms,
  })
  if (status === 'on_sale') await organiser('PATCH', `/api/performances/${performance.id}`, { status })
  const layout = (await (await fetch(cluster.origin(0) + performance.layoutUrl)).json()) as Layout
  return { id: performance.id, layout }
}

/** The index of a seat by its printed place. */
export function seatNamed({ layout }: Sale, section: string, row: string, number: number): number {
  const { seats, sections } = layout
  const seat = seats.row.findIndex(
    (label, at) =>
      label === row && seats.number[at] === String(number) && sections[seats.section[at] ?? -1]?.name === section,
  )
  if (seat === -1) throw new Error(`no seat ${section} ${row} ${number}`)
  return seat
}
