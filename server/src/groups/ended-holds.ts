import type { PerformanceId } from '@seatcast/shared/domain/ids.ts'
import { sql } from 'kysely'
import type { Db } from '../database/client.ts'
import type { GroupCommands } from '../seats/group-commands.ts'
import type { HoldPlace } from './group-hold.ts'
import type { TellGroup } from './group-news.ts'
import { GroupRefusal } from './group-parts.ts'
import { mendHold } from './mend-hold.ts'

export interface EndedHoldsNeeds {
  readonly db: Db
  readonly groups: GroupCommands
  readonly tell: TellGroup
  /** Where a performance's holds are; undefined: there is no such performance. */
  readonly open: (performanceId: PerformanceId) => Promise<HoldPlace | undefined>
}

/** Groups whose hold's end the stream told of and that are not seen to yet; beyond, the scheduler and the next look do it. */
const WAITING_MAX = 10_000

/**
 * Tells members that their hold expired or was lost. Every worker that follows the map hears of it; the first one clears what
 * the hold said, the others find that done.
 */
export class EndedHolds {
  readonly #with: EndedHoldsNeeds
  readonly #waiting = new Map<string, PerformanceId>()

  constructor(needs: EndedHoldsNeeds) {
    this.#with = needs
  }

  add(groupId: string, performanceId: PerformanceId): void {
    if (this.#waiting.size < WAITING_MAX) this.#waiting.set(groupId, performanceId)
  }

  /** Sees to all that wait. For a loop. */
  async mend(): Promise<void> {
    for (const [groupId, performanceId] of this.#waiting) {
      this.#waiting.delete(groupId)
      await mendAndTell(this.#with, groupId, performanceId)
    }
  }
}

/** How long after its deadline a hold is certainly over, s: it ends within one. */
const OVERDUE_SECONDS = 1.5
/** Groups that one look sees to. Source: a guess: the next look takes the rest. */
const LOOK_MAX = 200

/** Groups whose hold must have ended and that no worker saw to. For the scheduler. */
export async function mendOverdue(needs: EndedHoldsNeeds): Promise<void> {
  const rows = await needs.db
    .selectFrom('groups')
    .select(['id', 'performance_id'])
    .where('hold_id', 'is not', null)
    .where('hold_until', '<', sql<Date>`now() - make_interval(secs => ${OVERDUE_SECONDS})`)
    .orderBy('hold_until')
    .limit(LOOK_MAX)
    .execute()
  for (const { id, performance_id } of rows) await mendAndTell(needs, id, performance_id)
}

/** Sees to one group's hold and members, and tells who is in when something changed. */
export async function mendAndTell(
  { db, groups, tell, open }: EndedHoldsNeeds,
  groupId: string,
  performanceId: PerformanceId,
): Promise<void> {
  const place = await open(performanceId)
  if (place === undefined) return
  try {
    if (await mendHold(db, groups, place, groupId)) await tell(groupId)
  } catch (fault) {
    // Its map is being rebuilt: the next look sees to it, and the others are not kept waiting.
    if (!(fault instanceof GroupRefusal)) throw fault
  }
}
