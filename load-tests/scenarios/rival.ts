/**
 * The mixed run that a public rival publishes: users watch and think, one thought in twenty holds one or two seats for a moment.
 *
 * Load: USERS_THERE users, all there for the whole run (a closed model, since that is what the rival measured); each thinks
 * 1.5 to 2.5 s, and after 5 % of the thoughts holds one or two seats and releases them after 1 to 3 s.
 * Metrics: hold_ms, release_ms, propagation_ms. The rival's bar: hold p99 below 9 ms on the server's side (its own metric of
 * holds, which the runner reads), no 5xx, no failed transport. HOLD_P99_MS is the bar as users see it, generator included.
 */
import { sleepLightly } from '../lib/seatcast/generator-health.ts'
import { becomeGuest, pause } from '../lib/seatcast/http-api.ts'
import { readKnobs } from '../lib/seatcast/knobs.ts'
import { crowd, loadOptions } from '../lib/seatcast/load-options.ts'
import { beatTime } from '../lib/seatcast/metronome.ts'
import { openSale, type Sale } from '../lib/seatcast/sale.ts'
import { summarize } from '../lib/seatcast/summary.ts'
import { judge } from '../lib/seatcast/verdict.ts'
import { RivalUser } from '../users/rival-user.ts'

const knobs = readKnobs({
  USERS_THERE: [1_000, 60, 'users who are there'],
  SOCKETS_PER_VU: [25, 20, 'users in one virtual user'],
  SPREAD_MS: [2_000, 300, 'they come over so long, ms'],
  HOLD_P99_MS: [50, 5_000, 'how long 99 of 100 holds may take, as users see it, ms'],
})
const none = { condition: 'count==0', text: 'a transport failed' }
const load = {
  knobs,
  scenarios: { users: crowd('users', Math.ceil(knobs.USERS_THERE / knobs.SOCKETS_PER_VU), knobs) },
  limits: {
    hold_ms: { condition: `p(99)<${knobs.HOLD_P99_MS}`, text: 'answers to clicks are too slow' },
    lost_sockets: none,
    refused_sockets: none,
  },
}
const story = "a public rival's mixed run: watch, think, sometimes hold a seat for a moment"

export const options = loadOptions(load)
export const setup = () => openSale(knobs)
export const users = async (sale: Sale): Promise<void> => {
  const visits = Array.from({ length: knobs.SOCKETS_PER_VU }, async () => {
    await pause(Math.random() * knobs.SPREAD_MS)
    await new RivalUser(sale, (await becomeGuest()).token).visit()
  })
  await Promise.all(visits)
}
export const metronome = (sale: Sale) => beatTime(sale, knobs)
export const health = sleepLightly
export const teardown = judge
export const handleSummary = (data: never) => summarize({ scenario: 'rival', story, ...load }, data)
