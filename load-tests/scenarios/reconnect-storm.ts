/**
 * Every watcher loses the connection at the same moment, again and again, while the map changes: how soon is everybody's map right again?
 *
 * Load: WATCHERS sockets; STORMS times, evenly over the run, all of them break without a word and come back by the client's
 * own backoff with jitter. Meanwhile a few buyers take seats, so that there is something to catch up with.
 * Metrics: reconnect_ms (from the loss to a consistent map, waits before dialling included), resync_ms (from the new
 * connection to it), gaps, map_differs, lost_sockets.
 */
import { sleepLightly } from '../lib/seatcast/generator-health.ts'
import { QUICK, readKnobs } from '../lib/seatcast/knobs.ts'
import { arriving, atLeast, crowd, loadOptions } from '../lib/seatcast/load-options.ts'
import { beatTime } from '../lib/seatcast/metronome.ts'
import { openSale, type Sale } from '../lib/seatcast/sale.ts'
import { summarize } from '../lib/seatcast/summary.ts'
import { judge } from '../lib/seatcast/verdict.ts'
import { Buyer, USUAL_BUYER } from '../users/buyer.ts'
import { audience } from '../users/watcher.ts'

const knobs = readKnobs({
  WATCHERS: [200, 60, 'sockets that watch'],
  SOCKETS_PER_VU: [50, 20, 'sockets in one virtual user'],
  SPAWN_RATE: [200, 200, 'sockets opened a second at the start'],
  STORMS: [3, 1, 'times that all of them lose their connection'],
  BUYERS_PER_SECOND: [5, 5, 'buyers who arrive a second'],
  MAX_VUS: [200, 40, 'virtual users for buyers'],
})
const visit = { perSecond: knobs.BUYERS_PER_SECOND, visitSeconds: QUICK ? 3 : 10, vusMax: knobs.MAX_VUS }
const load = {
  knobs,
  scenarios: {
    watchers: crowd('watchers', Math.ceil(knobs.WATCHERS / knobs.SOCKETS_PER_VU), knobs),
    buyers: arriving('buyers', visit, knobs),
  },
  limits: {
    reconnect_ms: { condition: 'p(99)<10000', text: 'it takes too long until maps are right again' },
    resync_ms: { condition: 'p(99)<5000', text: 'a map takes longer than 5 s to be right after a reconnect' },
    lost_sockets: { condition: atLeast(knobs.WATCHERS * knobs.STORMS), text: 'not everybody lost the connection' },
    watchers_checked: { condition: atLeast(knobs.WATCHERS), text: 'not every watcher had their map compared' },
  },
}
const story = 'every watcher loses the connection at the same moment'

export const options = loadOptions(load)
export const setup = () => openSale(knobs)
export const watchers = (sale: Sale) =>
  audience(sale, knobs, {
    sockets: knobs.SOCKETS_PER_VU,
    spreadMs: (knobs.WATCHERS / knobs.SPAWN_RATE) * 1_000,
    lossesAtMs: Array.from(
      { length: knobs.STORMS },
      (_, storm) => (knobs.DURATION * 1_000 * (storm + 1)) / (knobs.STORMS + 1),
    ),
  })
export const buyers = (sale: Sale) =>
  new Buyer(sale, { ...USUAL_BUYER, waitMs: QUICK ? [100, 400] : USUAL_BUYER.waitMs }).visit()
export const metronome = (sale: Sale) => beatTime(sale, knobs)
export const health = sleepLightly
export const teardown = judge
export const handleSummary = (data: never) => summarize({ scenario: 'reconnect-storm', story, ...load }, data)
