import type { ThresholdFact } from '../lib/seatcast/load-summary.ts'

interface ServerLimit {
  /** A figure of ServerWatch. */
  readonly figure: string
  readonly below: number
  readonly text: string
}

/** Limits by the server's own metrics, which k6 does not see, by scenario. Source: what the public rival promises. */
const LIMITS: Readonly<Record<string, readonly ServerLimit[]>> = {
  rival: [
    { figure: 'hold p99, ms', below: 9, text: 'the server needs longer for a hold than the rival promises' },
    { figure: 'HTTP answers of 5xx', below: 1, text: 'a request was answered with a fault' },
  ],
}

/** The scenario's limits on the server's side, judged. A figure that is missing is none below the limit. */
export function serverThresholds(scenario: string, figures: Readonly<Record<string, number>>): ThresholdFact[] {
  return (LIMITS[scenario] ?? []).map(({ figure, below, text }) => {
    const value = figures[figure] ?? null
    const metric = `server: ${figure}`
    const passed = value !== null && value < below
    return { metric, condition: `value<${below}`, kind: 'limit', passed, value, text } as const
  })
}
