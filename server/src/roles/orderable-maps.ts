import { type LiveMapsView, MapNotReadyError } from '../feed/feed-contract.ts'
import { RefusalError } from '../http/refusal.ts'
import type { OrderableMap } from '../orders/place-order.ts'

/** Where order routes get a performance, its prices and its epoch from, without asking PostgreSQL. */
export function orderableMaps(maps: LiveMapsView): (performanceId: string) => Promise<OrderableMap | undefined> {
  return async (performanceId) => {
    try {
      return await maps.open(performanceId)
    } catch (fault) {
      if (!(fault instanceof MapNotReadyError)) throw fault
      throw new RefusalError('MAP_RELOADING', { retryInMs: fault.facts.retryInMs }, { cause: fault })
    }
  }
}
