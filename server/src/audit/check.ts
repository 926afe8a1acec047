/** One check of design section 8: how often it is violated, and at most ten examples. `count` 0: all is well. */
export interface Check {
  readonly name: string
  /** What must hold. */
  readonly rule: string
  readonly count: number
  readonly examples: readonly string[]
  /** All of them. A text names what is wrong, not how long it has been: so two looks can be compared. */
  readonly found: readonly string[]
}

/** Examples of a violated check that are reported. */
const EXAMPLES_MAX = 10

export function check(name: string, rule: string, violations: Iterable<string>): Check {
  const found = [...violations]
  return { name, rule, count: found.length, examples: found.slice(0, EXAMPLES_MAX), found }
}
