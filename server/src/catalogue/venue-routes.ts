import { Id } from '@seatcast/shared/protocol/fields.ts'
import { ImportedVenue, VENUE_LAYOUTS_MAX, VenueDetail, VenueList } from '@seatcast/shared/protocol/organiser.ts'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import type { Db } from '../database/client.ts'
import type { App } from '../http/app-instance.ts'
import { callerOf, type Guards } from '../http/authentication.ts'
import { IdempotencyHeaders, replyOnce } from '../http/idempotency.ts'
import { onePage, Page } from '../http/paging.ts'
import { badRequest, RefusalError } from '../http/refusal.ts'
import { layoutUrl, venueLayout } from './catalogue-replies.ts'
import type { ReadVenue, VenueReader } from './venue-reader.ts'
import { addLayout, createVenue, findVenueName, findVenueSource, listLayouts, listVenues } from './venue-repository.ts'

/** A venue file, bytes. Source: the demo stadium of 59,856 seats takes 7.3 MB as a pretix plan. */
const VENUE_FILE_BYTES_MAX = 64 * 1_048_576

const security = [{ token: [] }]
const tags = ['organisers']
const params = Type.Object({ id: Id })

/** Venues: import, list, export. Registered in a scope of its own, where a body stays the bytes that were sent (V1). */
export function venueRoutes(
  scope: App,
  { db, guards, venueReader }: { readonly db: Db; readonly guards: Guards; readonly venueReader: VenueReader },
): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  const onRequest = guards.requireOrganiser
  const importing = {
    onRequest,
    bodyLimit: VENUE_FILE_BYTES_MAX,
    schema: {
      tags,
      security,
      description: 'The body is a pretix seating plan or a venue spec; which one is seen from its fields.',
      consumes: ['application/json'],
      headers: IdempotencyHeaders,
      response: { 201: ImportedVenue },
    },
  }

  scope.post(
    '/api/venues',
    { ...importing, schema: { ...importing.schema, summary: 'Import a venue' } },
    async (request, reply) => {
      const file = fileOf(request.body)
      const read = await readOrRefuse(venueReader, file)
      const createdBy = callerOf(request)
      await replyOnce(db, request, reply, file, async (trx) => {
        const venueId = await createVenue(trx, { name: read.name, createdBy })
        const added = await addLayout(trx, venueId, read.packed, createdBy)
        if (added === undefined) throw new Error('a venue vanished inside its own transaction')
        return { status: 201, answer: importedVenue(venueId, added.version, read) }
      })
      return reply
    },
  )

  scope.post(
    '/api/venues/:id/layouts',
    { ...importing, schema: { ...importing.schema, params, summary: 'Import a new layout version of a venue' } },
    async (request, reply) => {
      const file = fileOf(request.body)
      if ((await findVenueName(db, request.params.id)) === undefined) throw new RefusalError('NOT_FOUND')
      const read = await readOrRefuse(venueReader, file)
      await replyOnce(db, request, reply, file, async (trx) => {
        const added = await addLayout(trx, request.params.id, read.packed, callerOf(request))
        if (added === undefined) throw new RefusalError('NOT_FOUND')
        return { status: 201, answer: importedVenue(request.params.id, added.version, read) }
      })
      return reply
    },
  )

  scope.get(
    '/api/venues',
    { onRequest, schema: { tags, security, summary: 'Venues', querystring: Page, response: { 200: VenueList } } },
    async (request) => {
      const { items, nextCursor } = await onePage(request.query, (page) => listVenues(db, page))
      return { venues: items.map((venue) => ({ ...venue, layout: venueLayout(venue.layout) })), nextCursor }
    },
  )

  scope.get(
    '/api/venues/:id',
    {
      onRequest,
      schema: { tags, security, summary: 'A venue and its layouts', params, response: { 200: VenueDetail } },
    },
    async (request) => {
      const { id } = request.params
      const name = await findVenueName(db, id)
      if (name === undefined) throw new RefusalError('NOT_FOUND')
      const layouts = await listLayouts(db, id, { limit: VENUE_LAYOUTS_MAX })
      return { id, name, layouts: layouts.map(venueLayout) }
    },
  )

  scope.get(
    '/api/venues/:id/export',
    {
      onRequest,
      schema: {
        tags,
        security,
        summary: 'The venue file, byte for byte as it was imported',
        params,
        querystring: Type.Object({
          version: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
          /** `pretix`: a spec is written as a pretix plan. */
          format: Type.Optional(Type.Union([Type.Literal('source'), Type.Literal('pretix')])),
        }),
      },
    },
    async (request, reply) => {
      const found = await findVenueSource(db, request.params.id, request.query.version)
      if (found === undefined) throw new RefusalError('NOT_FOUND')
      if (request.query.format !== 'pretix' || found.format === 'pretix') return sendFile(reply, found.source)
      return sendFile(reply, await venueReader.exportAsPretix(found.source))
    },
  )
}

async function readOrRefuse(venueReader: VenueReader, file: Buffer): Promise<ReadVenue & { readonly ok: true }> {
  const read = await venueReader.read(file)
  if (!read.ok) throw badRequest(read.errors)
  return read
}

function importedVenue(venueId: string, version: number, read: ReadVenue & { readonly ok: true }): ImportedVenue {
  return {
    id: venueId,
    venueId,
    name: read.name,
    format: read.packed.format,
    layoutUrl: layoutUrl(venueId, version),
    version,
    seatCount: read.packed.seatCount,
    sections: read.packed.sectionCount,
    categories: read.categories.map(({ id, name, color }) => ({ id, name, color })),
    guesses: [...read.guesses],
  }
}

function fileOf(body: unknown): Buffer {
  if (!Buffer.isBuffer(body) || body.length === 0) throw badRequest([{ path: '', message: 'the body is empty' }])
  return body
}

const sendFile = (reply: FastifyReply, file: Buffer): FastifyReply =>
  reply
    .type('application/json; charset=utf-8')
    .header('content-disposition', 'attachment; filename="venue.json"')
    .header('cache-control', 'no-store')
    .send(file)
