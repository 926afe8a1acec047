/**
 * Makes the one sale that all generators of a distributed run share, and prints what they need to know of it as
 * NAME=value lines: `k6 run --quiet --no-usage-report load-tests/k6-operator/prepare.ts`. The operator runs set-up in every generator, so it
 * is done before. Knobs of the performance (SEATS, HOLD_SECONDS …) are given here, with -e.
 */
import { readKnobs } from '../lib/seatcast/knobs.ts'
import { openSale, type Sale } from '../lib/seatcast/sale.ts'

const knobs = readKnobs({
  START_IN: [90, 1, 'until the generators are at work, s: pulled, started, and waiting for each other'],
  OPENS_AFTER: [0, 0, 'on-sale: the sale opens so long after the start, s; 0: it is open'],
})
const opensAfterMs = knobs.OPENS_AFTER === 0 ? 0 : (knobs.START_IN + knobs.OPENS_AFTER) * 1_000

export const options = { vus: 1, iterations: 1, setupTimeout: '60s' }
export const setup = () => openSale(knobs, opensAfterMs)
export default function nothing(): void {}
export const handleSummary = ({ setup_data: sale }: { readonly setup_data: Sale }) => ({
  stdout: [
    `PERFORMANCE=${sale.performanceId}`,
    `CLOCK_PERFORMANCE=${sale.clockPerformanceId}`,
    `STARTS_AT_MS=${sale.startsAtMs + knobs.START_IN * 1_000}`,
    '',
  ].join('\n'),
})
