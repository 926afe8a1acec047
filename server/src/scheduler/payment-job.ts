import { runPaymentWork, type WorkOptions } from '../payments/payment-work.ts'
import type { Job } from './jobs.ts'

/** How soon what was put off is taken up again, ms; a change on this process wakes it at once. Source: a guess. */
const WORK_MS = 500
/** After a run that found something: there may be more; and between two runs at least, ms. */
const MORE_MS = 50

/** What payment providers are still to be asked (P8). Any process may run it; `calm`: as for orders. */
export function paymentJob(options: WorkOptions, calm = 1): Job {
  return {
    name: 'payment-work',
    intervalMs: WORK_MS * calm,
    restMs: MORE_MS,
    backoffMsMax: 8 * WORK_MS,
    run: async () => ((await runPaymentWork(options)) > 0 ? MORE_MS : undefined),
  }
}
