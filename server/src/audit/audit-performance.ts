import { setTimeout as delay } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { blockedSeats, findPerformance } from '../catalogue/catalogue-repository.ts'
import { seatsInNoZone } from '../catalogue/epoch-store.ts'
import type { Performance } from '../catalogue/performance.ts'
import type { Db } from '../database/client.ts'
import { auditMoney } from '../payments/payment-audit.ts'
import { auditGroupOrders } from './audit-group-orders.ts'
import { auditGroupSeats } from './audit-group-seats.ts'
import { auditHistory } from './audit-history.ts'
import { auditMap, inBoth } from './audit-map.ts'
import { check, type Check } from './check.ts'
import { auditOrders } from './audit-orders.ts'
import { type MapDump, readMapDump } from './map-dump.ts'

/** Between the look that found something and the one that confirms it, ms. Source: a hold may end 1 s late; the outbox takes as long. */
const SECOND_LOOK_MS = 1_500

export interface Audit {
  readonly epoch: number
  readonly revision: number
  /** The oldest change that the log still has; 0: none. */
  readonly oldestRevision: number
  readonly checks: readonly Check[]
}

/**
 * Everything that must hold of a performance (design, section 8). Redis and PostgreSQL are read one after the other while
 * the sale goes on, so what looks wrong is looked at again: only what was so both times is a finding. Undefined: no map.
 */
export async function auditPerformance(
  needs: { readonly db: Db; readonly redis: Redis },
  performance: Performance,
): Promise<Audit | undefined> {
  const first = await look(needs, performance)
  if (first === undefined || first.checks.every(({ count }) => count === 0)) return first
  await delay(SECOND_LOOK_MS)
  const second = await look(needs, (await findPerformance(needs.db, performance.id)) ?? performance)
  return second && { ...second, checks: inBoth(first.checks, second.checks) }
}

async function look(
  { db, redis }: { readonly db: Db; readonly redis: Redis },
  performance: Performance,
): Promise<Audit | undefined> {
  const dump = await readMapDump(redis, performance)
  if (dump === undefined) return undefined
  const money = await auditMoney(db, performance.id)
  return {
    epoch: Number(dump.meta['epoch']),
    revision: Number(dump.meta['revision']),
    oldestRevision: Number(dump.log[0]?.id.split('-')[1] ?? 0),
    checks: [
      ...auditMap(dump),
      ...(await auditHistory(dump)),
      blockedAgree(dump, [...(await blockedSeats(db, performance.id)), ...(await seatsInNoZone(db, performance))]),
      ...(await auditOrders(db, dump, performance.id)),
      await auditGroupOrders(db, performance.id),
      await auditGroupSeats(db, dump, performance.id),
      ...money.map(({ name, rule, violations }) => check(name, rule, violations)),
    ],
  }
}

/** PostgreSQL decides what is blocked; Redis must show the same. */
function blockedAgree(dump: MapDump, blocked: readonly number[]): Check {
  const expected = new Set(blocked)
  const differences = Array.from(dump.seats, (state, seat) => ({
    seat,
    shown: state === '4',
    wanted: expected.has(seat),
  }))
    .filter(({ shown, wanted }) => shown !== wanted)
    .map(
      ({ seat, wanted }) =>
        `seat ${seat} is ${wanted ? 'blocked' : 'not blocked'} in PostgreSQL, the map says otherwise`,
    )
  return check('blocked', 'the map blocks the seats that PostgreSQL blocks, and no others', differences)
}
