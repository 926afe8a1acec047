import type { PaymentView } from '@seatcast/shared/protocol/order.ts'
import type { Db } from '../database/client.ts'

/** What orders need of payments; the payments' side brings it (roles). All in the caller's transaction. */
export interface OrderMoney {
  /** The order's rows have changed: gives back what was taken and is no longer owed. Exactly once, however often it is called. */
  settle(trx: Db, orderId: string, reason: 'cancelled' | 'changed'): Promise<void>
  /** Takes the difference for dearer seats of a paid order; `amount`: minor units, > 0. False: it cannot be had now. */
  charge(
    trx: Db,
    difference: {
      readonly orderId: string
      readonly userId: string
      readonly amount: number
      readonly currency: string
    },
  ): Promise<boolean>
  /** Payments by order. */
  payments(db: Db, orderIds: readonly string[]): Promise<ReadonlyMap<string, readonly PaymentView[]>>
}

/** Before payments exist: nothing to give back, nothing can be taken. */
export const noMoney: OrderMoney = {
  settle: () => Promise.resolve(),
  charge: () => Promise.resolve(false),
  payments: () => Promise.resolve(new Map()),
}

/** Seats whose tickets were used: they are not given back or changed (T6). */
export type FindUsedSeats = (trx: Db, orderId: string) => Promise<readonly number[]>
