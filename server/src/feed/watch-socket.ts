import { WATCHES_PER_SOCKET_MAX } from '@seatcast/shared/domain/limits.ts'
import type { Position } from '@seatcast/shared/domain/revision.ts'
import type { Refused, ReplyOf } from '@seatcast/shared/protocol/command.ts'
import { unwatchMap, watchMap } from '@seatcast/shared/protocol/watch.ts'
import { accept, commandHandler, refuse, type CommandHandler } from '../socket/command-handler.ts'
import { type LiveMapsView, type LiveMapView, MapNotReadyError } from './feed-contract.ts'
import { socketWatcher } from './socket-watcher.ts'
import type { Watcher } from './watcher.ts'

/**
 * Where a watcher stood: `joined`: nowhere, `in step`, `caught up` by deltas; `too far behind` for them and of `another
 * epoch` take the snapshot.
 */
export type JoinKind = 'joined' | 'in step' | 'caught up' | 'too far behind' | 'another epoch'

/**
 * Binds map:watch and map:unwatch to the worker's live maps. `joined` hears of every watch, for a metric; `between`: what is
 * to stand between the feed and each socket.
 */
export function watchHandlers(
  maps: LiveMapsView,
  joined: (kind: JoinKind) => void = () => {},
  between: (watcher: Watcher) => Watcher = (watcher) => watcher,
): CommandHandler[] {
  /** Performances by socket. */
  const watched = new Map<string, Set<string>>()
  return [
    commandHandler(watchMap, async (socket, request) => {
      const { performanceId } = request
      const map = await openMap(maps, performanceId)
      if ('code' in map) return map
      // It left while the map was opened: nothing would ever take its watcher out again.
      if (!socket.connected) return refuse('UNAVAILABLE', { retryInMs: 0 })
      let own = watched.get(socket.id)
      if (own === undefined) {
        own = new Set()
        watched.set(socket.id, own)
        socket.once('disconnect', () => {
          watched.delete(socket.id)
          maps.forget(socket.id)
        })
      }
      if (!own.has(performanceId) && own.size >= WATCHES_PER_SOCKET_MAX) return refuse('LIMIT_EXCEEDED')
      own.add(performanceId)
      const from = positionOf(request)
      const answer = map.watch(between(socketWatcher(socket)), socket.data.userId, from)
      joined(kindOf(answer, from))
      return accept(answer)
    }),
    commandHandler(unwatchMap, (socket, { performanceId }) => {
      watched.get(socket.id)?.delete(performanceId)
      maps.peek(performanceId)?.unwatch(socket.id)
      return accept({})
    }),
  ]
}

/** The performance's live map, or why there is none now. */
export async function openMap(
  maps: LiveMapsView,
  performanceId: string,
): Promise<LiveMapView | Refused<'NOT_FOUND' | 'MAP_RELOADING'>> {
  try {
    return (await maps.open(performanceId)) ?? refuse('NOT_FOUND')
  } catch (fault) {
    if (fault instanceof MapNotReadyError) return refuse('MAP_RELOADING', { retryInMs: fault.facts.retryInMs })
    throw fault
  }
}

function kindOf({ epoch, deltas }: ReplyOf<typeof watchMap>, from: Position | undefined): JoinKind {
  if (from === undefined) return 'joined'
  if (deltas === undefined) return from.epoch === epoch ? 'too far behind' : 'another epoch'
  return deltas.length > 0 ? 'caught up' : 'in step'
}

const positionOf = ({ epoch, revision }: Partial<Position>): Position | undefined =>
  epoch === undefined || revision === undefined ? undefined : { epoch, revision }
