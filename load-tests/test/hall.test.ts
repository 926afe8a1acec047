import { Faults } from '@seatcast/shared/domain/faults.ts'
import { expandVenue } from '@seatcast/shared/domain/venue-spec/expand-venue.ts'
import { readVenueSpec } from '@seatcast/shared/domain/venue-spec/read-venue-spec.ts'
import { expect, test } from 'vitest'
import { hallOf, PROBE_SEATS } from '../lib/seatcast/hall.ts'

test.each([70, 500, 1_019, 12_000])('a hall of %i seats has just as many, the last for the metronome', (seats) => {
  const faults = new Faults()
  const spec = readVenueSpec(faults, hallOf(seats))
  const layout = spec === undefined ? undefined : expandVenue(faults, spec)
  expect(faults.list()).toEqual([])
  expect(layout?.seats.section).toHaveLength(seats)
  const probes = Array.from({ length: PROBE_SEATS }, (_, place) => layout?.seats.category[seats - PROBE_SEATS + place])
  expect(new Set(probes)).toEqual(new Set([1]))
  expect(layout?.seats.category.indexOf(1)).toBe(seats - PROBE_SEATS)
})
