import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Id } from '@seatcast/shared/protocol/fields.ts'
import type { Redis } from 'ioredis'
import { Type } from 'typebox'
import { blockedSeats, findPerformance } from '../catalogue/catalogue-repository.ts'
import { seatsInNoZone } from '../catalogue/epoch-store.ts'
import type { Db } from '../database/client.ts'
import type { Guards } from '../http/authentication.ts'
import { RefusalError } from '../http/refusal.ts'
import { auditMoney } from '../payments/payment-audit.ts'
import { auditOrders } from './audit-orders.ts'
import { auditMap, check, type Check } from './audit-map.ts'
import { type MapDump, readMapDump } from './map-dump.ts'

const AuditReply = Type.Object({
  performanceId: Id,
  /** Every count is 0. */
  ok: Type.Boolean(),
  epoch: Type.Integer(),
  revision: Type.Integer(),
  checks: Type.Array(
    Type.Object({
      name: Type.String(),
      rule: Type.String(),
      count: Type.Integer(),
      examples: Type.Array(Type.String()),
    }),
  ),
})

/** `GET /admin/audit/:performanceId`, for organisers: what must hold, always (design, section 8), with counts and examples. */
export function auditRoute(needs: {
  readonly db: Db
  readonly redis: Redis
  readonly guards: Guards
}): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/admin/audit/:performanceId',
      {
        onRequest: needs.guards.requireOrganiser,
        schema: {
          tags: ['organisers'],
          security: [{ token: [] }],
          summary: 'Check everything that must hold of a performance',
          params: Type.Object({ performanceId: Id }),
          response: { 200: AuditReply },
        },
      },
      async (request) => {
        const { performanceId } = request.params
        const performance = await findPerformance(needs.db, performanceId)
        if (performance === undefined) throw new RefusalError('NOT_FOUND')
        const dump = await readMapDump(needs.redis, performance)
        if (dump === undefined) throw new RefusalError('MAP_RELOADING')
        const notForSale = [
          ...(await blockedSeats(needs.db, performance.id)),
          ...(await seatsInNoZone(needs.db, performance)),
        ]
        const checks = [
          ...auditMap(dump),
          blockedAgree(dump, notForSale),
          ...(await auditOrders(needs.db, dump, performance.id)),
          ...(await auditMoney(needs.db, performance.id)).map((each) => check(each.name, each.rule, each.violations)),
        ]
        return {
          performanceId,
          ok: checks.every(({ count }) => count === 0),
          epoch: Number(dump.meta['epoch']),
          revision: Number(dump.meta['revision']),
          checks: checks.map((each) => ({ ...each, examples: [...each.examples] })),
        }
      },
    )
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
