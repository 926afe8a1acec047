import type { UserId } from '@seatcast/shared/domain/ids.ts'
import type { GroupView } from '@seatcast/shared/protocol/group.ts'
import type { Logger } from 'pino'
import { attemptCounter } from '../accounts/attempt-limit.ts'
import type { Config } from '../config.ts'
import type { Db } from '../database/client.ts'
import type { FeedEvents, LiveMapsView } from '../feed/feed-contract.ts'
import { openMap } from '../feed/watch-socket.ts'
import { codeAttempts } from '../groups/code-attempts.ts'
import { groupNews, type TellGroup } from '../groups/group-news.ts'
import { GroupRefusal } from '../groups/group-parts.ts'
import { groupHandlers } from '../groups/group-socket.ts'
import { groupViews } from '../groups/group-view.ts'
import { EndedHolds } from '../groups/ended-holds.ts'
import { invitations } from '../groups/invitations.ts'
import { groupMoney } from '../groups/payment/group-money.ts'
import { GroupPresence } from '../groups/presence.ts'
import { RefusalError } from '../http/refusal.ts'
import { repeat, type Repeating } from '../lifecycle/repeat.ts'
import type { GroupCommands } from '../seats/group-commands.ts'
import type { CommandHandler } from '../socket/command-handler.ts'
import type { SeatcastServer } from '../socket/server.ts'
import { loggedGroups } from './group-log.ts'

export interface GroupNeeds {
  readonly config: Config
  readonly db: Db
  readonly maps: LiveMapsView
  readonly groups: GroupCommands
  /** Once sockets are served. */
  readonly io: () => Pick<SeatcastServer, 'to'>
  readonly log: Logger
}

/** Groups as a worker has them. */
export interface GroupParts {
  readonly handlers: readonly CommandHandler[]
  readonly groupHoldChanged: NonNullable<FeedEvents['groupHoldChanged']>
  /** A group for the answer of a route; undefined: it is not the caller's (G8). */
  viewGroup(groupId: string, userId: UserId): Promise<GroupView | undefined>
  readonly tell: TellGroup
  startLoops(): Repeating[]
}

/** How often it is written down who left, ms; who came is written at once. Source: a guess: nobody looks closer. */
const PRESENCE_MS = 500
/** How often ended holds are looked for that nobody woke the loop for, ms. Source: a guess: each wakes it. */
const ENDED_HOLDS_MS = 1_000

export function groupParts({ config, db, maps, groups, io, log }: GroupNeeds): GroupParts {
  const { limits, admissionRequired, tokenSecret } = config
  const open = (performanceId: string) => openMap(maps, performanceId)
  const news = groupNews(db, { to: (rooms) => io().to(rooms) })
  const codes = invitations(tokenSecret)
  const views = groupViews({ db, groups, open, money: groupMoney, invitations: codes, tell: news.tell })
  const presence = new GroupPresence(db, news.tell)
  const attempts = codeAttempts(attemptCounter(db, tokenSecret), limits)
  const context = { db, groups, open, invitations: codes, news, attempts, limits, admissionRequired }
  const ended = new EndedHolds({ db, groups, tell: news.tell, open: (performanceId) => maps.open(performanceId) })
  let ending: Repeating | undefined

  return {
    handlers: loggedGroups(log, groupHandlers({ context, views, presence })),
    tell: news.tell,
    groupHoldChanged(groupId, { reason, performanceId }) {
      if (reason !== 'expired' && reason !== 'lost') return
      ended.add(groupId, performanceId)
      ending?.wake()
    },
    async viewGroup(groupId, userId) {
      try {
        return await views.of(groupId, userId)
      } catch (fault) {
        if (!(fault instanceof GroupRefusal)) throw fault
        const { code, retryInMs } = fault.refused
        throw new RefusalError(code, retryInMs === undefined ? {} : { retryInMs }, { cause: fault })
      }
    },
    startLoops() {
      ending = repeat({ name: 'groups-ended-holds', intervalMs: ENDED_HOLDS_MS, backoffMsMax: 5_000, log }, () =>
        ended.mend(),
      )
      return [
        ending,
        repeat({ name: 'groups-presence', intervalMs: PRESENCE_MS, backoffMsMax: 5_000, log }, () => presence.write()),
      ]
    },
  }
}
