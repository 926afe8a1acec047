import { expect, test, vi } from 'vitest'
import { overdueHolds } from './overdue-holds.ts'

function world(ended: number, overdueMs: number) {
  const clock = { ms: 0 }
  const expireDue = vi.fn(() =>
    Promise.resolve({ ok: true, ended, opened: false, revision: 1, nextInMs: null } as const),
  )
  const receiveTrouble = vi.fn()
  const target = { id: 'p1', partition: 0, epoch: 1 }
  const map = { target, overdueMs, receiveTrouble }
  const end = overdueHolds({ expireDue }, () => clock.ms)
  return { clock, expireDue, receiveTrouble, look: () => end(map) }
}

test('[R5] a hold that Redis does not end makes a worker doubt the map, instead of asking every 200 ms for good', async () => {
  const { clock, expireDue, receiveTrouble, look } = world(0, 2_000)
  for (; clock.ms < 4_800; clock.ms += 200) await look()
  expect(expireDue).toHaveBeenCalledTimes(1)
  expect(receiveTrouble.mock.calls).toEqual([['stuck hold']])
  clock.ms = 5_000
  await look()
  expect(receiveTrouble).toHaveBeenCalledTimes(2)
})

test('[H5] a hold that Redis ends, or that a mirror may only not know the end of, is no reason to doubt', async () => {
  for (const { receiveTrouble, look } of [world(1, 9_000), world(0, 1_999)]) {
    await look()
    expect(receiveTrouble).not.toHaveBeenCalled()
  }
})
