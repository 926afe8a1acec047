import type { NewPayment, PaymentView } from '@seatcast/shared/protocol/order.ts'
import type { Db } from '../database/client.ts'

/** What a paid order's other seats cost more, and how its buyer pays that. */
export interface Difference {
  readonly orderId: string
  readonly userId: string
  /** Minor units, > 0. */
  readonly amount: number
  readonly currency: string
  readonly choice: Pick<NewPayment, 'method' | 'card'>
  /** The request's Idempotency-Key: sent again it asks what became of its payment, whatever did. */
  readonly requestKey: string | null
  /** Of that request: another one with its key is refused (O12). */
  readonly requestSha256: Buffer | null
}

/** Money that was asked for before seats change. */
export interface SecuredMoney {
  /** undefined: it is taken in the transaction that changes the seats. */
  readonly payment: PaymentView | undefined
  /** False: nobody knows yet whether it can be had. */
  readonly isReady: boolean
}

/** What orders need of payments; the payments' side brings it (roles). All in the caller's transaction. */
export interface OrderMoney {
  /** The order's rows have changed: gives back what was taken and is no longer owed. Exactly once, however often it is called. */
  settle(trx: Db, orderId: string, reason: 'cancelled' | 'changed'): Promise<void>
  /** The order was cancelled unpaid: providers are asked at once to give up what is under way. Wake the payment work after the commit. */
  callOff(trx: Db, orderId: string): Promise<void>
  /**
   * Asks for the difference where it cannot be taken in a transaction, else whether it is there; asked again, it is the same
   * payment. Not in a transaction.
   */
  secure(db: Db, difference: Difference): Promise<SecuredMoney>
  /** Takes the difference, which `secured` is the payment of. False: it cannot be had now. */
  charge(trx: Db, difference: Difference, secured: string | undefined): Promise<boolean>
  /** The seats did not change: what was secured is given up. Not in a transaction. */
  giveUp(db: Db, paymentId: string): Promise<void>
  /** Payments by order. */
  payments(db: Db, orderIds: readonly string[]): Promise<ReadonlyMap<string, readonly PaymentView[]>>
}

/** Before payments exist: nothing to give back, nothing can be taken. */
export const noMoney: OrderMoney = {
  settle: () => Promise.resolve(),
  callOff: () => Promise.resolve(),
  secure: () => Promise.resolve({ payment: undefined, isReady: true }),
  charge: () => Promise.resolve(false),
  giveUp: () => Promise.resolve(),
  payments: () => Promise.resolve(new Map()),
}

/** Seats whose tickets were used: they are not given back or changed (T6). */
export type FindUsedSeats = (trx: Db, orderId: string) => Promise<readonly number[]>
