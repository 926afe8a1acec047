import type { Scenario } from 'k6/options'
import { Abuser } from './abuser.ts'
import { Buyer, USUAL_BUYER } from './buyer.ts'
import { GroupHost, USUAL_GROUP } from './group-host.ts'
import { Retrier } from './retrier.ts'
import type { KnobFact } from '../lib/seatcast/load-summary.ts'
import { becomeGuest } from '../lib/seatcast/http-api.ts'
import type { Knobs, KnobLine } from '../lib/seatcast/knobs.ts'
import { arriving, atLeast } from '../lib/seatcast/load-options.ts'
import { type Sale, serverNow } from '../lib/seatcast/sale.ts'
import { unbroken } from '../lib/seatcast/unbroken.ts'
import type { Limits } from '../lib/seatcast/verdict-rules.ts'
import { type Mix, readMix, type UserClass } from './read-mix.ts'
import { audience } from './watcher.ts'

/** Knobs of every mixed run. */
export const MIX_KNOBS = {
  SPAWN_RATE: [8, 20, 'users who arrive a second, of all classes'],
  WATCHERS_PER_VU: [20, 10, 'watchers who come together in one virtual user'],
  THINK_MS: [1_500, 200, 'thinking between two steps, on average, ms'],
  WANTED: [50, 20, 'seats that all retriers want'],
  VISIT_SECONDS: [20, 3, 'how long a buyer stays, about: so many virtual users stand by, s'],
  MAX_VUS: [500, 200, 'virtual users: one a user who is there, one for several watchers'],
} as const satisfies Record<string, KnobLine>
export type MixKnobs = Knobs<keyof typeof MIX_KNOBS>

/** USERS, for example `watcher=70,buyer=20,group=10`: shares by class. */
export function readUsers(usual: string): { readonly mix: Mix; readonly fact: KnobFact } {
  const value = __ENV['USERS'] ?? usual
  const fact = { name: 'USERS', value, isDefault: value === usual, meaning: 'shares of the classes of users' }
  return { mix: readMix(value), fact }
}

/** What some mixed runs have beside it. */
export interface WatchersHabits {
  /** See Watcher. */
  readonly looksPerLoss: number
  /** Then they leave; until then their number grows. */
  readonly staySeconds: number
}
const STAY_TO_THE_END: WatchersHabits = { looksPerLoss: 0, staySeconds: Infinity }

/** One k6 scenario a class: each arrives at its share of the spawn rate, whether or not those before were served. */
export function mixScenarios(
  mix: Mix,
  knobs: MixKnobs,
  { staySeconds }: WatchersHabits = STAY_TO_THE_END,
): Record<string, Scenario> {
  return Object.fromEntries(
    Object.entries(mix).map(([name, share]) => {
      const perSecond = knobs.SPAWN_RATE * share
      // Several watchers are one virtual user.
      const isWatcher = name === 'watcher'
      const load = {
        perSecond: isWatcher ? perSecond / knobs.WATCHERS_PER_VU : perSecond,
        visitSeconds: isWatcher ? Math.min(knobs.DURATION, staySeconds) : knobs.VISIT_SECONDS,
        vusMax: knobs.MAX_VUS,
      }
      return [name, arriving(name, load, knobs)]
    }),
  )
}

/** Whose doing a metric is: without them there is nothing to limit. */
const MEASURED_BY: Readonly<Record<string, readonly UserClass[]>> = {
  hold_ms: ['buyer', 'retrier'],
  propagation_ms: ['watcher'],
  resync_ms: ['watcher'],
}
/** Of those who should arrive, these must get in: arrivals are rounded, and the last watchers of a run come as a crowd. */
const GOT_IN_MIN = 0.5

/** The limits that this mixture can measure, and that those who were to arrive got in. */
export function mixLimits(mix: Mix, knobs: MixKnobs, limits: Limits): Limits {
  const has = (name: UserClass): boolean => (mix[name] ?? 0) > 0
  const measured = Object.entries(limits).filter(([metric]) => MEASURED_BY[metric]?.some(has) ?? true)
  const arrivals = Object.entries(mix).flatMap(([name, share]) => {
    const least = Math.floor(GOT_IN_MIN * knobs.SPAWN_RATE * share * knobs.DURATION)
    const limit = { condition: atLeast(least), text: `too few of the class ${name} got in` }
    return least < 1 ? [] : [[`users_in{user:${name}}`, limit] as const]
  })
  const checked = { watchers_checked: { condition: atLeast(1), text: 'no map was compared' } }
  return { ...Object.fromEntries([...measured, ...arrivals]), ...(has('watcher') && checked) }
}

/** The sale as somebody has it who leaves after so long. */
const until = (sale: Sale, staySeconds: number): Sale => ({
  ...sale,
  endsAtMs: Math.min(sale.endsAtMs, serverNow(sale.clock) + staySeconds * 1_000),
})

/** What a virtual user of each class does. */
export const visitsOf = (
  knobs: MixKnobs,
  { looksPerLoss, staySeconds }: WatchersHabits = STAY_TO_THE_END,
): Record<UserClass, (sale: Sale) => Promise<void>> => {
  const waitMs = [knobs.THINK_MS / 2, 1.5 * knobs.THINK_MS] as const
  return {
    watcher: (sale) =>
      audience(until(sale, staySeconds), knobs, { sockets: knobs.WATCHERS_PER_VU, spreadMs: 0, looksPerLoss }),
    buyer: (sale) => new Buyer(sale, { ...USUAL_BUYER, waitMs }).visit(),
    group: (sale) => new GroupHost(sale, { ...USUAL_GROUP, waitMs }).visit(),
    retrier: async (sale) => {
      const habits = { wanted: knobs.WANTED, waitMs, pays: 0.3 }
      await unbroken('retrier', async () => new Retrier(sale, habits, (await becomeGuest()).token).visit())
    },
    abuser: (sale) => new Abuser(sale, knobs.MAX_SEATS).visit(),
  }
}
