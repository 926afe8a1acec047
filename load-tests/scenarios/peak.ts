/**
 * The shape of the predecessor's peak test, 100,000 users within ten seconds, scaled to what one machine carries.
 *
 * Load: USERS_ARRIVING users arrive within DURATION seconds, whether or not those before were served. Each opens a socket, takes the
 * map, clicks a seat, lets it go and leaves; with ONE_REQUEST=1 each is one request at one endpoint, as the predecessor's were.
 * Users who found no virtual user are dropped_iterations: the generator's limit, not the system's. The runner's report divides
 * the CPU time of generator and system by users_arrived: what one user costs.
 * Metrics: join_ms, connect_ms, hold_ms, users_arrived, joins_failed, refused_sockets (who was told to come later), dropped_iterations.
 */
import { sleepLightly } from '../lib/seatcast/generator-health.ts'
import { becomeGuest } from '../lib/seatcast/http-api.ts'
import { QUICK, readKnobs } from '../lib/seatcast/knobs.ts'
import { arriving, atLeast, atLeastOfOne, crowd, loadOptions } from '../lib/seatcast/load-options.ts'
import { beatTime } from '../lib/seatcast/metronome.ts'
import { openSale, type Sale } from '../lib/seatcast/sale.ts'
import { summarize } from '../lib/seatcast/summary.ts'
import { unbroken } from '../lib/seatcast/unbroken.ts'
import { judge } from '../lib/seatcast/verdict.ts'
import { oneRequest, PeakUser } from '../users/peak-user.ts'
import { audience } from '../users/watcher.ts'

const knobs = readKnobs({
  DURATION: [10, 2, 'users arrive for so long, s'],
  USERS_ARRIVING: [1_000, 100, 'users who arrive in that time; the predecessor had 100,000'],
  ONE_REQUEST: [0, 0, '1: a user is one request, as the predecessor measured; 0: a socket, the map and a click'],
  WATCHERS: [5, 3, 'sockets that only watch; their maps are compared'],
  MAX_VUS: [500, 120, 'virtual users: one a user who is there'],
})
const perSecond = knobs.USERS_ARRIVING / knobs.DURATION
// All virtual users are made before: none is to be made while users arrive.
const arrival = { perSecond, visitSeconds: knobs.MAX_VUS / perSecond, vusMax: knobs.MAX_VUS }
/** Shares of the users for whom no virtual user was free, and who waited in vain. Source: guesses. */
const DROPPED_MAX = 0.01
const FAILED_MAX = 0.01
const load = {
  knobs,
  scenarios: { watchers: crowd('watchers', 1, knobs), users: arriving('users', arrival, knobs) },
  limits: {
    join_ms: { condition: `p(99)<${QUICK ? 5_000 : 2_000}`, text: 'opening the map takes too long' },
    joins_failed: { condition: `rate<=${QUICK ? 0.9 : FAILED_MAX}`, text: 'too many users never got in' },
    [`users_in{user:${knobs.ONE_REQUEST === 1 ? 'request' : 'peak'}}`]: {
      condition: atLeast(Math.floor(knobs.USERS_ARRIVING * (1 - DROPPED_MAX - FAILED_MAX))),
      text: 'too few users got in',
    },
    watchers_checked: { condition: atLeastOfOne(knobs.WATCHERS), text: 'not every watcher had their map compared' },
    dropped_iterations: {
      condition: `count<${QUICK ? knobs.USERS_ARRIVING : Math.max(10, knobs.USERS_ARRIVING * DROPPED_MAX)}`,
      text: 'the generator could not bring them all: raise MAX_VUS or use more machines',
    },
  },
}
const story = 'the shape of 100,000 users within ten seconds'
/** A virtual user's guest: the peak is at the sale, not at the route that makes guests. */
let guest: Promise<string> | undefined

export const options = loadOptions(load)
export const setup = () => openSale(knobs)
export const watchers = (sale: Sale) => audience(sale, knobs, { sockets: knobs.WATCHERS, spreadMs: 300 })
export const users = async (sale: Sale): Promise<void> => {
  await unbroken('peak', async () => {
    if (knobs.ONE_REQUEST === 1) return oneRequest(sale)
    guest ??= becomeGuest().then(({ token }) => token)
    return new PeakUser(sale, await guest).visit()
  })
}
export const metronome = (sale: Sale) => beatTime(sale, knobs)
export const health = sleepLightly
export const teardown = judge
export const handleSummary = (data: never) => summarize({ scenario: 'peak', story, ...load }, data)
