import type { NewPerformance } from '@seatcast/shared/protocol/organiser.ts'
import type { Db } from '../database/client.ts'
import type { PerformanceToCreate } from './create-performance.ts'
import { seatsOutside } from './epoch-store.ts'
import { checkZones, type PathError } from './price-zones.ts'
import { showExists } from './show-repository.ts'
import { listLayouts } from './venue-repository.ts'

export type CheckedPerformance =
  | {
      readonly ok: true
      readonly performance: Omit<PerformanceToCreate, 'createdBy'>
      /** Seats of categories that no zone names: not for sale. */
      readonly seatsInNoZone: number
    }
  | { readonly ok: false; readonly errors: readonly PathError[] }

/** To pay an order, s, unless the organiser says otherwise. Source: the issue of orders and payment. */
const PAYMENT_SECONDS = 600

/** Checks what a schema cannot: that show, layout and categories exist and moments make sense. Every error at once. */
export async function checkNewPerformance(db: Db, wanted: NewPerformance): Promise<CheckedPerformance> {
  const errors: PathError[] = []
  if (!(await showExists(db, wanted.showId))) errors.push({ path: '/showId', message: 'there is no such show' })
  const [layout] = await listLayouts(db, wanted.venueId, { limit: 1, version: wanted.layoutVersion })
  if (layout === undefined) {
    const path = wanted.layoutVersion === undefined ? '/venueId' : '/layoutVersion'
    errors.push({ path, message: 'there is no such venue or layout' })
  }
  const startsAt = momentOf(wanted.startsAt, '/startsAt', errors)
  const onSaleAt = wanted.onSaleAt == null ? null : momentOf(wanted.onSaleAt, '/onSaleAt', errors)
  const zones = checkZones(wanted.zones, layout?.categoryNames)
  if (!zones.ok) errors.push(...zones.errors)
  if (errors.length > 0 || layout === undefined || !zones.ok) return { ok: false, errors }
  const { showId, holdSeconds, groupHoldSeconds, maxSeatsPerBuyer, refundableHours } = wanted
  return {
    ok: true,
    performance: {
      showId,
      layoutId: layout.id,
      startsAt,
      onSaleAt,
      holdSeconds,
      paymentSeconds: wanted.paymentSeconds ?? PAYMENT_SECONDS,
      groupHoldSeconds,
      maxSeatsPerBuyer,
      refundableHours,
      zones: zones.zones,
    },
    seatsInNoZone: (await seatsOutside(db, layout.id, layout.categoryNames, zones.zones)).length,
  }
}

/** Moments that people mean; PostgreSQL and JavaScript agree about all of them. */
const EARLIEST = Date.UTC(2000, 0)
const LATEST = Date.UTC(2200, 0)

/** A schema lets leap seconds and the year 0 pass. */
export function momentOf(text: string, path: string, errors: PathError[]): Date {
  const moment = new Date(text)
  const ms = moment.getTime()
  if (!(ms >= EARLIEST && ms < LATEST)) errors.push({ path, message: 'must be a moment between 2000 and 2200' })
  return moment
}
