import { meanOf } from './chart.ts'

/** How a figure behaves over the seconds of one run. */
export interface Spread {
  readonly mean: number
  /** Of the mean. */
  readonly standardError: number
}

/** Neighbouring seconds resemble each other; means of batches hardly do. Source: the usual method of batch means. */
const BATCHES = 10
/** A run with fewer seconds says nothing of its noise. */
const SECONDS_MIN = 6
/** Standard errors, and share of the value, that a difference must exceed. Sources: one in 400 by chance; too small to care. */
const BEYOND = { standardErrors: 3, share: 0.05 } as const

/** Null when there are too few seconds to tell. */
export function spreadOf(values: readonly (number | null)[]): Spread | null {
  const present = values.filter((value) => value !== null)
  if (present.length < SECONDS_MIN) return null
  const count = Math.min(BATCHES, Math.floor(present.length / 2))
  const batches = Array.from({ length: count }, (_, batch) => {
    const from = Math.floor((batch * present.length) / count)
    return meanOf(present.slice(from, Math.floor(((batch + 1) * present.length) / count)))
  })
  const mean = meanOf(batches)
  const variance = batches.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1)
  return { mean, standardError: Math.sqrt(variance / count) }
}

/** Whether two runs differ by more than their own ups and downs explain. */
export function isBeyondNoise(before: Spread, after: Spread): boolean {
  const difference = Math.abs(after.mean - before.mean)
  const error = Math.hypot(before.standardError, after.standardError)
  const size = Math.max(Math.abs(before.mean), Math.abs(after.mean))
  return difference > BEYOND.standardErrors * error && difference > BEYOND.share * size
}
