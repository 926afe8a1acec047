/**
 * A sale in full swing: people who only look, buyers, groups of friends, in the ratio of USERS.
 *
 * Load: SPAWN_RATE users arrive a second, split by USERS (`watcher=70,buyer=20,group=10`; also retrier, abuser), whether or
 * not those before were served. Watchers stay to the end; the others leave when they have bought or given up.
 * Metrics: all of the other scenarios'. The audit is also asked during the run, every INSPECT_SECONDS.
 */
import { sleepLightly } from '../lib/seatcast/generator-health.ts'
import { QUICK, readKnobs } from '../lib/seatcast/knobs.ts'
import { alone, loadOptions } from '../lib/seatcast/load-options.ts'
import { beatTime } from '../lib/seatcast/metronome.ts'
import { openSale, type Sale } from '../lib/seatcast/sale.ts'
import { summarize } from '../lib/seatcast/summary.ts'
import { inspect, judge } from '../lib/seatcast/verdict.ts'
import { MIX_KNOBS, mixLimits, mixScenarios, readUsers, visitsOf } from '../users/mix.ts'

const knobs = readKnobs({
  ...MIX_KNOBS,
  INSPECT_SECONDS: [20, 0, 'the audit is asked this often during the run, s; 0: only after it'],
})
const users = readUsers('watcher=70,buyer=20,group=10')
const load = {
  knobs: { ...knobs, facts: [...knobs.facts, users.fact] },
  scenarios: { ...mixScenarios(users.mix, knobs), inspector: alone('inspector', knobs) },
  limits: mixLimits(users.mix, knobs, {
    hold_ms: { condition: `p(99)<${QUICK ? 5_000 : 100}`, text: 'answers to clicks are too slow' },
    propagation_ms: { condition: `p(99)<${QUICK ? 5_000 : 250}`, text: 'watchers see clicks too late' },
  }),
}
const story = 'a sale in full swing: watchers, buyers and groups of friends'

export const options = loadOptions(load)
export const setup = () => openSale(knobs)
export const { watcher, buyer, group, retrier, abuser } = visitsOf(knobs)
export const inspector = (sale: Sale) => inspect(sale, knobs.INSPECT_SECONDS)
export const metronome = (sale: Sale) => beatTime(sale, knobs)
export const health = sleepLightly
export const teardown = judge
export const handleSummary = (data: never) => summarize({ scenario: 'mixed', story, ...load }, data)
