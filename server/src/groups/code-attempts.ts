import type { AttemptCounter } from '../accounts/attempt-limit.ts'
import { RefusalError } from '../http/refusal.ts'
import { type GroupCaller, GroupRefusal } from './group-parts.ts'

/** Wrong codes in 15 minutes. */
export interface CodeLimits {
  readonly wrongCodesPerBuyer: number
  readonly wrongCodesPerAddress: number
}

/**
 * Counts wrong codes for all nodes together (G8). A try is counted before it is judged and taken back when it was right, so
 * that many at the same moment are no way around the limit.
 */
export function codeAttempts(counter: AttemptCounter, limits: CodeLimits) {
  const triesOf = ({ userId, addressHash }: GroupCaller) => [
    { key: counter.key('group code of buyer', userId), max: limits.wrongCodesPerBuyer },
    { key: counter.key('group code from address', addressHash), max: limits.wrongCodesPerAddress },
  ]
  return {
    async count(trier: GroupCaller): Promise<void> {
      try {
        await counter.count(triesOf(trier))
      } catch (fault) {
        if (!(fault instanceof RefusalError)) throw fault
        throw new GroupRefusal('RATE_LIMITED', { retryInMs: fault.facts.retryInMs ?? 0 })
      }
    },
    wasRight: (trier: GroupCaller): Promise<void> => counter.takeBack(triesOf(trier)),
  }
}
