import type { Db } from '../database/client.ts'
import { activeOrders } from '../orders/active-orders.ts'
import { check, type Check } from './audit-map.ts'
import type { MapDump } from './map-dump.ts'

/**
 * What must hold of a performance's orders: PostgreSQL's, read after the map. An order that changed in between shows as a
 * difference; asked again, it is gone.
 */
export async function auditOrders(db: Db, dump: MapDump, performanceId: string): Promise<Check[]> {
  const active = await activeOrders(db, performanceId)
  const orderOf = new Map<number, { readonly id: string; readonly digit: string }>()
  const twice: string[] = []
  const orderedBy = new Map<string, number>()
  for (const { id, buyer, status, seats } of active) {
    orderedBy.set(buyer, (orderedBy.get(buyer) ?? 0) + seats.length)
    for (const seat of seats) {
      const other = orderOf.get(seat)
      if (other !== undefined) twice.push(`seat ${seat} is in orders ${other.id} and ${id}`)
      orderOf.set(seat, { id, digit: status === 'paid' ? '3' : '2' })
    }
  }
  return [
    check('one_order_per_seat', 'no seat is in two active orders', twice),
    check('order_seats', "the map shows PostgreSQL's orders and no others", seatDifferences(dump, orderOf)),
    check('ordered_counts', "a buyer's record counts the seats of their orders", countDifferences(dump, orderedBy)),
  ]
}

function* seatDifferences(
  dump: MapDump,
  orderOf: ReadonlyMap<number, { readonly id: string; readonly digit: string }>,
): Iterable<string> {
  for (let seat = 0; seat < dump.seats.length; seat += 1) {
    const state = dump.seats[seat]
    const owner = dump.owners[seat]
    const order = orderOf.get(seat)
    if (order === undefined) {
      if (state === '2' || state === '3') yield `seat ${seat} is in state ${state} for ${owner} and in no order`
    } else if (state !== order.digit || owner !== `o:${order.id}`)
      yield `seat ${seat} of order ${order.id} is in state ${state}, owned by ${owner ?? 'nobody'}`
  }
}

function* countDifferences(dump: MapDump, orderedBy: ReadonlyMap<string, number>): Iterable<string> {
  const left = new Map(orderedBy)
  for (const [buyer, json] of Object.entries(dump.buyers)) {
    const { ordered } = JSON.parse(json) as { ordered: number }
    const expected = left.get(buyer) ?? 0
    if (ordered !== expected) yield `a buyer's record counts ${ordered} ordered seats, their orders have ${expected}`
    left.delete(buyer)
  }
  for (const expected of left.values()) yield `a buyer with ${expected} ordered seats has no record`
}
