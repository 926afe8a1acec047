import { expect, test } from 'vitest'
import { standingOf } from './order-standing.ts'
import type { PaymentRow } from './payment-repository.ts'

let moment = 0
const payment = (id: string, status: PaymentRow['status'], more: Partial<PaymentRow> = {}): PaymentRow =>
  ({
    id,
    status,
    amount_minor: 1_000,
    returned_minor: 0,
    failure: null,
    changed_at: new Date((moment += 1)),
    ...more,
  }) as PaymentRow
const brief = (due: number, ...payments: PaymentRow[]) => {
  const { counted, superfluous, ...rest } = standingOf(due, payments)
  return { counted: counted.map(({ id }) => id), superfluous: superfluous.map(({ id }) => id), ...rest }
}

test('[G12] what costs nothing is paid, what nobody pays is not', () => {
  expect(brief(0)).toEqual({ counted: [], superfluous: [], taken: 0, isSecured: true, isTaken: true })
  expect(brief(1_000)).toMatchObject({ isSecured: false, isTaken: false })
  expect(brief(1_000, payment('a', 'failed'), payment('b', 'pending'))).toMatchObject({ counted: [], isSecured: false })
})

test('[G12] money that was taken comes first, then whoever reserved first; the rest is not needed', () => {
  const [early, late, taken] = [
    payment('early', 'authorized'),
    payment('late', 'authorized'),
    payment('taken', 'captured'),
  ]
  expect(brief(1_000, late, early)).toMatchObject({
    counted: ['early'],
    superfluous: ['late'],
    isSecured: true,
    isTaken: false,
  })
  expect(brief(1_000, late, taken)).toMatchObject({
    counted: ['taken'],
    superfluous: ['late'],
    taken: 1_000,
    isTaken: true,
  })
})

test('[P6] money that was given back, or taken in part, secures no more than is left', () => {
  const back = payment('back', 'captured', { returned_minor: 1_000 })
  const part = payment('part', 'captured', { amount_minor: 400 })
  expect(brief(1_000, back)).toMatchObject({ counted: [], taken: 0, isSecured: false })
  expect(brief(1_000, part)).toMatchObject({ taken: 400, isSecured: false })
  expect(brief(1_000, part, payment('rest', 'authorized'))).toMatchObject({
    counted: ['part', 'rest'],
    isSecured: true,
  })
})

test('[G15] a reservation whose capture was given up is tried on, until other money takes its place', () => {
  const given = payment('given', 'authorized', { failure: 'card_declined' })
  expect(brief(1_000, given)).toMatchObject({ counted: [], superfluous: [], isSecured: false })
  expect(brief(1_000, given, payment('other', 'authorized'))).toMatchObject({
    counted: ['other'],
    superfluous: ['given'],
    isSecured: true,
  })
})
