import type { Layout } from '@seatcast/shared/domain/layout.ts'
import { expect, test } from 'vitest'
import { chooseSeats } from './bot-choice.ts'

/** Ten seats in one row; the last one is an accessible place. */
const row = {
  seats: { next: [1, 2, 3, 4, 5, 6, 7, 8, 9, -1], accessible: [...Array<boolean>(9).fill(false), true] },
} as unknown as Layout

test('a party sits on free neighbouring seats, one to four, never on an accessible place', () => {
  for (let round = 0; round < 500; round += 1) {
    const seats = chooseSeats(row, '0000100000')
    expect(seats.length).toBeLessThanOrEqual(4)
    expect(seats).not.toContain(4)
    expect(seats).not.toContain(9)
    for (const [index, seat] of seats.entries()) expect(seat).toBe((seats[0] ?? 0) + index)
  }
})

test('in a full house a party goes away empty-handed', () => {
  expect(chooseSeats(row, '1111111111')).toEqual([])
})
