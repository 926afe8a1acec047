/**
 * A crowd watches one map while a single buyer clicks: how soon does every watcher see each click, and does anybody miss one?
 *
 * Load: WATCHERS sockets, SOCKETS_PER_VU in each virtual user, opened at SPAWN_RATE a second; one seat is held or
 * released every CLICK_MS. At the end every watcher's whole map is compared with the server's snapshot.
 * Metrics: propagation_ms (from the moment a click was due to each watcher), completeness, join_ms, gaps, map_differs.
 *
 * Knobs: WATCHERS, SOCKETS_PER_VU, SPAWN_RATE, CLICK_MS
 */
import { sleepLightly } from '../lib/seatcast/generator-health.ts'
import { QUICK, readKnobs } from '../lib/seatcast/knobs.ts'
import { atLeast, atLeastOfOne, crowd, loadOptions } from '../lib/seatcast/load-options.ts'
import { beatTime } from '../lib/seatcast/metronome.ts'
import { openSale, type Sale } from '../lib/seatcast/sale.ts'
import { summarize } from '../lib/seatcast/summary.ts'
import { judge } from '../lib/seatcast/verdict.ts'
import { audience } from '../users/watcher.ts'

const knobs = readKnobs({
  CLICK_MS: [500, 50, 'one seat is held or released this often, ms'],
  WATCHERS: [1_000, 60, 'sockets that watch'],
  SOCKETS_PER_VU: [50, 20, 'sockets in one virtual user'],
  SPAWN_RATE: [500, 200, 'sockets opened a second'],
})
const vus = Math.ceil(knobs.WATCHERS / knobs.SOCKETS_PER_VU)
const load = {
  knobs,
  scenarios: { watchers: crowd('watchers', vus, knobs) },
  limits: {
    propagation_ms: { condition: `p(99)<${QUICK ? 5_000 : 250}`, text: 'watchers see clicks too late' },
    join_ms: { condition: `p(99)<${QUICK ? 5_000 : 2_000}`, text: 'opening the map takes too long' },
    clicks_answered: {
      // Half of them: a metronome that comes up late on a busy machine leaves beats out.
      condition: atLeastOfOne(Math.floor((knobs.DURATION * 1_000) / knobs.CLICK_MS / 2)),
      text: 'too few clicks of the metronome were answered',
    },
    completeness: {
      // The worst watcher too: one who sees nothing is lost in a mean of a thousand.
      condition: QUICK ? 'avg>10' : ['avg>90', 'min>50'],
      text: 'too few of the clicks came to watchers as live frames, %',
    },
    watchers_checked: {
      condition: atLeast(knobs.WATCHERS),
      text: 'not every watcher got in and had their map compared',
    },
  },
}
const story = 'a crowd watches one map while a single buyer clicks'

export const options = loadOptions(load)
export const setup = () => openSale(knobs)
export const watchers = (sale: Sale) =>
  audience(sale, knobs, { sockets: knobs.SOCKETS_PER_VU, spreadMs: (knobs.WATCHERS / knobs.SPAWN_RATE) * 1_000 })
export const metronome = (sale: Sale) => beatTime(sale, knobs)
export const health = sleepLightly
export const teardown = judge
export const handleSummary = (data: never) => summarize({ scenario: 'watch', story, ...load }, data)
