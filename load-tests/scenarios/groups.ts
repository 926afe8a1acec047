/**
 * Friends book together while others buy: does a group ever end with some of its seats and not the others?
 *
 * Load: GROUPS_PER_SECOND hosts arrive; each invites one to five friends, takes a block for all, everybody sits down and pays
 * their share; in some groups one does not pay and the host gives up. Buyers take seats beside them. A server without groups
 * is told apart: the scenario then says SKIPPED and fails.
 * Metrics: group_answers by code, groups_sold, group_half_sold, group_hold_ms, payment_ms.
 */
import { sleepLightly } from '../lib/seatcast/generator-health.ts'
import { QUICK, readKnobs } from '../lib/seatcast/knobs.ts'
import { arriving, atLeastOfOne, crowd, loadOptions } from '../lib/seatcast/load-options.ts'
import { beatTime } from '../lib/seatcast/metronome.ts'
import { openSale, type Sale } from '../lib/seatcast/sale.ts'
import { summarize } from '../lib/seatcast/summary.ts'
import { judge } from '../lib/seatcast/verdict.ts'
import { Buyer, USUAL_BUYER } from '../users/buyer.ts'
import { GroupHost } from '../users/group-host.ts'
import { audience } from '../users/watcher.ts'

const knobs = readKnobs({
  DURATION: [30, 2, 'groups and buyers arrive for so long, s; groups finish what they began'],
  GROUPS_PER_SECOND: [3, 2, 'groups that begin a second'],
  BUYERS_PER_SECOND: [5, 3, 'buyers who arrive a second'],
  THINK_MS: [1_000, 100, 'thinking between two steps, on average, ms'],
  FRIENDS_MAX: [5, 3, 'friends of a host: one to so many'],
  UNPAID: [0.25, 0.25, 'share of groups in which one does not pay'],
  WATCHERS: [5, 3, 'sockets that only watch; their maps are compared'],
  MAX_VUS: [500, 60, 'virtual users: one a group, one a buyer'],
})
const waitMs = [knobs.THINK_MS / 2, 1.5 * knobs.THINK_MS] as const
const visitSeconds = (6 * knobs.THINK_MS) / 1_000 + 1
const load = {
  knobs,
  scenarios: {
    watchers: crowd('watchers', 1, knobs),
    groups: arriving('groups', { perSecond: knobs.GROUPS_PER_SECOND, visitSeconds, vusMax: knobs.MAX_VUS }, knobs),
    buyers: arriving('buyers', { perSecond: knobs.BUYERS_PER_SECOND, visitSeconds, vusMax: knobs.MAX_VUS }, knobs),
  },
  limits: {
    group_hold_ms: { condition: `p(99)<${QUICK ? 5_000 : 150}`, text: 'taking a block is too slow' },
    groups_skipped: { condition: 'count==0', text: 'the server has no groups' },
    watchers_checked: { condition: atLeastOfOne(knobs.WATCHERS), text: 'not every watcher had their map compared' },
    groups_sold: { condition: 'count>0', text: 'no group bought anything' },
  },
}
const story = 'friends book together while others buy'

export const options = loadOptions(load)
export const setup = () => openSale(knobs)
export const watchers = (sale: Sale) => audience(sale, knobs, { sockets: knobs.WATCHERS, spreadMs: 300 })
export const groups = (sale: Sale) =>
  new GroupHost(sale, { friends: [1, knobs.FRIENDS_MAX], waitMs, unpaid: knobs.UNPAID }).visit()
export const buyers = (sale: Sale) => new Buyer(sale, { ...USUAL_BUYER, waitMs }).visit()
export const metronome = (sale: Sale) => beatTime(sale, knobs)
export const health = sleepLightly
export const teardown = judge
export const handleSummary = (data: never) => summarize({ scenario: 'groups', story, ...load }, data)
