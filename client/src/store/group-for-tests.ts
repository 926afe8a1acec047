import type { GroupMember, GroupView } from '@seatcast/shared/protocol/group.ts'

/** A group for unit tests: three are in, nobody sits, unless the test says otherwise. */
export function groupOf(change: Partial<GroupView> = {}): GroupView {
  return {
    groupId: 'g',
    performanceId: 'p',
    version: 1,
    status: 'forming',
    rule: 'each_pays',
    size: 3,
    wish: {},
    split: false,
    invitation: { path: '/g/secret', code: 'ABCD-EFGH', expiresInMs: 3_600_000 },
    members: [
      memberOf({ memberId: 'a', name: 'Ada', isHost: true, isMe: true }),
      memberOf({ memberId: 'b', name: 'Ben' }),
      memberOf({ memberId: 'c', name: 'Cy' }),
    ],
    hold: null,
    payment: null,
    notice: null,
    ...change,
  }
}

export function memberOf(change: Partial<GroupMember> = {}): GroupMember {
  return {
    memberId: 'm',
    name: 'Mo',
    isHost: false,
    isMe: false,
    online: true,
    seats: [],
    share: 'none',
    amount: 0,
    asksForMySeat: false,
    ...change,
  }
}

export const holdOf = (change: Partial<NonNullable<GroupView['hold']>> = {}): NonNullable<GroupView['hold']> => ({
  holdId: 'h',
  seats: [3, 4, 5],
  expiresInMs: 60_000,
  mayExtend: true,
  shape: 'row',
  epoch: 1,
  revision: 7,
  ...change,
})

export const paymentOf = (
  change: Partial<NonNullable<GroupView['payment']>> = {},
): NonNullable<GroupView['payment']> => ({
  seats: [3, 4, 5],
  expiresInMs: 60_000,
  amount: 90_000,
  missing: 90_000,
  currency: 'KRW',
  myOrderId: 'o',
  hostMayCoverInMs: null,
  ...change,
})
