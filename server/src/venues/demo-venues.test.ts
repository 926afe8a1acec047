import { readdirSync, readFileSync } from 'node:fs'
import { isInside } from '@seatcast/shared/domain/outline.ts'
import { expect, test } from 'vitest'
import { exportPretix } from './export-pretix.ts'
import { importVenue } from './import-venue.ts'

const DEMO = new URL('demo/', import.meta.url)

function demo(file: string) {
  const result = importVenue(readFileSync(new URL(file, DEMO), 'utf8'))
  if (!result.ok) throw new Error(JSON.stringify(result.errors))
  return result.layout
}

/** What each demo venue has had since it was looked at; a change of the expansion shows here. */
const GOLDEN = {
  'arena.json': {
    seats: 15_378,
    sections: 62,
    aislesAndEnds: 1_044,
    accessible: 52,
    categories: { Floor: 2_304, 'Lower front': 1_648, 'Lower tier': 4_270, 'Upper tier': 3_912, 'Upper rear': 3_244 },
  },
  'stadium.json': {
    seats: 59_856,
    sections: 100,
    aislesAndEnds: 3_440,
    accessible: 88,
    categories: { Premium: 4_902, 'Side lower': 4_866, 'End lower': 10_412, 'Side upper': 19_304, 'End upper': 20_372 },
  },
  'theatre.json': {
    seats: 1_256,
    sections: 5,
    aislesAndEnds: 126,
    accessible: 8,
    categories: { Premium: 188, Stalls: 458, 'Dress circle': 298, 'Upper circle': 264, Boxes: 48 },
  },
} as const

test('every demo venue is in the golden table', () => {
  expect(readdirSync(DEMO).toSorted()).toEqual(Object.keys(GOLDEN))
})

test.for(Object.entries(GOLDEN))('%s has the seats it had when it was looked at', ([file, golden]) => {
  const { seats, sections, categories } = demo(file)
  const countOf = (id: number) => seats.category.filter((category) => category === id).length
  expect({
    seats: seats.x.length,
    sections: sections.length,
    aislesAndEnds: seats.next.filter((next) => next < 0).length,
    accessible: seats.accessible.filter((place) => place === 1).length,
    categories: Object.fromEntries(categories.map(({ id, name }) => [name, countOf(id)])),
  }).toEqual(golden)
})

test.for(Object.keys(GOLDEN))(
  '[A1] %s: every seat is inside its outline, every seat has a name of its own and a neighbour',
  (file) => {
    const { seats, sections } = demo(file)
    const hasLeft = new Set(seats.next)
    const names = new Set<string>()
    seats.x.forEach((x, seat) => {
      names.add(`${seats.section[seat]}/${seats.row[seat]}/${seats.number[seat]}`)
      const outline = sections[seats.section[seat] ?? 0]?.outline ?? []
      if (!isInside([x, seats.y[seat] ?? 0], outline)) expect.fail(`seat ${seat} is outside of its section`)
      if (seats.next[seat] === -1 && !hasLeft.has(seat)) expect.fail(`seat ${seat} has no neighbour`)
    })
    expect(names.size).toBe(seats.x.length)
  },
)

test.for(Object.keys(GOLDEN))('[V1] %s survives pretix', (file) => {
  const layout = demo(file)
  const again = importVenue(exportPretix(layout))
  expect(again.ok && again.layout).toEqual(layout)
})
