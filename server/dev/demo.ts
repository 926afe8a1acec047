import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PerformanceDetail, PerformanceSummary, ShowList, ShowSummary } from '@seatcast/shared/protocol/http.ts'
import type { ImportedVenue, NewPerformance, NewZone, VenueList } from '@seatcast/shared/protocol/organiser.ts'
import { CLONE } from './clone.ts'
import { DEMO_SHOWS, type DemoSale, type DemoShow, PRICES, SOON_MS, ZONE_COLORS } from './demo-sales.ts'
import { type OrganiserApi, organiserApi } from './organiser-api.ts'

interface Venue {
  readonly id: string
  readonly categories: readonly string[]
}

/**
 * Brings the demo's venues, shows and sales to where a visitor should find them, through the organiser's routes.
 * What exists is kept; called at every start. Returns the ids of the performances for simulated buyers, first the one to show.
 */
export async function prepareDemo(origin: string, token: string, signal: AbortSignal): Promise<string[]> {
  const api = organiserApi(origin, token, signal)
  const shows = await everyShow(api)
  const visited: string[] = []
  for (const demo of DEMO_SHOWS) {
    const show = shows.find((candidate) => candidate.titles.en === demo.titles.en)
    const showId = show?.id ?? (await api<{ id: string }>('POST', '/api/shows', { title: demo.titles })).id
    const present = show === undefined ? [] : await openPerformances(api, show.performances)
    for (const sale of demo.sales) {
      const found = present.find((performance) => performance.holdSeconds === sale.holdSeconds)
      const id = await prepareSale(api, demo, showId, sale, found)
      if (sale.bots) visited.push(id)
    }
  }
  return visited
}

/** Puts a sale into its state; makes it when there is none, or when it cannot be put back. Returns the performance's id. */
async function prepareSale(
  api: OrganiserApi,
  demo: DemoShow,
  showId: string,
  sale: DemoSale,
  found: PerformanceDetail | undefined,
): Promise<string> {
  const change = (id: string, body: object) => api('PATCH', `/api/performances/${id}`, body)
  if (sale.opens === 'at once') {
    const id = found?.id ?? (await createPerformance(api, demo, showId, sale))
    if (found?.status !== 'on_sale') await change(id, { status: 'on_sale' })
    return id
  }
  const onSaleAt = new Date(Date.now() + SOON_MS).toISOString()
  if (found?.status === 'scheduled') {
    await change(found.id, { onSaleAt })
    return found.id
  }
  // It has opened since: a sale that has opened is never scheduled again.
  if (found !== undefined) await change(found.id, { status: 'closed' })
  return createPerformance(api, demo, showId, sale, onSaleAt)
}

async function createPerformance(
  api: OrganiserApi,
  demo: DemoShow,
  showId: string,
  sale: DemoSale,
  onSaleAt: string | null = null,
): Promise<string> {
  const venue = await prepareVenue(api, demo.venue)
  const performance: NewPerformance = {
    showId,
    venueId: venue.id,
    startsAt: eveningIn(sale.startsInDays).toISOString(),
    zones: zonesOf(venue.categories),
    onSaleAt,
    holdSeconds: sale.holdSeconds,
    paymentSeconds: 600,
    maxSeatsPerBuyer: 8,
  }
  return (await api<{ id: string }>('POST', '/api/performances', performance)).id
}

/** The curtain rises at half past seven by this machine's clock. */
function eveningIn(days: number): Date {
  const evening = new Date()
  evening.setDate(evening.getDate() + days)
  evening.setHours(19, 30, 0, 0)
  return evening
}

/** One zone a category, from the dearest down. */
function zonesOf(categories: readonly string[]): NewZone[] {
  const span = PRICES.dearest - PRICES.cheapest
  return categories.map((category, index) => {
    const below = categories.length > 1 ? (span * index) / (categories.length - 1) : 0
    return {
      name: category,
      color: ZONE_COLORS[index % ZONE_COLORS.length] ?? ZONE_COLORS[0],
      price: PRICES.dearest - Math.round(below / PRICES.step) * PRICES.step,
      currency: PRICES.currency,
      categories: [index],
    }
  })
}

async function prepareVenue(api: OrganiserApi, name: DemoShow['venue']): Promise<Venue> {
  const spec = JSON.parse(readFileSync(join(CLONE, 'server', 'src', 'venues', 'demo', `${name}.json`), 'utf8')) as {
    name: string
  }
  let cursor: string | null = null
  do {
    const page: VenueList = await api('GET', `/api/venues${query(cursor)}`)
    const venue = page.venues.find((candidate) => candidate.name === spec.name)
    if (venue !== undefined) return { id: venue.id, categories: venue.layout.categories }
    cursor = page.nextCursor
  } while (cursor !== null)
  const imported = await api<ImportedVenue>('POST', '/api/venues', spec)
  return { id: imported.venueId, categories: imported.categories.map((category) => category.name) }
}

async function everyShow(api: OrganiserApi): Promise<ShowSummary[]> {
  const shows: ShowSummary[] = []
  let cursor: string | null = null
  do {
    const page: ShowList = await api('GET', `/api/shows${query(cursor)}`)
    shows.push(...page.shows)
    cursor = page.nextCursor
  } while (cursor !== null)
  return shows
}

function openPerformances(api: OrganiserApi, summaries: readonly PerformanceSummary[]): Promise<PerformanceDetail[]> {
  const open = summaries.filter((summary) => summary.status !== 'closed')
  return Promise.all(open.map(({ id }) => api<PerformanceDetail>('GET', `/api/performances/${id}`)))
}

function query(cursor: string | null): string {
  return cursor === null ? '' : `?cursor=${encodeURIComponent(cursor)}`
}
