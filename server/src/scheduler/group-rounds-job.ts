import type { Logger } from 'pino'
import type { Db } from '../database/client.ts'
import { endOverdueRounds } from '../groups/payment/overdue-rounds.ts'
import type { TakeGroupStep } from '../groups/payment/step.ts'
import type { Job } from './jobs.ts'

/** Source: as for orders: their seats are to be free within 1 s of the deadline. */
const OVERDUE_MS = 250

export interface GroupRoundsNeeds {
  readonly db: Db
  readonly log: Logger
  /** There is news for the outbox, and for the payment work: money goes back. */
  readonly changed: () => void
  readonly step?: TakeGroupStep
}

/** Ends the payment of groups in time (G13). Any process may run it; `calm`: as for orders. */
export function groupRoundsJob({ db, log, changed, step }: GroupRoundsNeeds, calm = 1): Job {
  const failed = (groupId: string, fault: unknown) => log.error({ groupId, err: fault }, 'payment of a group not ended')
  return {
    name: 'end-overdue-groups',
    intervalMs: OVERDUE_MS * calm,
    backoffMsMax: 8 * OVERDUE_MS,
    async run() {
      if ((await endOverdueRounds(db, failed, step)) > 0) changed()
    },
  }
}
