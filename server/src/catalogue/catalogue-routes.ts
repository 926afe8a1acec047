import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { Id } from '@seatcast/shared/protocol/fields.ts'
import { PerformanceDetail, SHOW_PERFORMANCES_MAX, ShowList } from '@seatcast/shared/protocol/http.ts'
import { Type } from 'typebox'
import type { Db } from '../database/client.ts'
import type { App } from '../http/app-instance.ts'
import { onePage, Page } from '../http/paging.ts'
import { RefusalError } from '../http/refusal.ts'
import { findPerformanceView } from './catalogue-repository.ts'
import { performanceDetail, performanceSummary } from './catalogue-replies.ts'
import { layoutCache } from './layout-cache.ts'
import type { LiveCatalogue } from './live-catalogue.ts'
import { listShows } from './show-repository.ts'

const unpack = promisify(gunzip)
const tags = ['buyers']

/** What buyers read without a token: shows, performances, layouts. */
export function catalogueRoutes(app: App, { db, live }: { readonly db: Db; readonly live: LiveCatalogue }): void {
  const layouts = layoutCache(db)

  app.get(
    '/api/shows',
    { schema: { tags, summary: 'Shows, newest first', querystring: Page, response: { 200: ShowList } } },
    async (request, reply) => {
      const { items, nextCursor } = await onePage(request.query, (page) =>
        listShows(db, { ...page, performances: SHOW_PERFORMANCES_MAX }),
      )
      const shows = await Promise.all(
        items.map(async ({ id, titles, performances }) => ({
          id,
          title: titles.en,
          titles,
          performances: await Promise.all(performances.map((view) => performanceSummary(view, live))),
        })),
      )
      return reply.header('cache-control', 'no-cache').send({ shows, nextCursor })
    },
  )

  app.get(
    '/api/performances/:id',
    {
      schema: {
        tags,
        summary: 'A performance: its layout, zones and sale',
        params: Type.Object({ id: Id }),
        response: { 200: PerformanceDetail },
      },
    },
    async (request, reply) => {
      const view = await findPerformanceView(db, request.params.id)
      if (view === undefined) throw new RefusalError('NOT_FOUND')
      return reply.header('cache-control', 'no-cache').send(await performanceDetail(view, live))
    },
  )

  app.get(
    '/api/layouts/:venueId/:version',
    {
      schema: {
        tags,
        summary: 'A layout version; it never changes',
        params: Type.Object({ venueId: Id, version: Type.Integer({ minimum: 1, maximum: 1_000_000 }) }),
      },
    },
    async (request, reply) => {
      const layout = await layouts.find(request.params.venueId, request.params.version)
      if (layout === undefined) throw new RefusalError('NOT_FOUND')
      const etag = `"${layout.sha256.toString('base64url')}"`
      void reply
        .header('etag', etag)
        .header('cache-control', 'public, max-age=31536000, immutable')
        .header('vary', 'accept-encoding')
        .type('application/json; charset=utf-8')
      if (namesTag(request.headers['if-none-match'], etag)) return reply.code(304).send()
      if (!acceptsGzip(request.headers['accept-encoding'])) return reply.send(await unpack(layout.document))
      return reply.header('content-encoding', 'gzip').send(layout.document)
    },
  )
}

/** A proxy that repacks an answer turns its tag into a weak one; for a GET they are the same (RFC 9110, 13.1.2). */
const namesTag = (header: string | undefined, etag: string): boolean =>
  (header ?? '').split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag || tag.trim() === '*')

const acceptsGzip = (header: string | string[] | undefined): boolean =>
  String(header ?? '')
    .split(',')
    .some((coding) => /^\s*(gzip|\*)\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(coding))
