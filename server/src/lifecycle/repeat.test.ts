import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { repeat, type Repeating } from './repeat.ts'

const log = pino({ level: 'silent' })
let loop: Repeating | undefined

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(async () => {
  await loop?.stop()
  vi.useRealTimers()
})

const start = (run: () => Promise<number | void>, onFailure?: (fault: unknown) => void) => {
  loop = repeat({ name: 'test', intervalMs: 100, backoffMsMax: 1_000, log, ...(onFailure && { onFailure }) }, run)
  return loop
}

test('runs at once, then once an interval', async () => {
  const run = vi.fn(async () => {})
  start(run)
  await vi.advanceTimersByTimeAsync(250)
  expect(run).toHaveBeenCalledTimes(3)
})

test('a run may name the pause that follows it', async () => {
  const run = vi.fn(async () => 10)
  start(run)
  await vi.advanceTimersByTimeAsync(35)
  expect(run).toHaveBeenCalledTimes(4)
})

test('failures make the pause grow up to its maximum, a success resets it', async () => {
  let broken = true
  const failures = vi.fn()
  const run = vi.fn(async () => {
    if (broken) throw new Error('away')
  })
  start(run, failures)
  await vi.advanceTimersByTimeAsync(199)
  expect(run).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(run).toHaveBeenCalledTimes(2)
  await vi.advanceTimersByTimeAsync(400 + 800 + 1_000)
  expect(run).toHaveBeenCalledTimes(5)
  expect(failures).toHaveBeenCalledTimes(5)
  broken = false
  await vi.advanceTimersByTimeAsync(1_000 + 100 + 100)
  expect(run).toHaveBeenCalledTimes(8)
})

test('however often it is woken, it rests between two runs', async () => {
  const run = vi.fn(async () => {})
  loop = repeat({ name: 'test', intervalMs: 100, restMs: 20, backoffMsMax: 1_000, log }, run)
  await vi.advanceTimersByTimeAsync(50)
  for (let ms = 0; ms < 30; ms += 1) {
    loop.wake()
    await vi.advanceTimersByTimeAsync(1)
  }
  expect(run).toHaveBeenCalledTimes(1 + 2)
})

test('a wake during a run leads to one more run right after it', async () => {
  let finish: (() => void) | undefined
  const run = vi.fn(() => new Promise<void>((resolve) => void (finish = resolve)))
  const repeating = start(run)
  repeating.wake()
  repeating.wake()
  finish?.()
  await vi.advanceTimersByTimeAsync(0)
  expect(run).toHaveBeenCalledTimes(2)
  finish?.()
  await vi.advanceTimersByTimeAsync(99)
  expect(run).toHaveBeenCalledTimes(2)
  await vi.advanceTimersByTimeAsync(1)
  finish?.()
})

test('stop waits for the present run and starts no other', async () => {
  let finish: (() => void) | undefined
  const run = vi.fn(() => new Promise<void>((resolve) => void (finish = resolve)))
  const repeating = start(run)
  let stopped = false
  const stopping = repeating.stop().then(() => void (stopped = true))
  await vi.advanceTimersByTimeAsync(1_000)
  expect(stopped).toBe(false)
  finish?.()
  await stopping
  expect(run).toHaveBeenCalledTimes(1)
})
