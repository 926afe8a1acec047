import { describe, expect, test } from 'vitest'
import { detailAt, FOCUS_SEAT_PX, reachPx, SECTION_SEAT_PX, tapMeans } from './level-of-detail.ts'

describe('detailAt', () => {
  test('below 3 px a seat only sections show, near by only seats', () => {
    expect(detailAt(2.9)).toMatchObject({ seats: 0, sections: 1, numbers: 0, rows: false })
    expect(detailAt(12)).toMatchObject({ seats: 1, sections: 0, rows: true })
  })

  test('fades from one to the other without a jump', () => {
    for (let px = 2; px < 40; px += 0.1) {
      const detail = detailAt(px)
      expect(detail.seats + detail.sections).toBeCloseTo(1)
      expect(Math.abs(detailAt(px + 0.1).seats - detail.seats)).toBeLessThan(0.1)
      expect(Math.abs(detailAt(px + 0.1).numbers - detail.numbers)).toBeLessThan(0.1)
    }
  })

  test('focused seats show their numbers', () => {
    expect(detailAt(FOCUS_SEAT_PX).numbers).toBe(1)
  })
})

describe('tapMeans', () => {
  test('a finger chooses sections until seats are large enough to tell apart, a mouse as soon as they are drawn', () => {
    expect(tapMeans(5, 'touch')).toBe('section')
    expect(tapMeans(5, 'mouse')).toBe('seat')
    expect(tapMeans(2, 'mouse')).toBe('section')
    expect(tapMeans(9, 'touch')).toBe('seat')
  })

  test('after focusing a section a finger reaches its seats', () => {
    expect(tapMeans(SECTION_SEAT_PX, 'touch')).toBe('seat')
  })
})

test('a finger reaches 22 px or more, a mouse hardly beyond the seat', () => {
  expect(reachPx(8, 'touch')).toBe(22)
  expect(reachPx(60, 'touch')).toBeGreaterThan(30)
  expect(reachPx(8, 'mouse')).toBeLessThan(8)
})
