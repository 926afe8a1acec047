import type { PerformanceDetail, Problem } from '@seatcast/shared/protocol/http.ts'
import type { ImportedVenue } from '@seatcast/shared/protocol/organiser.ts'
import { expect } from 'vitest'
import { SMALL_PLAN } from './small-venues.ts'
import type { TestApp } from './test-app.ts'

/** A zone that sells all of the small plan. */
export const zone = (change: object = {}) => ({
  name: 'Alles',
  color: '#AA00ff',
  price: 2_500,
  currency: 'EUR',
  categories: ['Parkett', 1],
  ...change,
})

/** The paths of a bad request's errors, in order. */
export const pathsOf = (problem: Problem): string[] => (problem.errors ?? []).map(({ path }) => path)

/** What an organiser asks of the app, with the small plan as their venue. */
export function organiserRequests({ app, organiser }: TestApp) {
  const send = (method: 'POST' | 'PATCH', url: string, body: unknown) =>
    app.inject({
      method,
      url,
      headers: { 'content-type': 'application/json', ...organiser },
      payload: typeof body === 'string' ? body : JSON.stringify(body),
    })
  const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers })

  const importPlan = async (): Promise<ImportedVenue> => {
    const response = await send('POST', '/api/venues', SMALL_PLAN)
    expect(response.statusCode, response.body).toBe(201)
    return response.json()
  }
  /** The body of a new performance, with a venue and a show of its own. */
  const newPerformance = async (change: object = {}) => {
    const { venueId } = await importPlan()
    const show = (await send('POST', '/api/shows', { title: 'Hamlet' })).json<{ id: string }>()
    return {
      showId: show.id,
      venueId,
      startsAt: '2027-05-01T19:30:00+09:00',
      zones: [zone()],
      holdSeconds: 10,
      paymentSeconds: 20,
      maxSeatsPerBuyer: 4,
      ...change,
    }
  }
  const performance = async (change: object = {}): Promise<PerformanceDetail> => {
    const response = await send('POST', '/api/performances', await newPerformance(change))
    expect(response.statusCode, response.body).toBe(201)
    return response.json()
  }
  return { send, get, importPlan, newPerformance, performance }
}
