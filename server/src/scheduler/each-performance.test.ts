import { pino } from 'pino'
import { expect, test, vi } from 'vitest'
import { eachPerformance } from './each-performance.ts'

const list = ['a', 'b', 'c'].map((id) => ({ target: { id } }))

function world() {
  const log = pino({ level: 'silent' })
  const warn = vi.spyOn(log, 'warn')
  const info = vi.spyOn(log, 'info')
  const served: string[] = []
  const broken = new Set<string>()
  const work = async ({ target: { id } }: (typeof list)[number]): Promise<void> => {
    await Promise.resolve()
    if (broken.has(id)) throw new Error(`${id} is broken`)
    served.push(id)
  }
  return { log, warn, info, served, broken, work }
}

test.for(['at once', 'in turn'] as const)(
  '%s: a broken performance keeps nobody from being served, and is told once until it recovers',
  async (how) => {
    const { log, warn, info, served, broken, work } = world()
    const each = eachPerformance('expire-holds', log, how)
    broken.add('a')
    await each(list, work)
    await each(list, work)
    expect(served).toEqual(['b', 'c', 'b', 'c'])
    expect(warn.mock.calls.map(([facts]) => facts)).toMatchObject([{ job: 'expire-holds', performanceId: 'a' }])
    broken.clear()
    await each(list, work)
    expect(info).toHaveBeenCalledTimes(1)
    broken.add('a')
    await each(list, work)
    expect(warn).toHaveBeenCalledTimes(2)
  },
)

test('when all of several fail it is the job that failed; a single one is told like any other', async () => {
  const { log, warn, broken, work } = world()
  const each = eachPerformance('expire-holds', log)
  for (const { target } of list) broken.add(target.id)
  await expect(each(list, work)).rejects.toThrow('a is broken')
  expect(warn).not.toHaveBeenCalled()
  await each(list.slice(0, 1), work)
  expect(warn).toHaveBeenCalledTimes(1)
})
