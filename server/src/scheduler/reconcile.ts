import type { SeatIndex } from '@seatcast/shared/domain/ids.ts'
import { SeatState } from '@seatcast/shared/domain/seat-state.ts'
import { blockedSeats, findPerformance } from '../catalogue/catalogue-repository.ts'
import { seatsInNoZone } from '../catalogue/epoch-store.ts'
import type { Performance } from '../catalogue/performance.ts'
import type { Db } from '../database/client.ts'
import { saleFacts } from '../seats/load-seats.ts'
import type { MapCommands, MapState } from '../seats/map-commands.ts'

export interface Drift {
  /** Redis had another sale state or opening time than PostgreSQL. */
  readonly sale: boolean
  /** Seats blocked in one and not in the other. */
  readonly seats: number
}

/** Openings this near are the expiry job's, ms: the two clocks may differ. Source: a guess above any honest clock skew. */
const OPENING_MARGIN_MS = 5_000

/**
 * Compares what PostgreSQL decided (sale, blocked seats) with what Redis carries, and makes Redis follow. Under the
 * performance's row lock, so that an organiser's change is seen either before or after, never halfway.
 * Undefined: there is no map of the present epoch to compare with.
 */
export function reconcile(
  db: Db,
  commands: Pick<MapCommands, 'readMap' | 'setSale' | 'setBlocked'>,
  performanceId: string,
): Promise<Drift | undefined> {
  return db.transaction().execute(async (trx) => {
    const performance = await findPerformance(trx, performanceId, 'lock')
    const map = performance && (await commands.readMap(performance))
    if (performance === undefined || map === undefined || map.epoch !== performance.epoch) return undefined
    const target = { id: performance.id, partition: performance.partition, epoch: performance.epoch }

    const sale = saleDiffers(performance, map)
    if (sale) await commands.setSale(target, saleFacts(performance))
    const wanted = new Set([...(await blockedSeats(trx, performanceId)), ...(await seatsInNoZone(trx, performance))])
    const { block, unblock, taken } = blockDifference(wanted, map.seats)
    if (block.length + unblock.length > 0) await commands.setBlocked(target, { block, unblock })
    return { sale, seats: block.length + unblock.length + taken }
  })
}

function saleDiffers(performance: Performance, map: MapState): boolean {
  const facts = saleFacts(performance)
  const opensInMs = facts.opensAtMs - map.redisNowMs
  const isOpening = facts.opensAtMs > 0 && Math.abs(opensInMs) < OPENING_MARGIN_MS
  const clockMatters = [facts.status, map.status].every((status) => status === 'scheduled' || status === 'on_sale')
  if (isOpening && clockMatters) return false
  return facts.opensAtMs !== map.opensAtMs || facts.status !== map.status
}

/** `taken`: seats that PostgreSQL blocks and somebody has; they stay as they are, the audit shows them. */
function blockDifference(wanted: ReadonlySet<SeatIndex>, states: Uint8Array) {
  const block: SeatIndex[] = []
  const unblock: SeatIndex[] = []
  let taken = 0
  states.forEach((state, seat) => {
    if (wanted.has(seat) === (state === SeatState.blocked)) return
    if (state === SeatState.blocked) unblock.push(seat)
    else if (state === SeatState.free) block.push(seat)
    else taken += 1
  })
  return { block, unblock, taken }
}
