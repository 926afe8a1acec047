/**
 * Honest buyers among people who flood, send garbage and oversized frames, and forge or steal tokens: do the honest ones notice?
 *
 * Load: BUYERS_PER_SECOND honest buyers all the time; ABUSERS in the second half of the run. hold_ms is told apart by phase (calm,
 * abused); WITNESSES are there for both halves, click all the time, and tell how often longer they waited in the second. What
 * is forged must never be accepted; what is done with a stolen token can no more than its owner could, and the owner sees it.
 * Metrics: hold_ms by phase, abuse_factor, abuses by kind, stolen_tokens, owners_untold, forgery_accepted, refused_sockets.
 *
 * Server: MESSAGES_PER_SECOND_PER_SOCKET=20 HOLDS_PER_SECOND_PER_BUYER=5
 */
import { sleepLightly } from '../lib/seatcast/generator-health.ts'
import { pause } from '../lib/seatcast/http-api.ts'
import { QUICK, readKnobs } from '../lib/seatcast/knobs.ts'
import { alone, arriving, atLeastOfOne, crowd, loadOptions } from '../lib/seatcast/load-options.ts'
import { beatTime } from '../lib/seatcast/metronome.ts'
import { openSale, type Sale, serverNow } from '../lib/seatcast/sale.ts'
import { summarize } from '../lib/seatcast/summary.ts'
import { ABUSES } from '../lib/seatcast/tags.ts'
import { judge } from '../lib/seatcast/verdict.ts'
import { Abuser } from '../users/abuser.ts'
import { Buyer, USUAL_BUYER } from '../users/buyer.ts'
import { audience } from '../users/watcher.ts'
import { bearWitness } from '../users/witness.ts'

const knobs = readKnobs({
  DURATION: [30, 4, 'how long users arrive and act, s; abusers in the second half'],
  ABUSERS: [20, 4, 'abusers, each a socket that floods'],
  BUYERS_PER_SECOND: [10, 8, 'honest buyers who arrive a second'],
  THINK_MS: [1_000, 250, 'their thinking between two steps, on average, ms'],
  WATCHERS: [100, 10, 'honest sockets that only watch'],
  WITNESSES: [20, 10, 'honest buyers who click all the time, in one virtual user'],
  MAX_VUS: [500, 80, 'virtual users: one an honest buyer'],
})
const calmMs = (knobs.DURATION * 1_000) / 2
const visitSeconds = (6 * knobs.THINK_MS) / 1_000
/** Source: guesses. 10 ms more or less nobody notices; a smoke only wants both halves measured. */
const witnessed = {
  count: knobs.WITNESSES,
  waitMs: QUICK ? ([100, 300] as const) : ([300, 900] as const),
  untilMs: calmMs,
  slackMs: 10,
  least: QUICK ? 1 : 20,
}
/** A smoke is over before each has had its turn. */
const ofEachKind = Object.fromEntries(
  ABUSES.map((kind) => [`abuses{kind:${kind}}`, { condition: 'count>0', text: `nobody tried ${kind}` }]),
)
const holdLimit = { condition: `p(99)<${QUICK ? 5_000 : 150}`, text: 'honest buyers wait too long for answers' }
const load = {
  knobs,
  scenarios: {
    watchers: crowd('watchers', 1, knobs),
    buyers: arriving('buyers', { perSecond: knobs.BUYERS_PER_SECOND, visitSeconds, vusMax: knobs.MAX_VUS }, knobs),
    witnesses: alone('witnesses', knobs),
    abusers: crowd('abusers', knobs.ABUSERS, knobs),
  },
  limits: {
    'hold_ms{phase:calm}': holdLimit,
    'hold_ms{phase:abused}': holdLimit,
    watchers_checked: { condition: atLeastOfOne(knobs.WATCHERS), text: 'not every watcher had their map compared' },
    propagation_ms: { condition: `p(99)<${QUICK ? 5_000 : 300}`, text: 'watchers see clicks too late' },
    abuses: { condition: 'count>0', text: 'nobody abused anything' },
    ...(!QUICK && ofEachKind),
    abuse_factor: {
      condition: `max<${QUICK ? 100 : 3}`,
      text: 'honest buyers wait much longer than without the abuse',
    },
    stolen_tokens: { condition: 'count>0', text: 'no stolen token was tried out to the end: it needs seats' },
    owners_untold: { condition: 'count==0', text: 'an honest buyer was not told what was done with their token' },
  },
}
const story = 'honest buyers among people who flood, send garbage and forge'

export const options = loadOptions(load)
export const setup = () => openSale(knobs)
export const watchers = (sale: Sale) => audience(sale, knobs, { sockets: knobs.WATCHERS, spreadMs: 500 })
export const buyers = (sale: Sale) => {
  // Of each request, not of the buyer's arrival.
  const phase = () => ({ phase: serverNow(sale.clock) - sale.startsAtMs < calmMs ? 'calm' : 'abused' })
  const habits = { ...USUAL_BUYER, waitMs: [knobs.THINK_MS / 2, 1.5 * knobs.THINK_MS] as const }
  return new Buyer(sale, habits, phase).visit()
}
export const abusers = async (sale: Sale): Promise<void> => {
  await pause(sale.startsAtMs + calmMs - serverNow(sale.clock))
  await new Abuser(sale, knobs.MAX_SEATS).visit()
}
export const witnesses = (sale: Sale) => bearWitness(sale, witnessed)
export const metronome = (sale: Sale) => beatTime(sale, knobs)
export const health = sleepLightly
export const teardown = judge
export const handleSummary = (data: never) => summarize({ scenario: 'abuse', story, ...load }, data)
