import { Id } from '@seatcast/shared/protocol/fields.ts'
import {
  ChangedPerformance,
  CreatedPerformance,
  CreatedShow,
  NewPerformance,
  NewShow,
  PerformanceChange,
} from '@seatcast/shared/protocol/organiser.ts'
import { Type } from 'typebox'
import type { Db } from '../database/client.ts'
import type { App } from '../http/app-instance.ts'
import { callerOf, type Guards } from '../http/authentication.ts'
import { IdempotencyHeaders, replyOnce } from '../http/idempotency.ts'
import { badRequest } from '../http/refusal.ts'
import { changePerformance } from './change-performance.ts'
import { findPerformanceView } from './catalogue-repository.ts'
import { performanceDetail } from './catalogue-replies.ts'
import { checkNewPerformance } from './check-performance.ts'
import { createPerformance } from './create-performance.ts'
import type { LiveCatalogue } from './live-catalogue.ts'
import { createShow } from './show-repository.ts'

const security = [{ token: [] }]
const tags = ['organisers']

interface Needs {
  readonly db: Db
  readonly live: LiveCatalogue
  readonly guards: Guards
  /** Redis partitions of this installation. */
  readonly partitions: number
}

/** What organisers do with shows and performances. */
export function performanceRoutes(app: App, { db, live, guards, partitions }: Needs): void {
  const onRequest = guards.requireOrganiser

  app.post(
    '/api/shows',
    {
      onRequest,
      schema: {
        tags,
        security,
        summary: 'Create a show',
        headers: IdempotencyHeaders,
        body: NewShow,
        response: { 201: CreatedShow },
      },
    },
    async (request, reply) => {
      const titles = typeof request.body.title === 'string' ? { en: request.body.title } : request.body.title
      await replyOnce(db, request, reply, JSON.stringify(request.body), async (trx) => {
        const id = await createShow(trx, { titles, createdBy: callerOf(request) })
        return { status: 201, answer: { id, showId: id, title: titles.en, titles } }
      })
      return reply
    },
  )

  app.post(
    '/api/performances',
    {
      onRequest,
      schema: {
        tags,
        security,
        summary: 'Create a performance; it is scheduled until its sale opens',
        headers: IdempotencyHeaders,
        body: NewPerformance,
        response: { 201: CreatedPerformance },
      },
    },
    async (request, reply) => {
      await replyOnce(db, request, reply, JSON.stringify(request.body), async (trx) => {
        const checked = await checkNewPerformance(trx, request.body)
        if (!checked.ok) throw badRequest(checked.errors)
        const id = await createPerformance(trx, { ...checked.performance, createdBy: callerOf(request) }, partitions)
        const view = await findPerformanceView(trx, id)
        if (view === undefined) throw new Error(`performance ${id} vanished inside its own transaction`)
        const forSale = view.performance.seatCount - checked.seatsInNoZone
        const answer = await performanceDetail(view, { availableCount: () => Promise.resolve(forSale) })
        return { status: 201, answer: { performanceId: id, ...answer } }
      })
      return reply
    },
  )

  app.patch(
    '/api/performances/:id',
    {
      onRequest,
      bodyLimit: CHANGE_BYTES_MAX,
      schema: {
        tags,
        security,
        summary: 'Open, pause or close the sale, move its opening, block and unblock seats',
        params: Type.Object({ id: Id }),
        body: PerformanceChange,
        response: { 200: ChangedPerformance },
      },
    },
    async (request) => {
      const { view, changed } = await changePerformance(db, live, request.params.id, request.body)
      const { epoch, revision, availableCount } = changed
      // As many as at that revision, not as many as a mirror knows of.
      const answer = await performanceDetail(view, { availableCount: () => Promise.resolve(availableCount) })
      return { ...answer, epoch, revision }
    },
  )
}

/** A PATCH's body, bytes. Source: 2 x 10,000 seats of up to 7 characters. */
const CHANGE_BYTES_MAX = 262_144
