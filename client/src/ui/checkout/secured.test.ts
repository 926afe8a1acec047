import { expect, test } from 'vitest'
import type { GroupMember } from '@seatcast/shared/protocol/group.ts'
import { groupOf, memberOf } from '../../store/group-for-tests.ts'
import { isSecured } from './secured.ts'

const authorized = { orderId: 'one', status: 'authorized' } as const
const nothingOpen = { orderId: null, state: null } as const
const group = (share: GroupMember['share'], myOrderId = 'one') =>
  groupOf({
    members: [memberOf({ isMe: true, share }), memberOf({ share: 'reserved' })],
    payment: {
      seats: [],
      expiresInMs: 1,
      amount: 2,
      missing: 1,
      currency: 'EUR',
      myOrderId,
      hostMayCoverInMs: null,
    },
  })

test('money that was reserved and could not be taken is not called secured', () => {
  expect(isSecured(authorized, { orderId: 'one', state: 'reserved' }, null)).toBe(true)
  expect(isSecured(authorized, { orderId: 'one', state: 'failed' }, null)).toBe(false)
  expect(isSecured({ orderId: 'one', status: 'pending' }, { orderId: 'one', state: 'reserved' }, null)).toBe(false)
})

test('of an order that is not open only its group can say so: what is not known is not promised', () => {
  expect(isSecured(authorized, nothingOpen, null)).toBe(false)
  expect(isSecured(authorized, { orderId: 'other', state: 'reserved' }, null)).toBe(false)
  expect(isSecured(authorized, nothingOpen, group('reserved'))).toBe(true)
  expect(isSecured(authorized, nothingOpen, group('open'))).toBe(false)
  expect(isSecured(authorized, nothingOpen, group('reserved', 'other'))).toBe(false)
})
