import { expect, test } from 'vitest'
import { groupOf, holdOf, memberOf, paymentOf } from './group-for-tests.ts'
import { applyGroup, isNews, isOpenGroup, NO_GROUP, noticeSince, seatsOf, sitterOf } from './group-store.ts'

test('a view that is older than what is known is ignored, an equal or newer one taken', () => {
  const known = applyGroup(NO_GROUP, groupOf({ version: 5 }), 0)
  expect(applyGroup(known, groupOf({ version: 4, status: 'held' }), 0)).toBe(known)
  expect(applyGroup(known, groupOf({ version: 5, size: 4 }), 0).view?.size).toBe(4)
  expect(applyGroup(known, groupOf({ version: 6, status: 'held' }), 0).view?.status).toBe('held')
})

test('another group has versions of its own; none is none', () => {
  const known = applyGroup(NO_GROUP, groupOf({ version: 5 }), 0)
  expect(applyGroup(known, groupOf({ groupId: 'other', version: 1 }), 0).view?.groupId).toBe('other')
  expect(applyGroup(known, null, 0)).toBe(NO_GROUP)
})

test('[G3] the clock of a hold only comes nearer, until it is extended or another begins', () => {
  const at = (now: number, version: number, change: Parameters<typeof holdOf>[0]) => (state: typeof NO_GROUP) =>
    applyGroup(state, groupOf({ version, status: 'held', hold: holdOf(change) }), now)
  const first = at(0, 1, { expiresInMs: 60_000 })(NO_GROUP)
  expect(first.holdEndsMs).toBe(60_000)
  const late = at(1_000, 2, { expiresInMs: 60_000 })(first)
  expect(late.holdEndsMs).toBe(60_000)
  const better = at(2_000, 3, { expiresInMs: 57_500 })(late)
  expect(better.holdEndsMs).toBe(59_500)
  const extended = at(3_000, 4, { expiresInMs: 86_000, mayExtend: false })(better)
  expect(extended.holdEndsMs).toBe(89_000)
  expect(at(4_000, 5, { holdId: 'next', expiresInMs: 99_000 })(extended).holdEndsMs).toBe(103_000)
})

test('[G13, G15] a payment has one deadline; a group that fell short has another', () => {
  const paying = groupOf({ status: 'paying', payment: paymentOf({ hostMayCoverInMs: 30_000 }) })
  const first = applyGroup(NO_GROUP, paying, 0)
  expect(first).toMatchObject({ payUntilMs: 60_000, coverFromMs: 30_000, holdEndsMs: null })
  const later = applyGroup(first, { ...paying, version: 2 }, 5_000)
  expect(later).toMatchObject({ payUntilMs: 60_000, coverFromMs: 30_000 })
  const short = applyGroup(later, { ...paying, version: 3, status: 'short' }, 10_000)
  expect(short.payUntilMs).toBe(70_000)
  const sold = { ...paying, version: 4, status: 'sold' as const, payment: paymentOf({ expiresInMs: 0 }) }
  expect(applyGroup(short, sold, 11_000).payUntilMs).toBeNull()
})

test('a hint is news unless its version is known', () => {
  const known = applyGroup(NO_GROUP, groupOf({ version: 5 }), 0)
  expect(isNews(known, { groupId: 'g', version: 5 })).toBe(false)
  expect(isNews(known, { groupId: 'g', version: 6 })).toBe(true)
  expect(isNews(known, { groupId: 'other', version: 1 })).toBe(true)
  expect(isNews(NO_GROUP, { groupId: 'g', version: 1 })).toBe(true)
})

test('a notice is told once, and again when it is about another block', () => {
  const moved = (version: number, seats: number[]) =>
    groupOf({ version, status: 'held', notice: 'moved', hold: holdOf({ seats }) })
  expect(noticeSince(null, moved(1, [1, 2]))).toBeNull()
  expect(noticeSince(groupOf(), moved(2, [1, 2]))).toBe('moved')
  expect(noticeSince(moved(2, [1, 2]), moved(3, [1, 2]))).toBeNull()
  expect(noticeSince(moved(3, [1, 2]), moved(4, [7, 8]))).toBe('moved')
})

test('[G7] seats are of the hold, else of the orders; each is its sitter’s or nobody’s', () => {
  const held = groupOf({
    hold: holdOf(),
    members: [memberOf({ memberId: 'a', seats: [4] }), memberOf({ memberId: 'b', seats: [] })],
  })
  expect(seatsOf(held)).toEqual([3, 4, 5])
  expect([3, 4].map((seat) => sitterOf(held, seat)?.memberId)).toEqual([undefined, 'a'])
  expect(seatsOf(groupOf({ payment: paymentOf({ seats: [9] }) }))).toEqual([9])
  expect([groupOf(), groupOf({ status: 'sold' }), null].map(isOpenGroup)).toEqual([true, false, false])
})
