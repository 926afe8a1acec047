import type { Logger } from 'pino'
import type { Db } from '../database/client.ts'
import type { MapSource } from '../feed/map-source.ts'
import { forgetSoldGroup } from '../groups/payment/forget-sold-group.ts'
import type { DeliveredOrder, OutboxNeeds } from '../orders/order-outbox.ts'
import { PerformanceFaults } from '../scheduler/each-performance.ts'
import type { GroupCommands } from '../seats/group-commands.ts'
import { loadMissing } from './map-source.ts'

interface OutboxParts extends Pick<OutboxNeeds, 'orders'> {
  readonly db: Db
  /** Who else hears that an order was told to its map. */
  readonly told: (order: DeliveredOrder) => void
  readonly groups: GroupCommands
  readonly source: Pick<MapSource, 'ensureLoaded'>
  readonly log: Logger
  readonly step: OutboxNeeds['step'] | undefined
}

/** What telling Redis of orders needs in a process: who hears of it, where maps come from, and where faults go. */
export function outboxNeeds({ db, orders, groups, told, source, log, step }: OutboxParts): OutboxNeeds {
  const faults = new PerformanceFaults('deliver-outbox', log)
  return {
    db,
    orders,
    delivered(order) {
      faults.succeeded(order.performanceId)
      told(order)
    },
    settled: forgetSoldGroup(groups),
    mapMissing: loadMissing(db, source),
    failed: (performanceId, fault) => faults.failed(performanceId, fault),
    ...(step !== undefined && { step }),
  }
}
