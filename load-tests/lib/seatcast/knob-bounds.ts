interface Bounds {
  readonly least: number
  readonly most: number
  /** Whole numbers only unless said otherwise. */
  readonly fractions?: boolean
}

/** Counts, seconds and milliseconds of which there is to be one at least. */
const SOME: Bounds = { least: 1, most: 10_000_000 }
const SOME_OR_NONE: Bounds = { least: 0, most: 10_000_000 }
const SHARE: Bounds = { least: 0, most: 1, fractions: true }
/** A second. Whoever wants less leaves the class out. */
const RATE: Bounds = { least: 0.1, most: 100_000, fractions: true }

/** What knobs may be, by name; others are SOME. */
const BOUNDS: Readonly<Record<string, Bounds>> = {
  // A metronome beyond what a browser's frame shows would measure itself.
  CLICK_MS: { least: 10, most: 60_000 },
  BUYERS_PER_SECOND: RATE,
  GROUPS_PER_SECOND: RATE,
  SPAWN_RATE: RATE,
  UNPAID: SHARE,
  PAY_SHARE: SHARE,
  HOLD_SHARE: SHARE,
  ONE_REQUEST: { least: 0, most: 1 },
  OPENS_AFTER: SOME_OR_NONE,
  INSPECT_SECONDS: SOME_OR_NONE,
  LOOKS_PER_LOSS: SOME_OR_NONE,
  STORMS: SOME_OR_NONE,
  SPREAD_MS: SOME_OR_NONE,
  THINK_MS: SOME_OR_NONE,
  WAIT_MS: SOME_OR_NONE,
}

/** What is wrong with a knob's value, for people; null: nothing. */
export function knobFault(name: string, text: string): string | null {
  const { least, most, fractions = false } = BOUNDS[name] ?? SOME
  const value = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most && (fractions || Number.isInteger(value))) return null
  return `${name} is "${text}": it is to be a ${fractions ? '' : 'whole '}number from ${least} to ${most}`
}
