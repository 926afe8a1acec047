import { expect, test } from 'vitest'
import { knobFault } from '../lib/seatcast/knob-bounds.ts'
import { listScenarios } from '../run/scenarios.ts'

test.each([
  ['CLICK_MS', '0', '"0": it is to be a whole number from 10 to 60000'],
  ['WATCHERS', '', '"": it is to be a whole number from 1 to'],
  ['WATCHERS', '-5', '"-5"'],
  ['WATCHERS', '1.5', '"1.5"'],
  ['WATCHERS', 'many', '"many"'],
  ['UNPAID', '1.2', 'to be a number from 0 to 1'],
])('%s=%s is refused', (name, value, text) => {
  expect(knobFault(name, value)).toContain(text)
})

test.each([
  ['CLICK_MS', '50'],
  ['BUYERS_PER_SECOND', '0.5'],
  ['UNPAID', '0'],
  ['OPENS_AFTER', '0'],
])('%s=%s is fine', (name, value) => {
  expect(knobFault(name, value)).toBeNull()
})

test('every default of every scenario is within its bounds', () => {
  const knobs = listScenarios().flatMap((scenario) => scenario.knobs)
  expect(
    knobs.flatMap(({ name, usual, quick }) => [knobFault(name, usual), knobFault(name, quick)]).filter(Boolean),
  ).toEqual([])
})
