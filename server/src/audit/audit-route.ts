import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Id } from '@seatcast/shared/protocol/fields.ts'
import type { Redis } from 'ioredis'
import { Type } from 'typebox'
import { findPerformance } from '../catalogue/catalogue-repository.ts'
import type { Db } from '../database/client.ts'
import type { Guards } from '../http/authentication.ts'
import { RefusalError } from '../http/refusal.ts'
import { auditPerformance } from './audit-performance.ts'

const AuditReply = Type.Object({
  performanceId: Id,
  /** Every count is 0. */
  ok: Type.Boolean(),
  epoch: Type.Integer(),
  revision: Type.Integer(),
  /** The oldest change that the log still has: the checks of the past begin there. */
  oldestRevision: Type.Integer(),
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
        const audit = await auditPerformance(needs, performance)
        if (audit === undefined) throw new RefusalError('MAP_RELOADING')
        const { checks, ...position } = audit
        return {
          performanceId,
          ok: checks.every(({ count }) => count === 0),
          ...position,
          checks: checks.map(({ name, rule, count, examples }) => ({ name, rule, count, examples: [...examples] })),
        }
      },
    )
  }
}
