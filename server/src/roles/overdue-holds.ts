import type { PerformanceId } from '@seatcast/shared/domain/ids.ts'
import type { LiveMap } from '../feed/live-map.ts'
import type { MapCommands } from '../seats/map-commands.ts'

/** A hold this long overdue that Redis does not end has lost its deadline or its record, ms. Source: a guess: four times when a worker acts. */
const STUCK_MS = 2_000
/** How often a map with such a hold is doubted, ms: a rebuild ends it. Source: a guess. */
const DOUBT_MS = 5_000

type OverdueMap = Pick<LiveMap, 'target' | 'overdueMs' | 'receiveTrouble'>

/**
 * What a worker does about a map with an overdue hold (design, rule 7). Where Redis has nothing to end and the mirror has, a
 * part of the map is gone: the map is judged anew, instead of being asked to end the hold for ever (R5).
 */
export function overdueHolds(commands: Pick<MapCommands, 'expireDue'>, nowMs = () => performance.now()) {
  const doubts = new Map<PerformanceId, { readonly epoch: number; readonly atMs: number }>()
  return async (map: OverdueMap): Promise<void> => {
    const { id, epoch } = map.target
    const doubt = doubts.get(id)
    if (doubt?.epoch === epoch && nowMs() - doubt.atMs < DOUBT_MS) return
    doubts.delete(id)
    const report = await commands.expireDue(map.target)
    if (!report.ok || report.ended > 0 || map.overdueMs < STUCK_MS) return
    doubts.set(id, { epoch, atMs: nowMs() })
    map.receiveTrouble('stuck hold')
  }
}
