import { expect, test, vi } from 'vitest'
import { SeatStore } from './seat-store.ts'

const delta = (from: number, to: number, packed: number[], epoch = 1): [string, number, number, number, number[]] => [
  'p',
  epoch,
  from,
  to,
  packed,
]

function storeAt(revision: number, seats = '0000'): SeatStore {
  const store = new SeatStore(seats.length)
  store.applySnapshot({ epoch: 1, revision, seats })
  store.takeChanged()
  return store
}

test('[F1] a delta that starts at my revision or before it and ends after it is applied', () => {
  const store = storeAt(5)
  expect(store.applyDelta(delta(5, 6, [1 * 8 + 1]))).toBe('apply')
  expect(store.applyDelta(delta(4, 8, [1 * 8 + 2, 3 * 8 + 1]))).toBe('apply')
  expect([...store.statuses]).toEqual([0, 2, 0, 1])
  expect(store.position).toEqual({ epoch: 1, revision: 8 })
})

test('[F1] one that ends at my revision or before it changes nothing', () => {
  const store = storeAt(5)
  expect(store.applyDelta(delta(3, 5, [8 + 1]))).toBe('stale')
  expect(store.applyDelta(delta(5, 5, []))).toBe('stale')
  expect([...store.statuses]).toEqual([0, 0, 0, 0])
})

test('[F1] a gap, a heartbeat ahead, another epoch, and anything before the first snapshot change nothing and say so', () => {
  const store = storeAt(5)
  expect(store.applyDelta(delta(6, 7, [8 + 1]))).toBe('gap')
  expect(store.applyDelta(delta(6, 6, []))).toBe('gap')
  expect(store.applyDelta(delta(5, 6, [8 + 1], 2))).toBe('gap')
  expect(new SeatStore(4).applyDelta(delta(0, 1, [8]))).toBe('gap')
  expect([...store.statuses]).toEqual([0, 0, 0, 0])
})

test('a snapshot older than what is here is refused: the store never goes back', () => {
  const store = storeAt(5, '0120')
  expect(store.applySnapshot({ epoch: 1, revision: 4, seats: '0000' })).toBe(false)
  expect(store.applySnapshot({ epoch: 0, revision: 9, seats: '0000' })).toBe(false)
  expect([...store.statuses]).toEqual([0, 1, 2, 0])
  expect(store.applySnapshot({ epoch: 2, revision: 1, seats: '3000' })).toBe(true)
  expect(store.position).toEqual({ epoch: 2, revision: 1 })
})

test('a snapshot of another hall or with a foreign character is refused', () => {
  const store = storeAt(5)
  expect(store.applySnapshot({ epoch: 1, revision: 6, seats: '000' })).toBe(false)
  expect(store.applySnapshot({ epoch: 1, revision: 6, seats: '0009' })).toBe(false)
  expect(store.position).toEqual({ epoch: 1, revision: 5 })
})

test('the renderer gets everything first, then each changed seat once, and only what really changed', () => {
  const store = new SeatStore(4)
  store.applySnapshot({ epoch: 1, revision: 5, seats: '0000' })
  expect(store.takeChanged()).toEqual({ all: true })
  store.applyDelta(delta(5, 6, [8 + 1, 16 + 0]))
  store.applyDelta(delta(6, 7, [8 + 2]))
  expect(store.takeChanged()).toEqual({ all: false, seats: [1] })
  store.applySnapshot({ epoch: 1, revision: 9, seats: '0201' })
  expect(store.takeChanged()).toEqual({ all: false, seats: [3] })
  expect(store.takeChanged()).toEqual({ all: false, seats: [] })
})

test('seats that become mine or stop being mine are changed seats', () => {
  const store = storeAt(5)
  store.setMine([1, 2])
  expect(store.takeChanged()).toEqual({ all: false, seats: [1, 2] })
  store.setMine([2, 3])
  expect(store.takeChanged()).toEqual({ all: false, seats: [1, 3] })
  expect([...store.mine]).toEqual([2, 3])
})

test('a listener is called once until the changes are taken, and no more after it left', () => {
  const store = storeAt(5)
  const listener = vi.fn()
  const leave = store.onChange(listener)
  store.applyDelta(delta(5, 6, [8 + 1]))
  store.applyDelta(delta(6, 7, [16 + 1]))
  expect(listener).toHaveBeenCalledTimes(1)
  store.takeChanged()
  store.applyDelta(delta(7, 8, [24 + 1]))
  expect(listener).toHaveBeenCalledTimes(2)
  store.takeChanged()
  leave()
  store.applyDelta(delta(8, 9, [24 + 2]))
  expect(listener).toHaveBeenCalledTimes(2)
})
