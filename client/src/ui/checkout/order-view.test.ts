import { expect, test } from 'vitest'
import { isActive, ORDER_STATUSES } from '@seatcast/shared/domain/order-state.ts'
import type { PaymentView } from '@seatcast/shared/protocol/order.ts'
import { CAN_PAY, lastFailure, orderView, paymentPhase, VIEW_OF_ORDER, type PaymentPhase } from './order-view.ts'

const PHASES: readonly PaymentPhase[] = ['none', 'running', 'failed', 'captured', 'returning', 'returned']

const payment = (status: string, failure: string | null = null): PaymentView => ({
  id: `p-${status}`,
  method: 'card',
  status,
  amount: 100,
  refunded: 0,
  failure,
})

test('an unpaid order without money on its way can be paid, also one whose capture failed', () => {
  for (const status of ORDER_STATUSES)
    for (const phase of PHASES) {
      const payable = CAN_PAY[VIEW_OF_ORDER[status][phase]]
      const unpaid = status === 'pending' || status === 'authorized'
      expect(payable, `${status}, ${phase}`).toBe(unpaid && phase !== 'running' && phase !== 'captured')
    }
})

test('nobody is told that seats are theirs when they are not, nor that they lost seats they have', () => {
  const gone = ['expired', 'cancelled', 'late', 'returning', 'returned', 'stopping', 'refunding', 'refunded']
  for (const status of ORDER_STATUSES)
    for (const phase of PHASES) {
      expect(gone.includes(VIEW_OF_ORDER[status][phase]), `${status}, ${phase}`).toBe(!isActive(status))
      expect(VIEW_OF_ORDER[status][phase] === 'paid').toBe(status === 'paid')
    }
})

test('an end with money on its way or on its way back never looks like a plain end', () => {
  for (const status of ['expired', 'cancelled'] as const)
    for (const phase of ['running', 'captured', 'returning', 'returned'] as const)
      expect(VIEW_OF_ORDER[status][phase]).not.toBe(status)
})

test('of several payments the one that may still take money counts, then the one that has it', () => {
  expect(paymentPhase([])).toBe('none')
  expect(paymentPhase([payment('failed'), payment('pending')])).toBe('running')
  expect(paymentPhase([payment('captured'), payment('failed')])).toBe('captured')
  expect(paymentPhase([payment('refund_due'), payment('failed')])).toBe('returning')
  expect(paymentPhase([payment('failed'), payment('voided')])).toBe('failed')
  expect(paymentPhase([payment('something_new')])).toBe('running')
  expect(paymentPhase([payment('authorized')])).toBe('running')
  expect(paymentPhase([payment('authorized', 'card_declined')])).toBe('failed')
})

test('our clock at zero closes the form, not the order', () => {
  const order = { status: 'pending', payments: [] } as const
  expect(orderView({ ...order, payments: [] }, 1)).toBe('open')
  expect(orderView({ ...order, payments: [] }, 0)).toBe('ending')
  expect(orderView({ status: 'pending', payments: [payment('failed')] }, 0)).toBe('ending')
  expect(orderView({ status: 'pending', payments: [payment('pending')] }, 0)).toBe('waiting')
})

test('the reason of the last failed payment is shown', () => {
  expect(lastFailure([])).toBeNull()
  expect(lastFailure([payment('failed', 'card_declined'), payment('failed', 'expired_card')])).toBe('expired_card')
  expect(lastFailure([payment('failed')])).toBe('unknown')
})
