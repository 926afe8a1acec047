import { expect, test } from 'vitest'
import { runsOf } from './block-shape.ts'
import { assignmentOf, blockWithout, ownersOf, seatEverybody } from './whose-seats.ts'

/** Ten seats in one row, an aisle after seat 4. */
const NEXT = [1, 2, 3, 4, -1, 6, 7, 8, 9, -1]
/** As if the aisle were a way between rows: places apart are the worse the more they are. */
const disorder = (seats: readonly number[]) => runsOf(NEXT, seats).length
const members = ['ada', 'ben', 'cleo'].map((id) => ({ id, userId: `user of ${id}` }))
const owners = (...pairs: readonly (readonly [number, string])[]) => new Map(pairs)

test('[A2] runs of neighbours, from left to right', () => {
  expect(runsOf(NEXT, [3, 1, 2])).toEqual([[1, 2, 3]])
  expect(runsOf(NEXT, [3, 6, 4, 5])).toEqual([
    [3, 4],
    [5, 6],
  ])
  expect([runsOf(NEXT, [1, 2]), runsOf(NEXT, [4, 5]), runsOf(NEXT, [])].map(({ length }) => length)).toEqual([1, 2, 0])
})

test('another block: who sits in a seat that stays keeps it, everybody gets one, then as many as before', () => {
  expect(seatEverybody([1, 2, 3], owners(), members)).toEqual(owners([1, 'ada'], [2, 'ben'], [3, 'cleo']))
  expect(seatEverybody([2, 3, 4], owners([1, 'ada'], [3, 'cleo']), members)).toEqual(
    owners([3, 'cleo'], [2, 'ada'], [4, 'ben']),
  )
  // Ben had two; there is one seat more than people.
  expect(seatEverybody([5, 6, 7, 8], owners([1, 'ben'], [2, 'ben'], [3, 'ada']), members)).toEqual(
    owners([5, 'ada'], [6, 'ben'], [7, 'cleo'], [8, 'ben']),
  )
  // Too few: who came last has none; who is gone has none at all.
  expect(seatEverybody([5, 6], owners([5, 'dan']), members)).toEqual(owners([5, 'ada'], [6, 'ben']))
})

test('[G6] who leaves the edge leaves the block; who leaves the middle leaves no gap, and the fewest people move', () => {
  const seated = owners([1, 'ada'], [2, 'ben'], [3, 'cleo'])
  expect(blockWithout(disorder, [1, 2, 3], seated, 'cleo')).toEqual({
    seats: [1, 2],
    owners: owners([1, 'ada'], [2, 'ben']),
    moved: false,
  })
  const without = blockWithout(disorder, [1, 2, 3], seated, 'ben')
  expect(runsOf(NEXT, without.seats)).toHaveLength(1)
  expect([without.seats.length, without.owners.size, without.moved]).toEqual([2, 2, true])
  // Seat 0 is nobody's: it goes, and nobody moves.
  expect(blockWithout(disorder, [0, 1, 2, 3], seated, 'ben')).toEqual({
    seats: [1, 2, 3],
    owners: owners([1, 'ada'], [3, 'cleo']),
    moved: false,
  })
  // Of a block in two places, what is left is in one if it can be, and not in three.
  expect(blockWithout(disorder, [1, 2, 3, 6], seated, 'ben')).toEqual({
    seats: [1, 2, 3],
    owners: owners([1, 'ada'], [3, 'cleo']),
    moved: false,
  })
  const two = blockWithout(
    disorder,
    [1, 2, 3, 6, 7],
    owners([1, 'ada'], [2, 'ben'], [3, 'cleo'], [6, 'dan'], [7, 'eve']),
    'ben',
  )
  expect([runsOf(NEXT, two.seats).length, two.seats.length, two.owners.size, two.moved]).toEqual([2, 4, 4, true])
  expect(blockWithout(disorder, [1], owners([1, 'ada']), 'ada').seats).toEqual([])
})

test('members are people to us and buyers to Redis', () => {
  const assigned = assignmentOf(owners([1, 'ada'], [2, 'gone'], [3, 'cleo']), members)
  expect(assigned).toEqual({ 1: 'user of ada', 3: 'user of cleo' })
  expect(ownersOf(assigned, members)).toEqual(owners([1, 'ada'], [3, 'cleo']))
})
