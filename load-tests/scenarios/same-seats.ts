/**
 * Everybody clicks the same 50 seats at once: does each seat have one owner, and how many tries does it take to get one?
 *
 * Load: CLICKERS sockets, SOCKETS_PER_VU in each virtual user, who come in the first moments. They click a random one of WANTED
 * seats without looking whether it is taken, every WAIT_MS on average; who gets one pays (PAY_SHARE) or lets it go and
 * begins again. They stop when all are sold.
 * Metrics: hold_ms, hold_answers by code, hold_tries (until a seat was held), orders_paid, seat_given_twice.
 */
import { sleepLightly } from '../lib/seatcast/generator-health.ts'
import { becomeGuest, pause } from '../lib/seatcast/http-api.ts'
import { QUICK, readKnobs } from '../lib/seatcast/knobs.ts'
import { atLeast, atLeastOfOne, crowd, loadOptions } from '../lib/seatcast/load-options.ts'
import { beatTime } from '../lib/seatcast/metronome.ts'
import { openSale, type Sale } from '../lib/seatcast/sale.ts'
import { summarize } from '../lib/seatcast/summary.ts'
import { unbroken } from '../lib/seatcast/unbroken.ts'
import { judge } from '../lib/seatcast/verdict.ts'
import { Retrier } from '../users/retrier.ts'
import { audience } from '../users/watcher.ts'

const knobs = readKnobs({
  CLICKERS: [100, 40, 'sockets that click'],
  SOCKETS_PER_VU: [20, 10, 'sockets in one virtual user'],
  WANTED: [50, 20, 'seats that everybody wants'],
  WATCHERS: [5, 3, 'sockets that only watch; their maps are compared'],
  WAIT_MS: [500, 200, 'between two clicks of one user, on average, ms'],
  PAY_SHARE: [0.3, 0.3, 'share of those with a seat who pay; the others let it go and begin again'],
})
const load = {
  knobs,
  scenarios: {
    watchers: crowd('watchers', 1, knobs),
    clickers: crowd('clickers', Math.ceil(knobs.CLICKERS / knobs.SOCKETS_PER_VU), knobs),
  },
  limits: {
    hold_ms: { condition: `p(99)<${QUICK ? 5_000 : 100}`, text: 'answers to clicks are too slow' },
    'users_in{user:retrier}': { condition: atLeast(knobs.CLICKERS), text: 'not everybody got in' },
    watchers_checked: { condition: atLeastOfOne(knobs.WATCHERS), text: 'not every watcher had their map compared' },
    buyers_checked: { condition: atLeastOfOne(1), text: 'of nobody who left the map was compared' },
    'hold_answers{code:OK}': { condition: 'count>0', text: 'nobody got a seat' },
  },
}
const story = 'everybody clicks the same few seats'

export const options = loadOptions(load)
export const setup = () => openSale(knobs)
export const watchers = (sale: Sale) => audience(sale, knobs, { sockets: knobs.WATCHERS, spreadMs: 300 })
export const clickers = async (sale: Sale): Promise<void> => {
  const habits = { wanted: knobs.WANTED, waitMs: [0, 2 * knobs.WAIT_MS], pays: knobs.PAY_SHARE } as const
  const visits = Array.from({ length: knobs.SOCKETS_PER_VU }, async () => {
    await pause(Math.random() * 2 * knobs.WAIT_MS)
    await unbroken('retrier', async () => new Retrier(sale, habits, (await becomeGuest()).token).visit())
  })
  await Promise.all(visits)
}
export const metronome = (sale: Sale) => beatTime(sale, knobs)
export const health = sleepLightly
export const teardown = judge
export const handleSummary = (data: never) => summarize({ scenario: 'same-seats', story, ...load }, data)
