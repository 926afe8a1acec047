import type { UserId } from '@seatcast/shared/domain/ids.ts'
import type { AttemptCounter, CountedTry } from '../accounts/attempt-limit.ts'
import { RefusalError } from '../http/refusal.ts'
import { type GroupCaller, GroupRefusal } from './group-parts.ts'
import { looksLikeCode } from './invitations.ts'

/** Wrong codes in 15 minutes. */
export interface CodeLimits {
  readonly wrongCodesPerBuyer: number
  readonly wrongCodesPerAddress: number
}

/**
 * Counts wrong codes for all nodes together (G8), per address only what could be a short code: a link's secret is guessed by
 * nobody, and friends behind one address must not be kept out by others there. A try is counted before it is judged and taken back when it was right, so
 * that many at the same moment are no way around the limit.
 */
export function codeAttempts(counter: AttemptCounter, limits: CodeLimits) {
  const triesOf = ({ userId, addressHash }: GroupCaller, text: string) => {
    const ofBuyer = { key: counter.key('group code of buyer', userId), max: limits.wrongCodesPerBuyer }
    if (!looksLikeCode(text)) return [ofBuyer]
    return [ofBuyer, { key: counter.key('group code from address', addressHash), max: limits.wrongCodesPerAddress }]
  }
  const count = async (tries: readonly CountedTry[]): Promise<void> => {
    try {
      await counter.count(tries)
    } catch (fault) {
      if (!(fault instanceof RefusalError)) throw fault
      throw new GroupRefusal('RATE_LIMITED', { retryInMs: fault.facts.retryInMs ?? 0 })
    }
  }
  return {
    /** `text`: as somebody typed or tapped it. */
    count: (trier: GroupCaller, text: string): Promise<void> => count(triesOf(trier, text)),
    /** Groups that one buyer makes and leaves again are bounded alike. */
    countNewGroup: (userId: UserId): Promise<void> =>
      count([{ key: counter.key('groups of buyer', userId), max: limits.wrongCodesPerBuyer }]),
    wasRight: (trier: GroupCaller, text: string): Promise<void> => counter.takeBack(triesOf(trier, text)),
  }
}

export type CodeAttempts = ReturnType<typeof codeAttempts>
