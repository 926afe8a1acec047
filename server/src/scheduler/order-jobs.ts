import { deliverOutbox, type OutboxNeeds } from '../orders/order-outbox.ts'
import { endOverdueOrders } from '../orders/overdue-orders.ts'
import type { Job } from './jobs.ts'

/** Source: seats of an ended order are to be free within 1 s of its deadline. */
const OVERDUE_MS = 250
/** Source: the same; a commit on this process wakes it at once. */
const DELIVER_MS = 250
/** Orders that are paid within this time are told to Redis in one transaction, ms. Source: a guess: nobody sees it. */
const DELIVER_REST_MS = 40

/**
 * What any process does with orders, at any time (design, rule 7): ends those whose deadline is past and tells Redis of
 * changes. `calm`: how many times longer the pauses are, on processes that are only there in case no scheduler is.
 */
export function orderJobs(
  needs: OutboxNeeds,
  wake: () => void,
  calm = 1,
): { readonly overdue: Job; readonly outbox: Job } {
  return {
    overdue: {
      name: 'end-overdue-orders',
      intervalMs: OVERDUE_MS * calm,
      backoffMsMax: 8 * OVERDUE_MS,
      async run() {
        if ((await endOverdueOrders(needs.db)) === 0) return
        await needs.step?.('overdue orders ended')
        wake()
      },
    },
    outbox: {
      name: 'deliver-outbox',
      intervalMs: DELIVER_MS * calm,
      restMs: DELIVER_REST_MS,
      backoffMsMax: 4 * DELIVER_MS,
      async run() {
        await deliverOutbox(needs)
      },
    },
  }
}
