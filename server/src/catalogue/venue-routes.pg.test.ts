import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Layout } from '@seatcast/shared/domain/layout.ts'
import type { ImportedVenue, VenueDetail } from '@seatcast/shared/protocol/organiser.ts'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { organiserRequests, pathsOf } from '../../test/support/organiser-requests.ts'
import { SMALL_PLAN } from '../../test/support/small-venues.ts'
import { testApp, type TestApp } from '../../test/support/test-app.ts'

let tested: TestApp
let organiser: ReturnType<typeof organiserRequests>

beforeAll(async () => {
  tested = await testApp()
  organiser = organiserRequests(tested)
})
afterAll(() => tested.close())
afterEach(() => {
  expect(tested.faults.splice(0)).toEqual([])
})

test('[V1] a venue goes in and comes out byte for byte, unknown fields included', async () => {
  const venue = await organiser.importPlan()
  expect(venue).toMatchObject({ format: 'pretix', version: 1, seatCount: 6, sections: 1, name: 'Kleine Bühne' })
  expect(venue.categories.map(({ name }) => name)).toEqual(['Parkett', 'Rang'])
  const exported = await organiser.get(`/api/venues/${venue.venueId}/export`, tested.organiser)
  expect(exported.body).toBe(SMALL_PLAN)
  expect((await organiser.get(`/api/venues/${venue.venueId}/export?format=pretix`, tested.organiser)).body).toBe(
    SMALL_PLAN,
  )
})

test('[V1] a spec comes out as it went in, and as a pretix plan of the same hall', async () => {
  const spec = await readFile(new URL('../venues/demo/theatre.json', import.meta.url), 'utf8')
  const imported = (await organiser.send('POST', '/api/venues', spec)).json<ImportedVenue>()
  expect(imported).toMatchObject({ format: 'spec', version: 1 })
  expect(imported.seatCount).toBeGreaterThan(1_000)
  expect((await organiser.get(`/api/venues/${imported.venueId}/export`, tested.organiser)).body).toBe(spec)
  const plan = (await organiser.get(`/api/venues/${imported.venueId}/export?format=pretix`, tested.organiser)).body
  const again = (await organiser.send('POST', '/api/venues', plan)).json<ImportedVenue>()
  expect(again).toMatchObject({ format: 'pretix', seatCount: imported.seatCount, sections: imported.sections })
})

test('[V2] a bad file gets every error with its path, and nothing is stored', async () => {
  const before = await tested.db.selectFrom('venues').select('id').execute()
  const bad = SMALL_PLAN.replace('"category": "Rang"', '"category": "Loge"').replace(
    '"seat_number": "1"',
    '"seat_number": 1',
  )
  const response = await organiser.send('POST', '/api/venues', bad)
  expect(response.statusCode).toBe(400)
  expect(pathsOf(response.json()).length).toBeGreaterThanOrEqual(2)
  for (const body of [
    '{',
    '[]',
    'null',
    '{}',
    '{"zones":1}',
    '{"sections":[]}',
    Buffer.from([0x7b, 0xff, 0x7d]).toString('latin1'),
  ]) {
    const refused = await organiser.send('POST', '/api/venues', body)
    expect(refused.statusCode, body).toBe(400)
    expect(pathsOf(refused.json()).length).toBeGreaterThan(0)
  }
  expect(await tested.db.selectFrom('venues').select('id').execute()).toEqual(before)
})

test('[V3] a change is a new version with its own URL; performances keep theirs', async () => {
  const { id, layoutUrl, venueId } = await organiser.performance()
  const changed = SMALL_PLAN.replace('"seat_guid": "B-3"', '"seat_guid": "B-4"').replace(
    '"x": 50, "y": 0}, "category": "Rang"',
    '"x": 60, "y": 0}, "category": "Rang"',
  )
  const next = (await organiser.send('POST', `/api/venues/${venueId}/layouts`, changed)).json<ImportedVenue>()
  expect(next).toMatchObject({ venueId, version: 2 })
  expect(next.layoutUrl).not.toBe(layoutUrl)
  expect((await organiser.get(`/api/performances/${id}`)).json()).toMatchObject({ layoutUrl })
  const { layouts } = (await organiser.get(`/api/venues/${venueId}`, tested.organiser)).json<VenueDetail>()
  expect(layouts.map(({ version }) => version)).toEqual([2, 1])
  expect((await organiser.get(`/api/venues/${venueId}/export?version=1`, tested.organiser)).body).toBe(SMALL_PLAN)
  expect((await organiser.send('POST', `/api/venues/${randomUUID()}/layouts`, changed)).statusCode).toBe(404)
})

test('a layout is served packed or plain, with a tag, for a year', async () => {
  const { layoutUrl } = await organiser.importPlan()
  const plain = await organiser.get(layoutUrl)
  const layout = plain.json<Layout>()
  expect(layout.seats.number).toEqual(['1', '2', '3', '1', '2', '3'])
  expect(layout.seats.next).toEqual([1, 2, -1, 4, 5, -1])
  const packed = await organiser.get(layoutUrl, { 'accept-encoding': 'br, gzip' })
  expect(packed.headers).toMatchObject({
    'content-encoding': 'gzip',
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'accept-encoding',
  })
  expect(
    (await organiser.get(layoutUrl, { 'accept-encoding': 'gzip;q=0' })).headers['content-encoding'],
  ).toBeUndefined()
  const etag = String(plain.headers['etag'])
  expect((await organiser.get(layoutUrl, { 'if-none-match': `"other", W/${etag}` })).statusCode).toBe(304)
  expect((await organiser.get(layoutUrl.replace(/1$/, '2'))).statusCode).toBe(404)
})
