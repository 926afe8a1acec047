import type { MapDump } from './map-dump.ts'

/** An order as the map keeps it, where that can be read. */
export interface OrderRecord {
  readonly buyer: string
  readonly seats: readonly number[]
  /** Whom seats of it count against when that is not its buyer, by seat (G10). */
  readonly countsFor?: Readonly<Record<number, string>>
  /** It was paid late (O10). */
  readonly late?: true
}

/** Undefined: damaged; the comparison of orders writes it anew (O7). */
export function readOrderRecord(json: string): OrderRecord | undefined {
  try {
    const record = JSON.parse(json) as OrderRecord | null
    return typeof record?.buyer === 'string' && Array.isArray(record.seats) ? record : undefined
  } catch (fault) {
    if (fault instanceof SyntaxError) return undefined
    throw fault
  }
}

export function* damagedOrders(dump: MapDump): Iterable<string> {
  for (const [orderId, json] of Object.entries(dump.orders))
    if (readOrderRecord(json) === undefined) yield `the record of order ${orderId} cannot be read`
}

/** Seats that were paid late, of which the limit says nothing (O10), by their buyer. */
export function seatsPaidLate(dump: MapDump): ReadonlyMap<string, number> {
  const seats = new Map<string, number>()
  for (const json of Object.values(dump.orders)) {
    const order = readOrderRecord(json)
    if (order?.late === true) seats.set(order.buyer, (seats.get(order.buyer) ?? 0) + order.seats.length)
  }
  return seats
}
