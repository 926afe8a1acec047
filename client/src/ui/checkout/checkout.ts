import type { ReadonlySignal, Signal } from '@preact/signals'
import type { Order } from '@seatcast/shared/protocol/order.ts'
import type { OrderView } from './order-view.ts'

/** The order beside the map. */
export interface Checkout {
  /** The order that is looked at; null: none. */
  readonly openId: ReadonlySignal<string | null>
  /** What its placing answered, so that nothing has to be read first. */
  readonly placed: ReadonlySignal<Order | null>
  /** What its buyer is shown of it; null: none is open, or it is not read yet. */
  readonly state: Signal<OrderView | null>
  /** Its seats are being changed for others. */
  readonly changing: Signal<boolean>
  readonly placing: ReadonlySignal<boolean>
  /** Why no order was placed: a code of the server's, or NO_ANSWER. */
  readonly problem: ReadonlySignal<string | null>
  /** Turns the whole hold into an order. */
  place(): Promise<void>
  /** Opens another order of this map. */
  look(orderId: string): void
  dismiss(): void
}
