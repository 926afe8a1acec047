import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import { sql } from 'kysely'
import { pino } from 'pino'
import { auditHistory } from '../../src/audit/audit-history.ts'
import { auditMap } from '../../src/audit/audit-map.ts'
import { auditOrders } from '../../src/audit/audit-orders.ts'
import { readMapDump } from '../../src/audit/map-dump.ts'
import { findPerformance } from '../../src/catalogue/catalogue-repository.ts'
import type { Performance } from '../../src/catalogue/performance.ts'
import { connectDatabase, type Db } from '../../src/database/client.ts'
import { newId } from '../../src/database/uuid.ts'
import { createMetrics } from '../../src/observability/metrics.ts'
import { isWhole } from '../../src/seats/map-health.ts'
import { createOrderCommands, type OrderCommands } from '../../src/seats/order-commands.ts'
import { createSeatCommands, type SeatCommands } from '../../src/seats/seat-commands.ts'
import { mapSource } from '../../src/roles/map-source.ts'
import { orderKeys } from '../../src/orders/order-keys.ts'
import type { OrderableMap } from '../../src/orders/place-order.ts'
import { aboveLimit } from './buyer-limits.ts'
import { straightRows } from './straight-rows.ts'
import { createTestSale, type TestSale } from './test-sale.ts'

export interface OrderWorld {
  readonly db: Db
  readonly redis: Redis
  readonly commands: SeatCommands
  readonly orders: OrderCommands
  /** Stores a performance and loads its map. */
  open(sale?: TestSale): Promise<OrderableMap>
  /** One more performance like the given one, in a moment. */
  another(like: OrderableMap): Promise<OrderableMap>
  /** The map as it now is in PostgreSQL and Redis: another epoch after a loss. */
  reload(map: OrderableMap): Promise<OrderableMap>
  /** What must hold (design, section 8), as `check: example`. Empty: all is well. */
  violations(map: OrderableMap): Promise<string[]>
  close(): Promise<void>
}

export function orderWorld(databaseUrl: string, redis: Redis, poolSize = 10): OrderWorld {
  const database = connectDatabase({ databaseUrl, poolSize })
  const { db } = database
  const commands = createSeatCommands(redis)
  const orders = createOrderCommands(redis)
  const metrics = createMetrics()
  const log = pino({ level: 'silent' })
  const loaded = async (id: string): Promise<Performance> => {
    const source = mapSource({ db, redis, commands, metrics, log })
    const performance = await findPerformance(db, id)
    if (performance === undefined) throw new Error('no performance')
    await source.ensureLoaded(performance)
    const now = await findPerformance(db, id)
    return now ?? performance
  }
  const mapOf = (performance: Performance, layout: OrderableMap['layout']): OrderableMap => ({
    performance,
    saleStatus: 'on_sale',
    layout,
    target: { id: performance.id, partition: performance.partition, epoch: performance.epoch },
    zoneOfSeat: new Uint8Array(performance.seatCount),
  })
  return {
    db,
    redis,
    commands,
    orders,
    async open(sale = {}) {
      const id = await createTestSale(databaseUrl, 4, sale)
      return mapOf(await loaded(id), straightRows(sale.rows ?? 20, sale.seatsPerRow ?? 25))
    },
    async another(like) {
      return {
        ...mapOf(await loaded(await copyPerformance(db, like.performance.id)), like.layout),
        zoneOfSeat: like.zoneOfSeat,
      }
    },
    async reload(map) {
      return { ...mapOf(await loaded(map.performance.id), map.layout), zoneOfSeat: map.zoneOfSeat }
    },
    async violations({ target }) {
      const dump = await readMapDump(redis, target)
      if (dump === undefined) return ['no map']
      const map = await commands.readMap(target)
      const parts = map === undefined || isWhole(map) ? [] : ['a part of the map seems to be gone']
      const checks = [...auditMap(dump), ...(await auditHistory(dump)), ...(await auditOrders(db, dump, target.id))]
      const found = checks.flatMap(({ name, examples }) => examples.map((example) => `${name}: ${example}`))
      return [...parts, ...found, ...(await aboveLimit(db, dump, target.id))]
    },
    async close() {
      metrics.stop()
      await database.close()
    },
  }
}

/** Secrets of links in tests. */
export const TEST_KEYS = orderKeys('development-only-token-secret-0123456789')

/** A buyer's token says who they are: any UUID. */
export const someBuyer = (): string => randomUUID()

async function copyPerformance(db: Db, like: string): Promise<string> {
  const id = newId()
  await sql`
    with copied as (
      insert into performances (id, show_id, layout_id, partition, starts_at, status, hold_seconds, payment_seconds,
        max_seats_per_buyer, refundable_hours, created_by)
      select ${id}, show_id, layout_id, partition, starts_at, status, hold_seconds, payment_seconds,
        max_seats_per_buyer, refundable_hours, created_by from performances where id = ${like}
    ), zoned as (
      insert into price_zones (performance_id, id, position, name, color, price_minor, currency)
      select ${id}, id, position, name, color, price_minor, currency from price_zones where performance_id = ${like}
    )
    insert into zone_categories (performance_id, category, zone_id)
    select ${id}, category, zone_id from zone_categories where performance_id = ${like}`.execute(db)
  return id
}
