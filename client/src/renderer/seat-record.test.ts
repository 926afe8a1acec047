import { SeatStatus } from '@seatcast/shared/domain/seat-state.ts'
import { expect, test } from 'vitest'
import { markOf, SeatFlag, SeatLook, seatRecord, writeRecord } from './seat-record.ts'

test('looks 0 to 3 are the wire statuses', () => {
  for (const [name, status] of Object.entries(SeatStatus))
    expect(SeatLook[name as keyof typeof SeatStatus]).toBe(status)
})

test('a record lies in memory as look, zone, flags', () => {
  const records = new Uint32Array(1)
  records[0] = seatRecord(SeatLook.pending, 254, SeatFlag.highlight | SeatFlag.accessible)
  expect([...new Uint8Array(records.buffer)]).toEqual([5, 254, 3, 0])
})

test('writing a slot changes its four vertices and no other', () => {
  const records = new Uint32Array(12)
  writeRecord(records, 1, 9)
  expect([...records]).toEqual([0, 0, 0, 0, 9, 9, 9, 9, 0, 0, 0, 0])
})

test('mine is stronger than pending, pending stronger than an outline', () => {
  expect(markOf(true, true)).toBe(SeatLook.mine)
  expect(markOf(false, true)).toBe(SeatLook.pending)
  expect(markOf(false, false)).toBe(SeatLook.outline)
})
