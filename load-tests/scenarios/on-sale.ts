/**
 * A sale opens: most buyers are there before, all click in the first seconds, take other seats when theirs are gone, and pay or give up.
 *
 * Load: BUYERS_PER_SECOND arrive whether or not those before were served (an open model: a closed one hides overload), and
 * OPENS_AFTER seconds after the first of them the sale opens. They think between steps; of those with seats some pay, some
 * give up, some move, some let their hold end by itself. A few watchers measure what everybody sees.
 * Metrics: opening_ms, hold_ms, hold_answers by code, hold_tries, order_ms, payment_ms, orders_paid, money_minor.
 */
import { sleepLightly } from '../lib/seatcast/generator-health.ts'
import { QUICK, readKnobs } from '../lib/seatcast/knobs.ts'
import { arriving, atLeastOfOne, crowd, loadOptions } from '../lib/seatcast/load-options.ts'
import { beatTime } from '../lib/seatcast/metronome.ts'
import { openSale, type Sale } from '../lib/seatcast/sale.ts'
import { summarize } from '../lib/seatcast/summary.ts'
import { judge } from '../lib/seatcast/verdict.ts'
import { Buyer, USUAL_BUYER } from '../users/buyer.ts'
import { audience } from '../users/watcher.ts'

const knobs = readKnobs({
  HOLD_SECONDS: [20, 2, 'how long its holds last, s: those who dawdle see theirs end'],
  BUYERS_PER_SECOND: [10, 12, 'buyers who arrive a second'],
  OPENS_AFTER: [8, 1, 'the sale opens so long after the first of them, s; 0: it is open'],
  THINK_MS: [1_500, 200, 'thinking between two steps, on average, ms'],
  WATCHERS: [50, 20, 'sockets that only watch'],
  MAX_VUS: [600, 100, 'virtual users: one a buyer who is there'],
})
const visitSeconds = knobs.OPENS_AFTER + (6 * knobs.THINK_MS) / 1_000
const arrival = { perSecond: knobs.BUYERS_PER_SECOND, visitSeconds, vusMax: knobs.MAX_VUS }
const load = {
  knobs,
  scenarios: { watchers: crowd('watchers', 1, knobs), buyers: arriving('buyers', arrival, knobs) },
  limits: {
    hold_ms: { condition: `p(99)<${QUICK ? 5_000 : 100}`, text: 'answers to clicks are too slow' },
    order_ms: { condition: `p(99)<${QUICK ? 5_000 : 500}`, text: 'placing an order takes too long' },
    watchers_checked: { condition: atLeastOfOne(knobs.WATCHERS), text: 'not every watcher had their map compared' },
    buyers_checked: { condition: atLeastOfOne(1), text: 'of nobody who left the map was compared' },
    propagation_ms: { condition: `p(99)<${QUICK ? 5_000 : 250}`, text: 'watchers see clicks too late' },
    orders_paid: { condition: 'count>0', text: 'nobody bought anything' },
  },
}
const story = 'a sale opens, and everybody wants good seats'

export const options = loadOptions(load)
export const setup = () => openSale(knobs, knobs.OPENS_AFTER * 1_000)
export const watchers = (sale: Sale) => audience(sale, knobs, { sockets: knobs.WATCHERS, spreadMs: 1_000 })
export const buyers = (sale: Sale) =>
  new Buyer(sale, { ...USUAL_BUYER, waitMs: [knobs.THINK_MS / 2, 1.5 * knobs.THINK_MS] }).visit()
export const metronome = (sale: Sale) => beatTime(sale, knobs)
export const health = sleepLightly
export const teardown = judge
export const handleSummary = (data: never) => summarize({ scenario: 'on-sale', story, ...load }, data)
