import type { PerformanceDetail } from '../../../shared/src/protocol/http.ts'
import { hallOf, PROBE_SEATS, PROBE_ZONE, HALL_ZONE } from './hall.ts'
import { must } from './http-api.ts'
import { CLOCK_PERFORMANCE, type Knobs, ORGANISER_TOKEN, ORIGIN, PERFORMANCE, STARTS_AT_MS } from './knobs.ts'
import { type ClockOffset, measureOffset } from './server-clock.ts'

/** What set-up hands to every virtual user. Moments are Unix ms of the server's clock. */
export interface Sale {
  readonly performanceId: string
  /** By this run, which closes it when it is over. */
  readonly isMade: boolean
  readonly seatCount: number
  /** Price by zone, minor units. */
  readonly prices: Readonly<Record<string, number>>
  /** Where buyers take seats: the first so many; the rest are the metronome's. */
  readonly buyersSeats: number
  /** Buyers choose the best seats here, the metronome's are elsewhere; absent: a hall that was there before. */
  readonly zoneId?: string
  /** A performance that opens tomorrow, by which the clock is read; empty: there is none. */
  readonly clockPerformanceId: string
  readonly clock: ClockOffset
  /** How clocks are compared, for the summary. */
  readonly clockText: string
  readonly startsAtMs: number
  /** When the sale opens; 0: it is open. */
  readonly opensAtMs: number
  /** When users stop arriving and acting. */
  readonly endsAtMs: number
  readonly startedAt: string
}

const DAY_MS = 86_400_000
/** Virtual users need a moment to come up after set-up: clicks begin then, ms. Source: a guess; 1,000 of them took 400. */
const START_MS = 300
/** A sale of others is loaded only by those who name it. */
const NOBODYS_SALE = `Nothing was clicked: set SEATCAST_ORGANISER_TOKEN, and the run makes a performance of its own at ${ORIGIN}, or PERFORMANCE to the id of one whose seats may be taken.`
/** Minor units; twenty of them are a demo wallet. */
const SEAT_PRICE = 50_000

/**
 * k6's setup: makes a performance on sale, or takes the one that PERFORMANCE names (several generators share one, with
 * CLOCK_PERFORMANCE and STARTS_AT_MS). `opensAfterMs`: one that is made opens by itself so long after the run's start.
 */
export async function openSale(knobs: Knobs, opensAfterMs = 0): Promise<Sale> {
  if (ORGANISER_TOKEN === '' && PERFORMANCE === '') throw new Error(NOBODYS_SALE)
  const isMade = PERFORMANCE === ''
  const ids = isMade ? await makePerformance(knobs) : { performanceId: PERFORMANCE, clockId: CLOCK_PERFORMANCE }
  const measured = ids.clockId === '' ? undefined : await measureOffset(ids.clockId)
  const clock = measured ?? { offsetMs: 0, errorMs: 0 }
  const startsAtMs = STARTS_AT_MS > 0 ? STARTS_AT_MS : Math.round(Date.now() + clock.offsetMs + START_MS)
  if (isMade) await open(ids.performanceId, opensAfterMs === 0 ? undefined : startsAtMs + opensAfterMs)
  const found = await must<PerformanceDetail>('GET', `/api/performances/${ids.performanceId}`)
  const hasProbes = found.zones.some(({ id }) => id === HALL_ZONE)
  return {
    performanceId: found.id,
    isMade,
    seatCount: found.seatCount,
    prices: Object.fromEntries(found.zones.map(({ id, price }) => [id, price])),
    buyersSeats: Math.max(1, found.seatCount - PROBE_SEATS),
    ...(hasProbes && { zoneId: HALL_ZONE }),
    clockPerformanceId: ids.clockId,
    clock,
    clockText: clockText(measured),
    startsAtMs,
    opensAtMs: found.onSaleAt !== null && (found.opensInMs ?? 0) > 0 ? Date.parse(found.onSaleAt) : 0,
    endsAtMs: startsAtMs + knobs.DURATION * 1_000,
    startedAt: new Date().toISOString(),
  }
}

/** Now, in the server's clock. */
export const serverNow = (clock: ClockOffset): number => Date.now() + clock.offsetMs

/** ms until the run's end. */
export const timeLeft = (sale: Sale): number => sale.endsAtMs - serverNow(sale.clock)

async function makePerformance(knobs: Knobs): Promise<{ performanceId: string; clockId: string }> {
  const as = <Body>(method: 'POST' | 'PATCH', path: string, body: object) =>
    must<Body>(method, path, { token: ORGANISER_TOKEN, body, name: 'setup' })
  const { venueId } = await as<{ venueId: string }>('POST', '/api/venues', hallOf(knobs.SEATS))
  const { showId } = await as<{ showId: string }>('POST', '/api/shows', { title: 'Load test' })
  const terms = {
    showId,
    venueId,
    startsAt: new Date(Date.now() + 30 * DAY_MS).toISOString(),
    zones: [zone(HALL_ZONE, 'Hall'), zone(PROBE_ZONE, 'Probe')],
    holdSeconds: knobs.HOLD_SECONDS,
    paymentSeconds: knobs.PAYMENT_SECONDS,
    maxSeatsPerBuyer: knobs.MAX_SEATS,
  }
  const onSaleAt = new Date(Date.now() + DAY_MS).toISOString()
  const { id: clockId } = await as<{ id: string }>('POST', '/api/performances', { ...terms, onSaleAt })
  const { id: performanceId } = await as<{ id: string }>('POST', '/api/performances', terms)
  return { performanceId, clockId }
}

/** Now, or at a moment of the server's clock. */
async function open(performanceId: string, atMs?: number): Promise<void> {
  const body = atMs === undefined ? { status: 'on_sale' } : { onSaleAt: new Date(atMs).toISOString() }
  await must('PATCH', `/api/performances/${performanceId}`, { token: ORGANISER_TOKEN, body, name: 'setup' })
}

/** Nothing of the run's stays on sale, or for sale tomorrow. */
export async function closeSale(sale: Sale): Promise<void> {
  if (!sale.isMade) return
  for (const id of [sale.performanceId, sale.clockPerformanceId])
    await must('PATCH', `/api/performances/${id}`, {
      token: ORGANISER_TOKEN,
      body: { status: 'closed' },
      name: 'setup',
    })
}

const zone = (id: string, category: string) => ({
  id,
  name: category,
  color: '#336699',
  price: SEAT_PRICE,
  currency: 'KRW',
  categories: [category],
})

const clockText = (clock: ClockOffset | undefined): string =>
  clock === undefined
    ? "the generator's own clock: right with one generator only"
    : `handshake: the server is ${clock.offsetMs.toFixed(1)} ms ahead of the generator, give or take ${clock.errorMs.toFixed(1)} ms`
