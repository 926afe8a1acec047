import { Id } from '@seatcast/shared/protocol/fields.ts'
import type { Position } from '@seatcast/shared/domain/revision.ts'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyPluginAsync } from 'fastify'
import { Type } from 'typebox'
import { RefusalError } from '../http/refusal.ts'
import { type LiveMapsView, MapNotReadyError } from './feed-contract.ts'

/** When the state asked for is not here yet, ask again after this, ms. Source: a mirror is at most 200 ms behind. */
const RETRY_MS = 200

/** `GET /api/performances/:id/snapshot`: encoded and compressed once a revision; a CDN may answer a herd with it. */
export function snapshotRoute(maps: LiveMapsView): FastifyPluginAsync {
  return async (app) => {
    app.withTypeProvider<TypeBoxTypeProvider>().get(
      '/api/performances/:id/snapshot',
      {
        schema: {
          tags: ['catalogue'],
          summary: 'The whole map at one position',
          params: Type.Object({ id: Id }),
          querystring: Type.Object({ min: Type.Optional(Type.String({ pattern: '^\\d{1,15}-\\d{1,15}$' })) }),
        },
      },
      async (request, reply) => {
        const { id } = request.params
        const min = positionOf(request.query.min)
        const map = await openOrRefuse(maps, id)
        const snapshot = await map.snapshot(min)
        if (!map.live || (min !== undefined && !reached(snapshot.position, min)))
          throw new RefusalError('UNAVAILABLE', { detail: 'this state is not here yet', retryInMs: RETRY_MS })
        void reply
          .header('etag', snapshot.etag)
          .header('cache-control', 'public, max-age=1')
          .header('vary', 'accept-encoding')
          .type('application/json; charset=utf-8')
        if (request.headers['if-none-match'] === snapshot.etag) return reply.code(304).send()
        const packed = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')
        if (packed) void reply.header('content-encoding', 'gzip')
        return reply.send(packed ? snapshot.gzip : snapshot.json)
      },
    )
  }
}

async function openOrRefuse(maps: LiveMapsView, performanceId: string) {
  try {
    const map = await maps.open(performanceId)
    if (map === undefined) throw new RefusalError('NOT_FOUND')
    return map
  } catch (fault) {
    if (fault instanceof MapNotReadyError)
      throw new RefusalError('MAP_RELOADING', { retryInMs: fault.facts.retryInMs }, { cause: fault })
    throw fault
  }
}

function positionOf(min: string | undefined): Position | undefined {
  const [epoch, revision] = (min ?? '').split('-').map(Number)
  return epoch === undefined || revision === undefined ? undefined : { epoch, revision }
}

const reached = (position: Position, min: Position): boolean =>
  position.epoch > min.epoch || (position.epoch === min.epoch && position.revision >= min.revision)
