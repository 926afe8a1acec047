import type { Layout, LayoutSection, Point, Shape } from '@seatcast/shared/domain/layout.ts'

const SEAT_CM = 50
const PITCH_CM = 58
const ROW_CM = 90
const TIERS = 3
const WEDGES = 8
const TIER_NAMES = ['Floor', 'Lower', 'Upper'] as const
/** Half the angle that the hall opens around its stage, radians. */
const HALF_ANGLE = 1.9

/** A bowl around a stage: three tiers of eight wedges, rows on arcs, one aisle in each wedge, about `seatCount` seats. */
export function syntheticHall(seatCount: number): Layout {
  const columns = {
    section: [] as number[],
    row: [] as string[],
    number: [] as string[],
    x: [] as number[],
    y: [] as number[],
    category: [] as number[],
    accessible: [] as (0 | 1)[],
    next: [] as number[],
  }
  const sections: LayoutSection[] = []
  const first = 1_400 + Math.sqrt(seatCount) * 8
  const rowsPerTier = rowsFor(seatCount, first)
  for (let tier = 0; tier < TIERS; tier++) {
    const inner = first + tier * (rowsPerTier * ROW_CM + 500)
    for (let wedge = 0; wedge < WEDGES; wedge++) {
      const section = sections.length
      const [from, to] = wedgeAngles(wedge, inner)
      for (let row = 0; row < rowsPerTier; row++) {
        const radius = inner + row * ROW_CM
        const seats = Math.floor(((to - from) * radius) / PITCH_CM - 3.5)
        for (let number = 0; number < seats; number++) {
          const seat = columns.x.length
          const middle = number >= seats / 2 ? 0.9 : -0.9
          const angle = (from + to) / 2 + ((number - (seats - 1) / 2 + middle) * PITCH_CM) / radius
          columns.section.push(section)
          columns.row.push(String.fromCharCode(65 + (row % 26)) + (row >= 26 ? 'A' : ''))
          columns.number.push(String(number + 1))
          columns.x.push(Math.sin(angle) * radius)
          columns.y.push(Math.cos(angle) * radius)
          columns.category.push(tier)
          columns.accessible.push(row === 0 && number < 3 ? 1 : 0)
          columns.next.push(number === seats - 1 || (number + 1 >= seats / 2 && number < seats / 2) ? -1 : seat + 1)
        }
      }
      const outline = wedgeOutline(from, to, inner - ROW_CM, inner + rowsPerTier * ROW_CM)
      sections.push({ id: section, name: `${TIER_NAMES[tier] ?? ''} ${wedge + 1}`, outline })
    }
  }
  return {
    name: `Bowl of ${columns.x.length}`,
    unit: 'cm',
    seatSize: SEAT_CM,
    focus: [0, first * 0.55],
    sections,
    categories: [
      { id: 0, name: 'Floor', color: '#0f766e' },
      { id: 1, name: 'Lower', color: '#2563eb' },
      { id: 2, name: 'Upper', color: '#d97706' },
    ],
    seats: columns,
    shapes: stage(first),
  }
}

function rowsFor(seatCount: number, first: number): number {
  for (let rows = 3; ; rows++) {
    let seats = 0
    for (let tier = 0; tier < TIERS; tier++) {
      for (let row = 0; row < rows; row++) {
        seats += (2 * HALF_ANGLE * (first + tier * (rows * ROW_CM + 500) + row * ROW_CM)) / (PITCH_CM * 1.15)
      }
    }
    if (seats >= seatCount) return rows
  }
}

function wedgeAngles(wedge: number, inner: number): [number, number] {
  const width = (2 * HALF_ANGLE) / WEDGES
  const gap = 120 / inner
  return [-HALF_ANGLE + wedge * width + gap / 2, -HALF_ANGLE + (wedge + 1) * width - gap / 2]
}

function wedgeOutline(from: number, to: number, inner: number, outer: number): Point[] {
  const angles = Array.from({ length: 13 }, (_, step) => from + ((to - from) * step) / 12)
  const arc = (radius: number) =>
    angles.map((angle): Point => [Math.round(Math.sin(angle) * radius), Math.round(Math.cos(angle) * radius)])
  return [...arc(outer), ...arc(inner).toReversed()]
}

function stage(first: number): Shape[] {
  const [width, back, front] = [first * 0.62, -first * 0.5, first * 0.45]
  return [
    {
      kind: 'polygon',
      points: [
        [-width, back],
        [width, back],
        [width * 0.8, front],
        [-width * 0.8, front],
      ],
      stage: true,
    },
    { kind: 'text', x: 0, y: 0, text: 'STAGE', size: first * 0.18 },
  ]
}
