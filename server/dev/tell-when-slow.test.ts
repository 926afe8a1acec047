import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { tellWhenSlow } from './tell-when-slow.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const after = (ms: number) => new Promise<string>((resolve) => setTimeout(() => resolve('up'), ms))

test('what takes more than 3 s is told, once, while it is waited for', async () => {
  const tell = vi.fn()
  const work = tellWhenSlow('PostgreSQL', after(9_000), tell)
  await vi.advanceTimersByTimeAsync(2_999)
  expect(tell).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(tell.mock.calls).toEqual([['Waiting for PostgreSQL …']])
  await vi.advanceTimersByTimeAsync(6_000)
  expect(await work).toBe('up')
  expect(tell).toHaveBeenCalledTimes(1)
})

test('what is quick, or fails, is not told', async () => {
  const tell = vi.fn()
  const quick = tellWhenSlow('PostgreSQL', after(2_000), tell)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(await quick).toBe('up')
  await expect(tellWhenSlow('Redis', Promise.reject(new Error('no')), tell)).rejects.toThrow('no')
  await vi.advanceTimersByTimeAsync(9_000)
  expect(tell).not.toHaveBeenCalled()
})
