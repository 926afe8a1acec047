import { signal } from '@preact/signals'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Link } from '../../connection/socket.ts'
import { groupOf, holdOf, memberOf } from '../../store/group-for-tests.ts'
import type { Notice } from '../performance/notice.ts'
import { openMyGroup, type MyGroup } from './my-group.ts'

interface Asked {
  readonly event: string
  readonly request: Record<string, unknown>
  readonly key: string | undefined
  answer(value: object): Promise<void>
}

let asked: Asked[]
let group: MyGroup
let open: boolean
const notice = signal<Notice | null>(null)
/** The page, as far as it is looked at or not. */
const page = Object.assign(new EventTarget(), { visibilityState: 'visible' })
const told = (): string | undefined => notice.value?.code
const link = {
  linked: true,
  ask: (event: string, request: Record<string, unknown>, key?: string) =>
    new Promise((resolve) =>
      asked.push({
        event,
        request,
        key,
        answer: async (value) => {
          resolve(value)
          await vi.advanceTimersByTimeAsync(0)
        },
      }),
    ),
} as unknown as Link
const ok = (change: Parameters<typeof groupOf>[0] | null) => ({
  ok: true,
  group: change === null ? null : groupOf(change),
})
const last = (): Asked => {
  const one = asked.at(-1)
  if (one === undefined) throw new Error('nothing was asked')
  return one
}

beforeEach(() => {
  vi.useFakeTimers()
  page.visibilityState = 'visible'
  vi.stubGlobal('document', page)
  asked = []
  open = true
  notice.value = null
  group = openMyGroup({ performanceId: 'p', link, notice, mayAsk: () => open, onSeats: () => undefined })
})
afterEach(() => {
  group.close()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('the group is read on every connection; a hint of a known version asks nothing', async () => {
  group.readAgain()
  expect(last()).toMatchObject({ event: 'group:watch', request: { performanceId: 'p' } })
  await last().answer(ok({ version: 3 }))
  expect(group.view.value?.version).toBe(3)
  group.changed({ groupId: 'g', performanceId: 'p', version: 3 })
  group.changed({ groupId: 'g', performanceId: 'elsewhere', version: 9 })
  expect(asked).toHaveLength(1)
  group.changed({ groupId: 'g', performanceId: 'p', version: 4 })
  expect(asked).toHaveLength(2)
})

test('"none" that was asked before a group was made is void', async () => {
  group.readAgain()
  void group.ask('group:create', { performanceId: 'p', size: 3, rule: 'each_pays', name: 'Ada' })
  await last().answer(ok({ version: 1 }))
  await asked[0]?.answer(ok(null))
  expect(group.view.value?.groupId).toBe('g')
  expect(notice.value).toBeNull()
})

test('[G8] who is no longer in it is told, and nothing of it stays', async () => {
  group.readAgain()
  await last().answer(ok({ status: 'held', hold: holdOf(), version: 2 }))
  expect(group.seats.value).toEqual([3, 4, 5])
  group.changed({ groupId: 'g', performanceId: 'p', version: 2, gone: true })
  await last().answer(ok(null))
  expect(told()).toBe('GROUP_GONE')
  expect([group.view.value, group.seats.value, group.isOpen.value]).toEqual([null, [], false])
})

test('who came without a name is called something in words', async () => {
  group.readAgain()
  await last().answer(ok({ members: [memberOf({ name: '#2' }), memberOf({ name: '#' })] }))
  expect(group.view.value?.members.map(({ name }) => name)).toEqual(['Friend 2', '#'])
})

test('who leaves by themselves is told nothing', async () => {
  group.readAgain()
  await last().answer(ok({}))
  void group.ask('group:leave', { groupId: 'g' })
  await last().answer(ok(null))
  expect([group.view.value, notice.value]).toEqual([null, null])
})

test('[G5] a shape over two rows is offered, and taken only with consent', async () => {
  group.readAgain()
  await last().answer(ok({}))
  group.hold()
  expect(last()).toMatchObject({ event: 'group:hold', request: { groupId: 'g' } })
  expect(last().request).not.toHaveProperty('split')
  await last().answer({ ok: false, code: 'NO_BLOCK', epoch: 1, revision: 9, split: [[7, 8], [17]] })
  expect(notice.value).toMatchObject({ code: 'GROUP_NO_BLOCK', count: 3, offers: [[7, 8, 17]] })
  notice.value?.take?.([17, 7, 8])
  expect(last()).toMatchObject({ event: 'group:hold', request: { groupId: 'g', seats: [7, 8, 17], split: true } })
})

test('[G5] who is not the host is told that the host can take two rows', async () => {
  group.readAgain()
  await last().answer(ok({ members: [memberOf({ isMe: true }), memberOf({ memberId: 'h', isHost: true })] }))
  group.hold()
  await last().answer({ ok: false, code: 'NO_BLOCK', epoch: 1, revision: 9, split: [[7, 8], [17]] })
  expect(notice.value).toMatchObject({ code: 'GROUP_HOST_SPLITS', count: 3, offers: [], take: null })
})

test('[G7] who is at their limit is said by name', async () => {
  group.readAgain()
  await last().answer(ok({}))
  group.hold()
  await last().answer({ ok: false, code: 'LIMIT_EXCEEDED', memberId: 'b' })
  expect(notice.value).toMatchObject({ code: 'GROUP_LIMIT', who: 'Ben' })
})

test('[G6] what happened to the block is said to who did not do it', async () => {
  group.readAgain()
  await last().answer(ok({ status: 'held', hold: holdOf() }))
  group.changed({ groupId: 'g', performanceId: 'p', version: 2 })
  await last().answer(ok({ version: 2, status: 'held', notice: 'moved', hold: holdOf({ seats: [8, 9, 10] }) }))
  expect(told()).toBe('GROUP_MOVED')
  notice.value = null
  group.changed({ groupId: 'g', performanceId: 'p', version: 3 })
  await last().answer(ok({ version: 3, notice: 'hold_expired' }))
  expect(told()).toBe('GROUP_EXPIRED')
})

test('before the opening nothing is asked for; a refusal of the extension says that it was extended', async () => {
  group.readAgain()
  await last().answer(ok({ status: 'held', hold: holdOf({ mayExtend: false }) }))
  void group.ask('group:extend', { groupId: 'g' })
  await last().answer({ ok: false, code: 'LIMIT_EXCEEDED' })
  expect(told()).toBe('GROUP_EXTENDED')
  open = false
  const before = asked.length
  group.hold()
  expect(asked).toHaveLength(before)
  expect(told()).toBe('NOT_ON_SALE')
})

test('an end without a word of the server is asked about; so is a watch that failed', async () => {
  group.readAgain()
  await last().answer({ ok: false, code: 'NO_ANSWER' })
  await vi.advanceTimersByTimeAsync(3_000)
  expect(asked).toHaveLength(2)
  await last().answer(ok({ status: 'held', hold: holdOf({ expiresInMs: 3_000 }) }))
  await vi.advanceTimersByTimeAsync(4_000)
  expect(asked).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(asked).toHaveLength(3)
})

test.each([
  ['held', 15_000],
  ['paying', 8_000],
] as const)(
  '[G17] a hint that was lost: a group that is %s is read again within %i ms, while it is looked at',
  async (status, ms) => {
    group.readAgain()
    await last().answer(ok({ status }))
    page.visibilityState = 'hidden'
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked).toHaveLength(1)
    page.visibilityState = 'visible'
    page.dispatchEvent(new Event('visibilitychange'))
    expect(asked).toHaveLength(2)
    await last().answer(ok({ status }))
    await vi.advanceTimersByTimeAsync(ms)
    expect(asked.length).toBeGreaterThanOrEqual(3)
    await last().answer(ok({ version: 2, status, size: 7 }))
    expect(group.view.value?.size).toBe(7)
  },
)

test('who comes back to the page learns of a group that they joined elsewhere', async () => {
  group.readAgain()
  await last().answer(ok(null))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked).toHaveLength(1)
  page.dispatchEvent(new Event('visibilitychange'))
  await last().answer(ok({}))
  expect(group.view.value?.groupId).toBe('g')
})
