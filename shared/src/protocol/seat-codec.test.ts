import { expect, test } from 'vitest'
import { decodeStatuses, packStatus, seatOfPacked, statusOfPacked, writeStatusDigits } from './seat-codec.ts'

test('a packed seat gives back its seat and status, up to the largest layout', () => {
  for (const seat of [0, 1, 7, 8, 59_999, 249_999])
    for (const status of [0, 1, 2, 3] as const) {
      const packed = packStatus(seat, status)
      expect([seatOfPacked(packed), statusOfPacked(packed)]).toEqual([seat, status])
    }
})

test('[F7] held and ordered show the same; the five states become four digits', () => {
  const text = new TextEncoder().encode('"?????"')
  writeStatusDigits(Uint8Array.of(0, 1, 2, 3, 4), text, 1)
  expect(new TextDecoder().decode(text)).toBe('"01123"')
})

test('a snapshot decodes to wire statuses', () => {
  expect(decodeStatuses('01123', 5)).toEqual(Uint8Array.of(0, 1, 1, 2, 3))
})

test('a snapshot of another length or with a foreign character is refused', () => {
  expect(decodeStatuses('0112', 5)).toBeUndefined()
  expect(decodeStatuses('01124', 5)).toBeUndefined()
  expect(decodeStatuses('0112/', 5)).toBeUndefined()
})
