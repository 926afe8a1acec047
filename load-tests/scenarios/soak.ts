/**
 * An ordinary day at a modest rate, for an hour and longer: does anything grow, drift or slow down?
 *
 * Load: as mixed, with SPAWN_RATE low and DURATION long. Watchers lose their connection now and then and leave after STAY_SECONDS, so
 * that their number grows no more after as long. The audit is asked every INSPECT_SECONDS, so that a log longer than the server
 * keeps is looked at in parts. Compare two runs of different length with `npm run load -- compare`: what grows with time shows.
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
  SEATS: [50_000, 500, 'seats of the performance that is made: enough that they are not sold out early'],
  DURATION: [3_600, 3, 'how long users arrive and act, s'],
  SPAWN_RATE: [5, 15, 'users who arrive a second, of all classes'],
  STAY_SECONDS: [300, 3, 'how long a watcher stays; their maps are compared when they leave, s'],
  LOOKS_PER_LOSS: [100, 2, 'a watcher loses the connection once in so many looks of about a second'],
  INSPECT_SECONDS: [60, 1, 'the audit is asked this often during the run, s'],
})
const watchers = { looksPerLoss: knobs.LOOKS_PER_LOSS, staySeconds: knobs.STAY_SECONDS }
const users = readUsers('watcher=30,buyer=60,group=10')
const load = {
  knobs: { ...knobs, facts: [...knobs.facts, users.fact] },
  scenarios: { ...mixScenarios(users.mix, knobs, watchers), inspector: alone('inspector', knobs) },
  limits: mixLimits(users.mix, knobs, {
    hold_ms: { condition: `p(99)<${QUICK ? 5_000 : 100}`, text: 'answers to clicks are too slow' },
    propagation_ms: { condition: `p(99)<${QUICK ? 5_000 : 250}`, text: 'watchers see clicks too late' },
    resync_ms: {
      condition: `p(99)<${QUICK ? 5_000 : 2_000}`,
      text: 'a map takes too long to be right after a reconnect',
    },
  }),
}
const story = 'an ordinary day at a modest rate'

export const options = loadOptions(load)
export const setup = () => openSale(knobs)
export const { watcher, buyer, group, retrier, abuser } = visitsOf(knobs, watchers)
export const inspector = (sale: Sale) => inspect(sale, knobs.INSPECT_SECONDS)
export const metronome = (sale: Sale) => beatTime(sale, knobs)
export const health = sleepLightly
export const teardown = judge
export const handleSummary = (data: never) => summarize({ scenario: 'soak', story, ...load }, data)
