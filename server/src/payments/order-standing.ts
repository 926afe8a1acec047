import { isTaken } from '@seatcast/shared/domain/payment-state.ts'
import type { PaymentRow } from './payment-repository.ts'

/** What stands behind an order's price. */
export interface Standing {
  /** Minor units that were taken and not given back. */
  readonly taken: number
  /** The payments that are its price: those taken, then as many of those reserved as are needed, whichever came first. */
  readonly counted: readonly PaymentRow[]
  /** Reserved and not needed: to be voided. */
  readonly superfluous: readonly PaymentRow[]
  /** All of the price is taken or reserved. */
  readonly isSecured: boolean
  /** All of the price is taken. */
  readonly isTaken: boolean
}

/**
 * Of an order and its payments; `due`: minor units. A reservation whose capture was given up (it has a `failure`) secures
 * nothing, and is tried further unless other money takes its place.
 */
export function standingOf(due: number, payments: readonly PaymentRow[]): Standing {
  const inTurn = payments.toSorted(byMoment)
  const keeping = inTurn.filter((payment) => isTaken(payment.status) && kept(payment) > 0)
  const taken = keeping.reduce((sum, payment) => sum + kept(payment), 0)
  const counted = [...keeping]
  const superfluous: PaymentRow[] = []
  let secured = taken
  for (const payment of inTurn) {
    if (payment.status !== 'authorized' || payment.failure !== null) continue
    if (secured >= due) superfluous.push(payment)
    else {
      counted.push(payment)
      secured += payment.amount_minor
    }
  }
  const isSecured = secured >= due
  if (isSecured)
    superfluous.push(...inTurn.filter(({ status, failure }) => status === 'authorized' && failure !== null))
  return { taken, counted, superfluous, isSecured, isTaken: taken >= due }
}

const kept = (payment: PaymentRow): number => payment.amount_minor - payment.returned_minor

/** When it became what it is: a captured payment changes its state only by being given back whole. */
export const byMoment = (one: PaymentRow, other: PaymentRow): number =>
  one.changed_at.getTime() - other.changed_at.getTime() || (one.id < other.id ? -1 : 1)
