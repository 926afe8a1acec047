import type { Layout } from '@seatcast/shared/domain/layout.ts'

/** One section, one category, seats 50 cm apart, no aisles; seat index = row * seatsPerRow + place. */
export function straightRows(rows: number, seatsPerRow: number): Layout {
  const seats = Array.from({ length: rows * seatsPerRow }, (_, seat) => ({
    row: Math.floor(seat / seatsPerRow),
    place: seat % seatsPerRow,
    seat,
  }))
  return {
    name: 'Test hall',
    unit: 'cm',
    seatSize: 50,
    focus: [(seatsPerRow * 50) / 2, -300],
    sections: [
      {
        id: 0,
        name: 'Stalls',
        outline: [
          [-50, -50],
          [seatsPerRow * 50, -50],
          [seatsPerRow * 50, rows * 90],
          [-50, rows * 90],
        ],
      },
    ],
    categories: [{ id: 0, name: 'Stalls', color: '#336699' }],
    seats: {
      section: seats.map(() => 0),
      row: seats.map(({ row }) => String(row + 1)),
      number: seats.map(({ place }) => String(place + 1)),
      x: seats.map(({ place }) => place * 50),
      y: seats.map(({ row }) => row * 90),
      category: seats.map(() => 0),
      accessible: seats.map(() => 0 as const),
      next: seats.map(({ seat, place }) => (place === seatsPerRow - 1 ? -1 : seat + 1)),
    },
    shapes: [],
  }
}
