import { expect, test } from 'vitest'
import type { Order } from '@seatcast/shared/protocol/order.ts'
import { applyMine, applyOrder, NO_ORDERS } from './my-orders.ts'

const order = (status: Order['status'], seats = [1, 2]): Order => ({
  id: 'o1',
  performanceId: 'p',
  status,
  seats: seats.map((seat) => ({
    seat,
    section: 'S',
    row: 'A',
    number: String(seat),
    zoneId: 'z',
    price: 10,
    released: false,
  })),
  amount: 20,
  currency: 'KRW',
  expiresInMs: 5_000,
  createdAt: '2026-01-01T00:00:00Z',
  payments: [],
  cancellable: true,
})
const mine = (status: string, seats = [1, 2]) => [{ orderId: 'o1', status, seats, expiresInMs: 5_000 }]
const at = (revision: number, epoch = 1) => ({ epoch, revision })

test('a pending order has seats and a deadline, a paid one seats only', () => {
  expect(applyMine(NO_ORDERS, mine('pending'), at(1), 100).orders[0]).toMatchObject({
    seats: [1, 2],
    deadlineMs: 5_100,
  })
  expect(applyMine(NO_ORDERS, mine('paid'), at(1), 100).orders[0]?.deadlineMs).toBeNull()
})

test('what the map said before my order was placed does not take it away', () => {
  const placed = applyOrder(NO_ORDERS, order('pending'), at(9), 0)
  expect(applyMine(placed, [], at(8), 0).orders).toHaveLength(1)
  expect(applyMine(placed, [], at(9), 0).orders).toHaveLength(0)
  expect(applyMine(placed, [], at(1, 2), 0).orders).toHaveLength(0)
})

test('an order that was given back stays ended, though the map is a moment behind', () => {
  const paid = applyMine(NO_ORDERS, mine('paid'), at(1), 0)
  for (const status of ['refund_due', 'refunded'] as const)
    expect(applyMine(applyOrder(paid, order(status), null, 0), mine('paid'), at(2), 0).orders).toEqual([])
})

test('[O10] a late claim brings back an order that ended unpaid, whoever tells of it first', () => {
  for (const status of ['expired', 'cancelled'] as const) {
    const ended = applyOrder(applyMine(NO_ORDERS, mine('pending'), at(1), 0), order(status), null, 0)
    expect(applyMine(ended, mine('authorized'), at(2), 0).orders).toEqual([])
    expect(applyMine(ended, mine('paid'), at(3), 0).orders).toHaveLength(1)
  }
})

test('an order that ended is taken from the map; a late claim brings it back', () => {
  const ended = applyOrder(applyMine(NO_ORDERS, mine('pending'), at(1), 0), order('expired'), null, 0)
  expect(ended.orders).toEqual([])
  expect(applyMine(ended, mine('pending'), at(2), 0).orders).toEqual([])
  const claimed = applyOrder(ended, order('paid'), null, 0)
  expect(applyMine(claimed, mine('paid'), at(3), 0).orders).toHaveLength(1)
})

test('a seat given back is no longer mine', () => {
  const whole = order('paid')
  const part = { ...whole, seats: whole.seats.map((seat) => ({ ...seat, released: seat.seat === 1 })) }
  expect(applyOrder(NO_ORDERS, part, null, 0).orders[0]?.seats).toEqual([2])
})

test('orders that hold no seats, and states unknown here, are not on the map', () => {
  for (const status of ['expired', 'cancelled', 'refund_due', 'refunded', 'brand_new'])
    expect(applyMine(NO_ORDERS, mine(status), at(1), 0).orders).toEqual([])
})
