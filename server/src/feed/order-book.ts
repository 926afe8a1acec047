import type { OrderId, UserId } from '@seatcast/shared/domain/ids.ts'
import type { LiveOrder } from './map-source.ts'

const NONE: ReadonlyMap<OrderId, LiveOrder> = new Map()

/** The orders of one performance that have seats, by buyer. */
export class OrderBook {
  readonly #byBuyer = new Map<UserId, Map<OrderId, LiveOrder>>()

  constructor(orders: readonly LiveOrder[] = []) {
    for (const order of orders) this.put(order)
  }

  /** Oldest first. */
  of(buyer: UserId): LiveOrder[] {
    return [...(this.#byBuyer.get(buyer) ?? NONE).values()]
  }

  /** The order as it now is; one without seats has ended. */
  put(order: LiveOrder): void {
    const theirs = this.#byBuyer.get(order.buyer) ?? new Map<OrderId, LiveOrder>()
    if (order.seats.length > 0) theirs.set(order.orderId, order)
    else theirs.delete(order.orderId)
    if (theirs.size > 0) this.#byBuyer.set(order.buyer, theirs)
    else this.#byBuyer.delete(order.buyer)
  }
}
