import { describe, expect, test } from 'vitest'
import { entryAfter, mirrorOf, oneCell, seatsChange, stateOf } from '../../test/support/feed-fixtures.ts'
import type { MapOperation } from '../redis/map-stream.ts'
import { SeatMirror } from './seat-mirror.ts'

const hold = (facts: Partial<Extract<MapOperation, { k: 'hold' }>>): MapOperation => ({
  k: 'hold',
  h: 'h1',
  b: 'ann',
  d: 5_000,
  s: [2, 3],
  r: 'held',
  c: [2 * 8 + 1, 3 * 8 + 1],
  ...facts,
})

describe('entries', () => {
  test('[R2] the next entry is applied, an old one is stale, a later one is a gap', () => {
    const mirror = mirrorOf(4)
    const second = entryAfter(mirror, [seatsChange(8 + 4)])
    const third = entryAfter({ ...second, epoch: 1 }, [seatsChange(16 + 4)])
    expect(mirror.apply(third)).toBe('gap')
    expect(mirror.apply(second)).toBe('applied')
    expect(mirror.apply(second)).toBe('stale')
    expect(mirror.apply(third)).toBe('applied')
    expect([...mirror.states]).toEqual([0, 4, 4, 0])
    expect(mirror.position).toEqual({ epoch: 1, revision: 3 })
  })

  test('[R3] a next entry on another history breaks the chain, and so does another one of the present revision', () => {
    const mirror = mirrorOf(4)
    const other = entryAfter({ epoch: 1, revision: 1, chain: 'ffffffff' }, [seatsChange(8 + 4)])
    expect(mirror.apply(other)).toBe('chain broken')
    expect(mirror.apply(entryAfter(mirror, [seatsChange(8 + 1)]))).toBe('applied')
    expect(mirror.apply(other)).toBe('chain broken')
    expect([...mirror.states]).toEqual([0, 1, 0, 0])
  })

  test('[R5] an epoch begins with a start; what comes of epochs past is stale, and one without its start is a gap', () => {
    const mirror = mirrorOf(4, { epoch: 2 })
    expect(mirror.apply(entryAfter({ epoch: 1, revision: 80, chain: '' }, [seatsChange(8 + 1)]))).toBe('stale')
    expect(mirror.apply(entryAfter({ epoch: 3, revision: 0, chain: '' }, [{ k: 'start' }]))).toBe('start')
    expect(mirror.apply(entryAfter({ epoch: 3, revision: 4, chain: '' }, [seatsChange(8 + 1)]))).toBe('gap')
    expect(mirror.position).toEqual({ epoch: 2, revision: 1 })
  })

  test('seats beyond the hall are ignored', () => {
    const mirror = mirrorOf(4)
    expect(mirror.apply(entryAfter(mirror, [seatsChange(99 * 8 + 1)]))).toBe('applied')
    expect(mirror.dirtySeats).toEqual([])
  })
})

describe('holds', () => {
  test('[O13] a buyer has their orders as they were last; one without seats has ended; an order may change its buyer', () => {
    const mirror = mirrorOf(4)
    const order = (facts: Partial<Extract<MapOperation, { k: 'order' }>>): MapOperation => ({
      k: 'order',
      o: 'o1',
      b: 'ann',
      d: 9_000,
      s: [2],
      st: 'pending',
      c: [2 * 8 + 2],
      ...facts,
    })
    mirror.apply(entryAfter(mirror, [order({}), order({ o: 'o2', s: [3], st: 'paid', c: [3 * 8 + 3] })]))
    expect(mirror.ordersOf('ann').map(({ orderId, status, seats }) => ({ orderId, status, seats }))).toEqual([
      { orderId: 'o1', status: 'pending', seats: [2] },
      { orderId: 'o2', status: 'paid', seats: [3] },
    ])
    expect([...mirror.states]).toEqual([0, 0, 2, 3])
    mirror.apply(entryAfter(mirror, [order({ s: [], st: 'expired', c: [2 * 8] })]))
    mirror.apply(entryAfter(mirror, [order({ o: 'o2', s: [], c: [] }), order({ o: 'o2', b: 'bob', s: [3], c: [] })]))
    expect(mirror.ordersOf('ann')).toEqual([])
    expect(mirror.ordersOf('bob').map(({ orderId }) => orderId)).toEqual(['o2'])
    mirror.jumpTo({
      ...stateOf(4),
      orders: [{ orderId: 'o3', buyer: 'ann', status: 'paid', deadlineMs: 0, seats: [1] }],
    })
    expect([mirror.ordersOf('ann').length, mirror.ordersOf('bob').length]).toEqual([1, 0])
  })

  test('a buyer has the hold as it was last; one without seats has ended', () => {
    const mirror = mirrorOf(4)
    mirror.apply(entryAfter(mirror, [hold({})]))
    expect(mirror.holdOf('ann')).toMatchObject({ holdId: 'h1', seats: [2, 3], deadlineMs: 5_000 })
    mirror.apply(entryAfter(mirror, [hold({ s: [3], r: 'released', c: [16] })]))
    expect(mirror.holdOf('ann')?.seats).toEqual([3])
    mirror.apply(entryAfter(mirror, [hold({ s: [], r: 'expired', c: [24] })]))
    expect(mirror.holdOf('ann')).toBeUndefined()
  })

  test("[H3] the end of an old hold leaves the same buyer's new one", () => {
    const mirror = mirrorOf(4)
    mirror.apply(entryAfter(mirror, [hold({})]))
    mirror.apply(entryAfter(mirror, [hold({ h: 'h2', s: [1], c: [8 + 1] })]))
    mirror.apply(entryAfter(mirror, [hold({ s: [], r: 'expired', c: [16, 24] })]))
    expect(mirror.holdOf('ann')).toMatchObject({ holdId: 'h2', seats: [1] })
  })

  test('the oldest deadline follows the holds', () => {
    const mirror = mirrorOf(4)
    expect(mirror.oldestDeadlineMs).toBe(Infinity)
    mirror.apply(entryAfter(mirror, [hold({ h: 'late', b: 'bob', d: 9_000, s: [0], c: [1] }), hold({})]))
    expect(mirror.oldestDeadlineMs).toBe(5_000)
    mirror.apply(entryAfter(mirror, [hold({ s: [], c: [] })]))
    expect(mirror.oldestDeadlineMs).toBe(9_000)
    mirror.apply(entryAfter(mirror, [hold({ h: 'late', b: 'bob', s: [], c: [] })]))
    expect(mirror.oldestDeadlineMs).toBe(Infinity)
  })

  test('each operation on a hold is told once, with its reason and its position, in order', () => {
    const mirror = mirrorOf(4)
    mirror.apply(entryAfter(mirror, [hold({ s: [], r: 'expired', c: [] }), hold({ h: 'h2', r: 'held' })]))
    const at = { epoch: 1, revision: 2 }
    expect(mirror.takeHoldChanges()).toMatchObject([
      { buyer: 'ann', holdId: 'h1', seats: [], reason: 'expired', at },
      { buyer: 'ann', holdId: 'h2', seats: [2, 3], reason: 'held', at },
    ])
    expect(mirror.takeHoldChanges()).toEqual([])
  })

  test('[R5] holds that an epoch did not survive are lost; those that did are not spoken of', () => {
    const [ann, bob] = ['ann', 'bob'].map((buyer, index) => ({ holdId: buyer, buyer, deadlineMs: 9, seats: [index] }))
    const mirror = mirrorOf(4, { holds: [ann!, bob!] })
    mirror.jumpTo(stateOf(4, { epoch: 2, holds: [bob!] }))
    expect(mirror.takeHoldChanges()).toMatchObject([{ buyer: 'ann', seats: [], reason: 'lost', at: { epoch: 2 } }])
  })

  test('holds that changed unseen within an epoch are told as they now are', () => {
    const before = ['ann', 'bob', 'cat'].map((buyer) => ({ holdId: buyer, buyer, deadlineMs: 9, seats: [0, 1] }))
    const mirror = mirrorOf(4, { holds: before })
    const after = [
      { ...before[1]!, seats: [1] },
      { ...before[2]!, seats: [1, 0] },
      { holdId: 'dan', buyer: 'dan', deadlineMs: 9, seats: [3] },
    ]
    mirror.jumpTo(stateOf(4, { revision: 7, holds: after }))
    expect(mirror.takeHoldChanges().map(({ buyer, seats, reason }) => [buyer, seats, reason])).toEqual([
      ['ann', [], 'released'],
      ['bob', [1], 'released'],
      ['dan', [3], 'held'],
    ])
  })
})

describe('what a tick needs', () => {
  test('a seat that changed and changed back is dirty: somebody may have joined in between', () => {
    const mirror = mirrorOf(4)
    mirror.apply(entryAfter(mirror, [seatsChange(8 + 1)]))
    mirror.apply(entryAfter(mirror, [seatsChange(8 + 0)]))
    expect(mirror.dirtySeats).toEqual([1])
    mirror.clearDirty()
    expect(mirror.dirtySeats).toEqual([])
    mirror.apply(entryAfter(mirror, [seatsChange(8 + 1)]))
    expect(mirror.dirtySeats).toEqual([1])
  })

  test('[F7] held to ordered does not show', () => {
    const mirror = mirrorOf(4)
    mirror.apply(entryAfter(mirror, [seatsChange(8 + 1)]))
    mirror.clearDirty()
    mirror.apply(entryAfter(mirror, [seatsChange(8 + 2)]))
    expect(mirror.dirtySeats).toEqual([])
    expect(mirror.statusOf(1)).toBe(1)
  })

  test('available seats are counted by section and zone as they change', () => {
    // Seats 0, 1 in section 0; 2, 3 in section 1; seat 3 in no zone.
    const cells = { cellOfSeat: Int32Array.of(0, 1, 2, -1), sectionCount: 2, zoneCount: 2 }
    const mirror = new SeatMirror(stateOf(4, { states: Uint8Array.of(0, 0, 0, 4) }), cells)
    expect(mirror.availableBySection()).toEqual([
      [1, 1],
      [1, 0],
    ])
    mirror.apply(entryAfter(mirror, [seatsChange(8 + 1, 16 + 3)]))
    expect(mirror.availableBySection()).toEqual([
      [1, 0],
      [0, 0],
    ])
    expect(mirror.availableCount).toBe(1)
    mirror.apply(entryAfter(mirror, [seatsChange(8 + 0)]))
    expect(mirror.availableCount).toBe(2)
  })

  test('a sale entry changes the sale', () => {
    const mirror = new SeatMirror(stateOf(1), oneCell(1))
    mirror.apply(entryAfter(mirror, [{ k: 'sale', status: 'paused', opensAtMs: 7 }]))
    expect(mirror.sale).toEqual({ status: 'paused', opensAtMs: 7 })
  })
})
