import type { SaleStatus } from '@seatcast/shared/protocol/sale.ts'
import type { ShowTitles } from '@seatcast/shared/protocol/http.ts'
import { sql, type Selectable } from 'kysely'
import { jsonArrayFrom } from 'kysely/helpers/postgres'
import type { Db } from '../database/client.ts'
import type { Performance } from './performance.ts'

/** A performance with what its page shows beside it. */
export interface PerformanceView {
  readonly performance: Performance
  readonly layoutVersion: number
  readonly show: { readonly id: string; readonly titles: ShowTitles }
  /** ms by the database's clock: 0 when past, null when scheduled without a time. Never negative. */
  readonly opensInMs: number | null
}

/** The one query of performances; a caller adds which ones. */
export function selectPerformances(db: Db) {
  return db
    .selectFrom('performances')
    .innerJoin('layouts', 'layouts.id', 'performances.layout_id')
    .innerJoin('shows', 'shows.id', 'performances.show_id')
    .select([
      'performances.id',
      'performances.show_id',
      'performances.layout_id',
      'performances.partition',
      'performances.starts_at',
      'performances.on_sale_at',
      'performances.hold_seconds',
      'performances.payment_seconds',
      'performances.group_hold_seconds',
      'performances.max_seats_per_buyer',
      'performances.epoch',
      'performances.redis_run_id',
      'layouts.venue_id',
      'layouts.version',
      'layouts.seat_count',
      'shows.title_en',
      'shows.title_ko',
    ])
    .select([PRESENT_STATUS.as('status'), OPENS_IN_MS.as('opens_in_ms')])
    .select((row) => [
      jsonArrayFrom(
        row
          .selectFrom('price_zones as zone')
          .select(['zone.id', 'zone.name', 'zone.color', 'zone.price_minor as price', 'zone.currency'])
          .select((zone) =>
            zone
              .selectFrom('zone_categories as listed')
              .select(sql<number[]>`coalesce(json_agg(listed.category order by listed.category), '[]')`.as('list'))
              .whereRef('listed.performance_id', '=', 'zone.performance_id')
              .whereRef('listed.zone_id', '=', 'zone.id')
              .as('categories'),
          )
          .whereRef('zone.performance_id', '=', 'performances.id')
          .orderBy('zone.position'),
      ).as('zones'),
    ])
}

/** The status by the database's clock: a sale whose opening time is past is on sale, marked or not (H10). */
const PRESENT_STATUS = sql<SaleStatus>`
  case when performances.status = 'scheduled' and performances.on_sale_at <= now()
    then 'on_sale' else performances.status end`

const OPENS_IN_MS = sql<number | null>`
  case
    when performances.status <> 'scheduled' then 0
    when performances.on_sale_at is null then null
    else greatest(0, ceil(extract(epoch from performances.on_sale_at - now()) * 1000))::bigint
  end`

type PerformanceRow = Awaited<ReturnType<ReturnType<typeof selectPerformances>['executeTakeFirstOrThrow']>>

export function performanceView(row: PerformanceRow): PerformanceView {
  return {
    performance: {
      id: row.id,
      showId: row.show_id,
      venueId: row.venue_id,
      layoutId: row.layout_id,
      partition: row.partition,
      startsAt: row.starts_at,
      onSaleAt: row.on_sale_at,
      status: row.status,
      holdSeconds: row.hold_seconds,
      paymentSeconds: row.payment_seconds,
      groupHoldSeconds: row.group_hold_seconds,
      maxSeatsPerBuyer: row.max_seats_per_buyer,
      zones: row.zones.map((zone) => ({ ...zone, categories: zone.categories ?? [] })),
      seatCount: row.seat_count,
      epoch: row.epoch,
      redisRunId: row.redis_run_id,
    },
    layoutVersion: row.version,
    show: { id: row.show_id, titles: showTitles(row) },
    opensInMs: row.opens_in_ms,
  }
}

export function showTitles(row: Selectable<{ title_en: string; title_ko: string | null }>): ShowTitles {
  return row.title_ko === null ? { en: row.title_en } : { en: row.title_en, ko: row.title_ko }
}
