import type { Db } from '../database/client.ts'
import type { SecureSeats } from '../orders/order-transitions.ts'
import type { Providers } from './payment-provider.ts'
import type { PaymentRow } from './payment-repository.ts'

/** Named points between two effects. Tests make an effect fail or the process die there; in service nothing happens. */
export const PAYMENT_STEPS = [
  'payment written',
  'provider began',
  'report applied',
  'payment committed',
  'event stored',
  'provider captured',
  'provider refunded',
  'refund confirmed',
] as const

export type PaymentStep = (typeof PAYMENT_STEPS)[number]

/** What every movement of money needs. */
export interface PaymentContext {
  readonly providers: Providers
  /** Takes an ended order's seats on the live map again before PostgreSQL claims them (O10). */
  readonly secureSeats?: SecureSeats
  /** Absent: no order of a group is paid here. */
  readonly jointSale?: JointSale
  /** How often a capture of a joint sale is asked for before it counts as failed. */
  readonly captureTries: number
  readonly step?: (name: PaymentStep) => Promise<void> | void
}

/** Orders that are sold together or not at all (G12); groups bring it (roles). The caller holds the group's lock. */
export interface JointSale {
  /** The money of one of its waiting orders changed: the sale goes on as far as it can. Wake the payment work after the commit. */
  advance(trx: Db, groupId: string): Promise<void>
  /** What is to be done with a payment of a waiting order whose money is reserved. */
  judge(trx: Db, groupId: string, payment: PaymentRow): Promise<Verdict>
}

/** `wait`: neither taken nor given up before the other orders are paid for too. */
export type Verdict = 'capture' | 'void' | 'wait'
