import { aligned } from './print-result.ts'
import type { ScenarioFacts } from './scenarios.ts'

/** What there is to run and to turn, for people. */
export function printedList(scenarios: readonly ScenarioFacts[]): string {
  return scenarios
    .map(({ name, story, knobs, mixesUsers }) => {
      const rows = knobs.map((knob) => [`--set ${knob.name}=${knob.usual}`, `quick ${knob.quick}`, knob.meaning])
      const users = mixesUsers ? [['--users', '', 'the mixture of users']] : []
      return [name, `  ${story}`, ...aligned([...rows, ...users])].join('\n')
    })
    .join('\n\n')
}
