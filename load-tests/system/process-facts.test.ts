import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { childrenOf, processFacts, secondsOfPsTime } from './process-facts.ts'

test.each([
  ['0:01.50', 1.5],
  ['02:03', 123],
  ['1:02:03', 3_723],
  ['2-01:00:00', 176_400],
])('ps writes %s for %d s', (text, seconds) => {
  expect(secondsOfPsTime(text)).toBe(seconds)
})

test('a process that runs has used time and memory, and is among its parent’s children; one that is gone has nothing', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  const pid = child.pid ?? 0
  expect(childrenOf(process.pid)).toContain(pid)
  expect(processFacts(process.pid)?.cpuSeconds).toBeGreaterThan(0)
  expect(processFacts(process.pid)?.residentBytes).toBeGreaterThan(10_000_000)
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
  expect(processFacts(pid)).toBeNull()
  expect(childrenOf(pid)).toEqual([])
})
