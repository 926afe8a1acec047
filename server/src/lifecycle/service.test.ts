import { pino } from 'pino'
import { expect, test } from 'vitest'
import { runUntilSignal, type Service } from './service.ts'

const log = pino({ level: 'silent' })

function recorder() {
  const steps: string[] = []
  const service = (name: string, broken: Partial<Record<'start' | 'drain' | 'stop', boolean>> = {}): Service => {
    const step = (what: 'start' | 'drain' | 'stop') => async () => {
      steps.push(`${what} ${name}`)
      if (broken[what] === true) throw new Error(`${name} cannot ${what}`)
    }
    return { name, start: step('start'), drain: step('drain'), stop: step('stop') }
  }
  return { steps, service }
}

test('starts in order, drains and stops in reverse, 0 after a complete drain', async () => {
  const { steps, service } = recorder()
  const ending = new AbortController()
  const code = await runUntilSignal([service('a'), service('b')], {
    shutdownDeadlineMs: 1_000,
    log,
    ending: ending.signal,
    started: () => ending.abort(),
  })
  expect(code).toBe(0)
  expect(steps).toEqual(['start a', 'start b', 'drain b', 'drain a', 'stop b', 'stop a'])
})

test('a failed start stops what had started and is thrown', async () => {
  const { steps, service } = recorder()
  const run = runUntilSignal([service('a'), service('b', { start: true }), service('c')], {
    shutdownDeadlineMs: 1_000,
    log,
  })
  await expect(run).rejects.toThrow('b cannot start')
  expect(steps).toEqual(['start a', 'start b', 'stop a'])
})

test('a part that fails to drain does not keep the others from ending', async () => {
  const { steps, service } = recorder()
  const code = await runUntilSignal([service('a'), service('b', { drain: true })], {
    shutdownDeadlineMs: 1_000,
    log,
    ending: AbortSignal.abort(),
  })
  expect(code).toBe(0)
  expect(steps).toContain('stop a')
})

test('1 when the deadline passes first', async () => {
  const stuck: Service = { name: 'stuck', drain: () => new Promise<void>(() => {}) }
  const code = await runUntilSignal([stuck], { shutdownDeadlineMs: 20, log, ending: AbortSignal.abort() })
  expect(code).toBe(1)
})
