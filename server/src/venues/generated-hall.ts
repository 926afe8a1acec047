import { Faults } from '@seatcast/shared/domain/faults.ts'
import type { Layout } from '@seatcast/shared/domain/layout.ts'
import { expandVenue } from '@seatcast/shared/domain/venue-spec/expand-venue.ts'
import { readVenueSpec } from '@seatcast/shared/domain/venue-spec/read-venue-spec.ts'

/** Seats between two aisles of a generated section. Source: a usual block. */
const SEATS_PER_ROW = 25
const PITCH_CM = 55
const ROW_SPACING_CM = 90
const WAY_CM = 200

/**
 * A hall of exactly `seatCount` seats for benchmarks: `sectionCount` equal blocks of straight rows in a grid before a stage,
 * four categories from front to back, the first two seats of each section wheelchair places. The same arguments give the same hall.
 */
export function generateHall(seatCount = 12_000, sectionCount = 24): Layout {
  const columns = Math.max(1, Math.ceil(Math.sqrt(sectionCount * 1.5)))
  const share = Math.floor(seatCount / sectionCount)
  const larger = seatCount - share * sectionCount
  const rowsOfLargest = Math.ceil((share + 1) / SEATS_PER_ROW)
  const stepX = SEATS_PER_ROW * PITCH_CM + WAY_CM
  const stepY = rowsOfLargest * ROW_SPACING_CM + WAY_CM
  const lines = Math.ceil(sectionCount / columns)
  const sections = Array.from({ length: sectionCount }, (_, i) => {
    const [column, line] = [i % columns, Math.floor(i / columns)]
    const seats = rowsOf(i < larger ? share + 1 : share)
    return {
      name: `Block ${i + 1}`,
      category: CATEGORIES[Math.floor((line * CATEGORIES.length) / lines)]?.name,
      at: [(column - (columns - 1) / 2) * stepX, 1_000 + line * stepY],
      rows: { count: seats.length, seats, align: 'left' },
      accessible: [{ rows: 'A', seats: '1-2' }],
    }
  })
  const spec = {
    name: `Generated hall of ${seatCount} seats`,
    seat: { pitch: PITCH_CM, rowSpacing: ROW_SPACING_CM },
    categories: CATEGORIES,
    sections,
    shapes: [{ kind: 'rectangle', at: [0, 0], size: [stepX * 2, 800], fill: '#444444', stage: true }],
  }
  const faults = new Faults()
  const read = readVenueSpec(faults, spec)
  const layout = read === undefined ? undefined : expandVenue(faults, read)
  if (layout === undefined) throw new GeneratedHallError(seatCount, sectionCount, faults)
  return layout
}

const CATEGORIES = [
  { name: 'Front', color: '#0072b2' },
  { name: 'Middle', color: '#009e73' },
  { name: 'Rear', color: '#e69f00' },
  { name: 'Far', color: '#cc79a7' },
] as const

/** Full rows, and a shorter last one. */
function rowsOf(seats: number): number[] {
  const full = Array.from<number>({ length: Math.floor(seats / SEATS_PER_ROW) }).fill(SEATS_PER_ROW)
  const rest = seats % SEATS_PER_ROW
  return rest === 0 ? full : [...full, rest]
}

/** No hall can be made of these numbers: too many seats, or fewer than one a section. */
export class GeneratedHallError extends Error {
  override readonly name = 'GeneratedHallError'

  constructor(seatCount: number, sectionCount: number, faults: Faults) {
    super(`no hall of ${seatCount} seats in ${sectionCount} sections: ${faults.list()[0]?.message ?? ''}`)
  }
}
