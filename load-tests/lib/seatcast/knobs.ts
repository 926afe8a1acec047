import { knobFault } from './knob-bounds.ts'
import type { KnobFact } from './load-summary.ts'

/** `[default, default with QUICK=1, meaning]` */
export type KnobLine = readonly [usual: number | string, quick: number | string, meaning: string]

/** The run is a smoke: small, and over within about 6 s. */
export const QUICK = __ENV['QUICK'] === '1'
export const ORIGIN = (__ENV['SEATCAST_URL'] ?? 'http://127.0.0.1:3000').replace(/\/+$/, '')
export const ORGANISER_TOKEN = __ENV['SEATCAST_ORGANISER_TOKEN'] ?? ''
/** Use this performance instead of making one. */
export const PERFORMANCE = __ENV['PERFORMANCE'] ?? ''
/** With PERFORMANCE: one that opens far in the future, by which the server's clock is read. */
export const CLOCK_PERFORMANCE = __ENV['CLOCK_PERFORMANCE'] ?? ''
/** When the run starts, Unix ms of the server's clock: all generators of a distributed run agree. 0: as soon as it can. */
export const STARTS_AT_MS = Number(__ENV['STARTS_AT_MS'] ?? 0)
/** How many generators share the load by execution segments: counts that are expected of one are so much smaller. */
export const PARALLELISM = Math.max(1, Number(__ENV['PARALLELISM'] ?? 1))
export const ALLOW_NO_AUDIT = __ENV['ALLOW_NO_AUDIT'] === '1'
export const SUMMARY_PATH = __ENV['SUMMARY_PATH'] ?? ''

/** Knobs that every scenario has; a scenario may give them defaults of its own. */
const COMMON = {
  SEATS: [12_000, 500, 'seats of the performance that is made'],
  HOLD_SECONDS: [60, 10, 'how long its holds last, s'],
  PAYMENT_SECONDS: [60, 10, 'how long its orders wait for payment, s'],
  MAX_SEATS: [20, 20, 'seats one buyer may have'],
  DURATION: [30, 3, 'how long users arrive and act, s'],
  CLICK_MS: [500, 250, 'one seat is held or released this often for the propagation that every watcher measures, ms'],
} as const satisfies Record<string, KnobLine>

export type Knobs<K extends string = never> = Readonly<Record<K | keyof typeof COMMON, number>> & {
  /** Every knob, for the summary. */
  readonly facts: readonly KnobFact[]
}

/** Reads the knobs of a scenario from the environment: numbers all of them, within their bounds. */
export function readKnobs<K extends string>(lines: Readonly<Record<K, KnobLine>>): Knobs<K> {
  const facts: KnobFact[] = []
  const values: Record<string, number> = {}
  for (const [name, [usual, quick, meaning]] of Object.entries<KnobLine>({ ...COMMON, ...lines })) {
    const fallback = String(QUICK ? quick : usual)
    const value = __ENV[name] ?? fallback
    const fault = knobFault(name, value)
    if (fault !== null) throw new Error(fault)
    values[name] = Number(value)
    facts.push({ name, value, isDefault: __ENV[name] === undefined, meaning })
  }
  return { ...values, facts } as Knobs<K>
}
