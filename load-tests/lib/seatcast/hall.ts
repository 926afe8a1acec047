/** The metronome's seats: the last of the hall, so that buyers and clicks do not meet. */
export const PROBE_SEATS = 20
export const HALL_ZONE = 'hall'
export const PROBE_ZONE = 'probe'

const ROW_SEATS = 50
const SECTION_ROWS = 20
const SECTIONS_ACROSS = 4
/** Middle of a section to the next, cm: rows of 50 seats are 25 m wide, 20 rows 17 m deep. */
const STEP = { x: 3_500, y: 2_600 } as const

/** A venue spec of exactly `seats` seats: sections of 20 rows of 50, a remainder, and one row for the metronome. */
export function hallOf(seats: number): object {
  const forBuyers = Math.max(ROW_SEATS, seats - PROBE_SEATS)
  const perSection = ROW_SEATS * SECTION_ROWS
  const sections: object[] = []
  for (let begun = 0; begun < forBuyers; begun += perSection)
    sections.push(
      section(sections.length, `Block ${sections.length + 1}`, 'Hall', rowsOf(Math.min(perSection, forBuyers - begun))),
    )
  sections.push(section(sections.length, 'Probe', 'Probe', [PROBE_SEATS]))
  return {
    name: `Load test, ${seats} seats`,
    unit: 'cm',
    seat: { pitch: 50, rowSpacing: 85 },
    categories: [
      { name: 'Hall', color: '#336699' },
      { name: 'Probe', color: '#996633' },
    ],
    sections,
  }
}

const section = (place: number, name: string, category: string, seats: readonly number[]) => ({
  name,
  at: [(place % SECTIONS_ACROSS) * STEP.x, Math.floor(place / SECTIONS_ACROSS) * STEP.y],
  category,
  rows: { count: seats.length, seats },
})

/** Full rows, and one for the rest. */
function rowsOf(seats: number): number[] {
  const rows = Array.from({ length: Math.floor(seats / ROW_SEATS) }, () => ROW_SEATS)
  return seats % ROW_SEATS === 0 ? rows : [...rows, seats % ROW_SEATS]
}
