import type { Layout, LayoutSection, Shape } from '@seatcast/shared/domain/layout.ts'

interface TestSeat {
  readonly x: number
  readonly y: number
  readonly section?: number
  readonly row?: string
  readonly number?: string
  readonly next?: number
  readonly accessible?: 0 | 1
}

interface TestLayout {
  readonly seatSize?: number
  readonly sections?: readonly LayoutSection[]
  readonly shapes?: readonly Shape[]
}

/** A layout for unit tests: seats where the test puts them, one section around them unless it says otherwise. */
export function layoutOf(seats: readonly TestSeat[], { seatSize = 1, sections, shapes = [] }: TestLayout = {}): Layout {
  return {
    name: 'test',
    unit: 'px',
    seatSize,
    focus: [0, -100],
    sections: sections ?? [{ id: 0, name: 'A', outline: [] }],
    categories: [{ id: 0, name: 'all', color: '#336699' }],
    seats: {
      section: seats.map((seat) => seat.section ?? 0),
      row: seats.map((seat) => seat.row ?? '1'),
      number: seats.map((seat, index) => seat.number ?? String(index + 1)),
      x: seats.map((seat) => seat.x),
      y: seats.map((seat) => seat.y),
      category: seats.map(() => 0),
      accessible: seats.map((seat) => seat.accessible ?? 0),
      next: seats.map((seat) => seat.next ?? -1),
    },
    shapes,
  }
}
