import { expect, test } from 'vitest'
import { GeneratedHallError, generateHall } from './generated-hall.ts'

test('a hall has exactly the seats and sections asked for, and is the same each time', () => {
  for (const [seats, sections] of [
    [12_000, 24],
    [1_001, 7],
    [200_000, 200],
  ] as const) {
    const hall = generateHall(seats, sections)
    expect(hall.seats.x).toHaveLength(seats)
    expect(hall.sections).toHaveLength(sections)
    expect(hall.categories).toHaveLength(4)
  }
  expect(generateHall()).toEqual(generateHall(12_000, 24))
})

test('rows run over 25 seats, without a gap', () => {
  const { seats } = generateHall(1_000, 4)
  expect(seats.next.filter((next) => next < 0)).toHaveLength(40)
})

test('a hall that cannot be is an error that says why', () => {
  expect(() => generateHall(300_000, 10)).toThrow(GeneratedHallError)
  expect(() => generateHall(5, 10)).toThrow(GeneratedHallError)
})
