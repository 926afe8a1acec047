import { findPerformance, listUnfinishedPerformances } from '../catalogue/catalogue-repository.ts'
import type { Db } from '../database/client.ts'
import { GroupComparison } from '../groups/compare-groups.ts'
import { type EndedHoldsNeeds, mendOverdue } from '../groups/ended-holds.ts'
import type { TellGroup } from '../groups/group-news.ts'
import { endGroupsOfClosed } from '../groups/groups-of-closed.ts'
import { markAway } from '../groups/presence.ts'
import type { GroupCommands } from '../seats/group-commands.ts'
import type { Job } from './jobs.ts'

/** How often ended holds are looked for that no worker saw to, ms. Source: a guess: they are to be told of within seconds. */
const ENDED_HOLDS_MS = 1_000
/** How often who is in is compared, ms: a difference is repaired at the second look. Source: as orders are compared. */
const COMPARE_MS = 30_000
/** How often members are looked for whose worker fell silent, ms. Source: a guess: they are away after 30 s. */
const AWAY_MS = 5_000
/** How often groups of closed performances are looked for, ms. Source: as closed performances themselves are. */
const CLOSED_MS = 5_000

/** What groups need a clock for. Every run is idempotent, as every job's is. */
export function groupJobs(needs: { readonly db: Db; readonly groups: GroupCommands; readonly tell: TellGroup }): Job[] {
  const { db, tell } = needs
  const mending: EndedHoldsNeeds = {
    ...needs,
    async open(performanceId) {
      const performance = await findPerformance(db, performanceId)
      if (performance === undefined) return undefined
      const { id, partition, epoch } = performance
      return { performance, target: { id, partition, epoch } }
    },
  }
  const comparison = new GroupComparison(mending)
  return [
    {
      name: 'compare-groups',
      intervalMs: COMPARE_MS,
      backoffMsMax: COMPARE_MS,
      async run() {
        await comparison.look((await listUnfinishedPerformances(db)).map(({ id }) => id))
      },
    },
    {
      name: 'groups-ended-holds',
      intervalMs: ENDED_HOLDS_MS,
      backoffMsMax: 5 * ENDED_HOLDS_MS,
      run: () => mendOverdue(mending),
    },
    {
      name: 'groups-away',
      intervalMs: AWAY_MS,
      backoffMsMax: 5 * AWAY_MS,
      async run() {
        for (const groupId of await markAway(db)) await tell(groupId)
      },
    },
    {
      name: 'groups-of-closed-performances',
      intervalMs: CLOSED_MS,
      backoffMsMax: 5 * CLOSED_MS,
      run: () => endGroupsOfClosed(mending),
    },
  ]
}
