import type { Layout } from '@seatcast/shared/domain/layout.ts'
import type { OrganiserApi } from '../../server/dev/organiser-api.ts'
import { exportPretix } from '../../server/src/venues/export-pretix.ts'

export interface SaleTerms {
  readonly holdSeconds: number
  readonly paymentSeconds: number
  readonly maxSeatsPerBuyer: number
}

/** Price of every seat, minor units. */
const SEAT_PRICE = 50_000
const DAY_MS = 86_400_000

/** Brings a hall into the system; returns the venue's id. */
export async function importHall(api: OrganiserApi, layout: Layout): Promise<string> {
  const { venueId } = await api<{ venueId: string }>('POST', '/api/venues', JSON.parse(exportPretix(layout)))
  return venueId
}

/** Makes a performance on sale in the hall; every category is a zone. Returns its id. */
export async function openSale(
  api: OrganiserApi,
  hall: { readonly venueId: string; readonly categories: Layout['categories'] },
  title: string,
  terms: SaleTerms,
): Promise<string> {
  const { showId } = await api<{ showId: string }>('POST', '/api/shows', { title })
  const zones = hall.categories.map(({ name, color }, index) => ({
    id: `z${index}`,
    name,
    color,
    price: SEAT_PRICE,
    currency: 'KRW',
    categories: [index],
  }))
  const startsAt = new Date(Date.now() + DAY_MS).toISOString()
  const performance = { showId, venueId: hall.venueId, startsAt, zones, ...terms }
  const { id } = await api<{ id: string }>('POST', '/api/performances', performance)
  await api('PATCH', `/api/performances/${id}`, { status: 'on_sale' })
  return id
}
