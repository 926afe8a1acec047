import { cpus } from 'node:os'
import { describe, expect, test } from 'vitest'
import { warningsOf } from './generator-share.ts'
import { RESULT, SUMMARY } from './test/sample-result.ts'

const calm = RESULT.generator

describe('doubting the generator', () => {
  test('a calm one is not doubted', () => {
    expect(warningsOf(calm, SUMMARY)).toEqual([])
    expect(warningsOf(calm, null)).toEqual([])
  })

  test.each([
    [{ coresMean: cpus().length * 0.9 }, /k6 used .* cores/],
    [{ machineBusy: 0.99 }, /99 % busy, 35 % of it the generator/],
    [{ clockStepMs: 80 }, /clock was moved by 80 ms/],
  ])('%j is a warning', (facts, text) => {
    expect(warningsOf({ ...calm, ...facts }, SUMMARY)).toEqual([expect.stringMatching(text)])
  })

  test('what the scenario itself warned of is kept, once', () => {
    const generator = { ...SUMMARY.generator, warnings: ['its timers were late', 'its timers were late'] }
    expect(warningsOf(calm, { ...SUMMARY, generator })).toEqual(['its timers were late'])
  })
})
