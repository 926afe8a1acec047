import { expect, test } from 'vitest'
import { REFUSALS } from '@seatcast/shared/protocol/refusal.ts'
import { en } from './en.ts'
import { ko } from './ko.ts'

const facts = { count: 2, maxSeats: 4, wait: '0:30', sale: 'scheduled' } as const

test('every refusal of the wire has a sentence of its own in both languages', () => {
  for (const code of Object.keys(REFUSALS) as (keyof typeof REFUSALS)[]) {
    const sentences = [en.notice.text[code](facts), ko.notice.text[code](facts)]
    expect(sentences[0]).toMatch(/[.]$/)
    expect(sentences[1]).toMatch(/[가-힣].*[.]$/)
  }
})

test('one is singular in English', () => {
  expect(en.mySeats.count(1)).toBe('1 seat')
  expect(en.mySeats.count(2)).toBe('2 seats')
  expect(en.notice.text.EXPIRED({ ...facts, count: 1 })).toContain('your seat is over')
})

test('[H10] a shut sale says why: not open yet, paused or closed', () => {
  const said = (['scheduled', 'paused', 'closed'] as const).map((sale) =>
    en.notice.text.NOT_ON_SALE({ ...facts, sale }),
  )
  expect(said[0]).toContain('0:30')
  expect(new Set(said).size).toBe(3)
})

test('a row with a name of its own keeps it', () => {
  expect([en.seat.row('C'), en.seat.row('12'), en.seat.row('Box 1')]).toEqual(['Row C', 'Row 12', 'Box 1'])
  expect([ko.seat.row('C'), ko.seat.row('Box 1')]).toEqual(['C열', 'Box 1'])
})
