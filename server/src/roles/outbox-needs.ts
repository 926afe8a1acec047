import type { Logger } from 'pino'
import type { Db } from '../database/client.ts'
import type { MapSource } from '../feed/map-source.ts'
import type { OutboxNeeds } from '../orders/order-outbox.ts'
import { PerformanceFaults } from '../scheduler/each-performance.ts'
import type { SeatcastServer } from '../socket/server.ts'
import { loadMissing } from './map-source.ts'
import { deliveredOrders } from './delivered-orders.ts'

interface OutboxParts extends Pick<OutboxNeeds, 'orders'> {
  readonly db: Db
  readonly io: SeatcastServer
  readonly source: Pick<MapSource, 'ensureLoaded'>
  readonly log: Logger
  readonly step: OutboxNeeds['step'] | undefined
}

/** What telling Redis of orders needs in a process: who hears of it, where maps come from, and where faults go. */
export function outboxNeeds({ db, orders, io, source, log, step }: OutboxParts): OutboxNeeds {
  const faults = new PerformanceFaults('deliver-outbox', log)
  const tell = deliveredOrders(io, log)
  return {
    db,
    orders,
    delivered(order) {
      faults.succeeded(order.performanceId)
      tell(order)
    },
    mapMissing: loadMissing(db, source),
    failed: (performanceId, fault) => faults.failed(performanceId, fault),
    ...(step !== undefined && { step }),
  }
}
