import type { SecureSeats } from '../orders/order-transitions.ts'
import type { Providers } from './payment-provider.ts'

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
  readonly step?: (name: PaymentStep) => Promise<void> | void
}
