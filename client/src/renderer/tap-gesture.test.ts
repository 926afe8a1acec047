import { expect, test } from 'vitest'
import { TapGesture, type PointerSample } from './tap-gesture.ts'

const at = (x: number, timeMs = 0, more: Partial<PointerSample> = {}): PointerSample => ({
  id: 1,
  kind: 'touch',
  x,
  y: 0,
  timeMs,
  ...more,
})

test('down and up at one place is a tap', () => {
  const gesture = new TapGesture()
  gesture.pressed(at(10))
  gesture.moved(at(13, 50))
  expect(gesture.released(at(14, 90))).toBe(true)
})

test('a drag is no tap, even when it comes back to where it began', () => {
  const gesture = new TapGesture()
  gesture.pressed(at(10))
  gesture.moved(at(40, 50))
  gesture.moved(at(10, 90))
  expect(gesture.released(at(10, 100))).toBe(false)
})

test('a mouse may move less than a finger', () => {
  const moved = (kind: 'mouse' | 'touch') => {
    const gesture = new TapGesture()
    gesture.pressed(at(10, 0, { kind }))
    return gesture.released(at(17, 50, { kind }))
  }
  expect(moved('touch')).toBe(true)
  expect(moved('mouse')).toBe(false)
})

test('a pinch is no tap, whichever finger lifts first', () => {
  for (const order of [
    [1, 2],
    [2, 1],
  ]) {
    const gesture = new TapGesture()
    gesture.pressed(at(10, 0, { id: 1 }))
    gesture.pressed(at(60, 20, { id: 2 }))
    expect(order.map((id) => gesture.released(at(id === 1 ? 10 : 60, 80, { id })))).toEqual([false, false])
    gesture.pressed(at(10, 200))
    expect(gesture.released(at(10, 220))).toBe(true)
  }
})

test('a long press, a cancelled and a forgotten press are no taps', () => {
  const gesture = new TapGesture()
  gesture.pressed(at(10))
  expect(gesture.released(at(10, 2_000))).toBe(false)
  gesture.pressed(at(10))
  gesture.cancelled(1)
  expect(gesture.released(at(10, 10))).toBe(false)
  gesture.pressed(at(10))
  gesture.forget()
  expect(gesture.released(at(10, 10))).toBe(false)
})

test('a release without a press, as after a press outside, is no tap', () => {
  expect(new TapGesture().released(at(10))).toBe(false)
})
