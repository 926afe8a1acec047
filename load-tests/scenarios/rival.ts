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
import { atLeast, atLeastOfOne, crowd, loadOptions } from '../lib/seatcast/load-options.ts'
import { beatTime } from '../lib/seatcast/metronome.ts'
import { openSale, type Sale } from '../lib/seatcast/sale.ts'
import { summarize } from '../lib/seatcast/summary.ts'
import { unbroken } from '../lib/seatcast/unbroken.ts'
import { judge } from '../lib/seatcast/verdict.ts'
import { RivalUser } from '../users/rival-user.ts'
import { audience } from '../users/watcher.ts'

const knobs = readKnobs({
  USERS_THERE: [250, 60, 'users who are there'],
  SOCKETS_PER_VU: [25, 20, 'users in one virtual user'],
  SPREAD_MS: [2_000, 300, 'they come over so long, ms'],
  HOLD_SHARE: [0.05, 0.5, 'share of their thoughts after which they hold something'],
  WATCHERS: [5, 3, 'sockets that only watch; their maps are compared'],
  HOLD_P99_MS: [50, 5_000, 'how long 99 of 100 holds may take, as users see it, ms'],
})
const none = { condition: 'count==0', text: 'a transport failed' }
const load = {
  knobs,
  scenarios: {
    watchers: crowd('watchers', 1, knobs),
    users: crowd('users', Math.ceil(knobs.USERS_THERE / knobs.SOCKETS_PER_VU), knobs),
  },
  limits: {
    hold_ms: { condition: `p(99)<${knobs.HOLD_P99_MS}`, text: 'answers to clicks are too slow' },
    'users_in{user:rival}': { condition: atLeast(knobs.USERS_THERE), text: 'not everybody got in' },
    watchers_checked: { condition: atLeastOfOne(knobs.WATCHERS), text: 'not every watcher had their map compared' },
    buyers_checked: { condition: atLeastOfOne(1), text: 'of nobody who left the map was compared' },
    lost_sockets: none,
    refused_sockets: none,
  },
}
const story = "a public rival's mixed run: watch, think, sometimes hold a seat for a moment"

export const options = loadOptions(load)
export const setup = () => openSale(knobs)
export const watchers = (sale: Sale) => audience(sale, knobs, { sockets: knobs.WATCHERS, spreadMs: 300 })
export const users = async (sale: Sale): Promise<void> => {
  const visits = Array.from({ length: knobs.SOCKETS_PER_VU }, async () => {
    await pause(Math.random() * knobs.SPREAD_MS)
    await unbroken('rival', async () => new RivalUser(sale, knobs.HOLD_SHARE, (await becomeGuest()).token).visit())
  })
  await Promise.all(visits)
}
export const metronome = (sale: Sale) => beatTime(sale, knobs)
export const health = sleepLightly
export const teardown = judge
export const handleSummary = (data: never) => summarize({ scenario: 'rival', story, ...load }, data)
