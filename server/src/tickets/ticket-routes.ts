import { Id } from '@seatcast/shared/protocol/fields.ts'
import { OrderTickets } from '@seatcast/shared/protocol/ticket.ts'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { findPerformanceView } from '../catalogue/catalogue-repository.ts'
import type { Config } from '../config.ts'
import type { Db } from '../database/client.ts'
import type { App } from '../http/app-instance.ts'
import { callerOf, type Guards } from '../http/authentication.ts'
import { RefusalError } from '../http/refusal.ts'
import { accessOf, orderAccess, OrderKey } from '../orders/order-access.ts'
import { findAnyOrder, findOrder, type StoredOrder } from '../orders/order-repository.ts'
import { orderLayouts } from '../orders/order-view.ts'
import { checkInRoutes } from './check-in-routes.ts'
import { orderTickets, type TicketNeeds } from './order-tickets.ts'
import { pagePasses } from './page-pass.ts'
import { ticketCodes } from './ticket-code.ts'
import { noTicketPage, TICKET_PAGE_POLICY, ticketPage } from './ticket-page.ts'
import { reissueTickets, ticketsOf } from './ticket-repository.ts'
import { type Language, languageOf } from './ticket-words.ts'

interface Needs {
  readonly db: Db
  readonly config: Pick<Config, 'tokenSecret' | 'timeZone'>
  readonly guards: Guards
}

const tags = ['tickets']
const params = Type.Object({ id: Id })
/** The secret of the order's link, or the page's pass; never in a log: requests are not logged. */
const Secret = Type.Optional(Type.String({ minLength: 1, maxLength: 128 }))
/** Times a ticket may be replaced. Source: a guess; nobody loses one so often. */
const REISSUES_MAX = 100

/** An order's tickets for its owner, as data and as a page, and their check-in by staff. */
export function ticketRoutes(app: App, { db, config, guards }: Needs): void {
  const needs: TicketNeeds = { db, codes: ticketCodes(config.tokenSecret), findLayout: orderLayouts(db) }
  const passes = pagePasses(config.tokenSecret)
  const security: Record<string, string[]>[] = [{ token: [] }]

  const answer = async (order: StoredOrder): Promise<OrderTickets> => ({
    ...(await orderTickets(needs, order)),
    pageUrl: `/orders/${order.id}/tickets?pass=${passes.writePass(order.id)}`,
  })

  app.get(
    '/api/orders/:id/tickets',
    {
      onRequest: orderAccess(guards),
      schema: {
        tags,
        security: [...security, {}],
        summary: "An order's tickets, for its owner or whoever has its secret link",
        params,
        querystring: OrderKey,
        response: { 200: OrderTickets },
      },
    },
    async (request, reply) => {
      const order = await findOrder(db, accessOf(request))
      if (order === undefined) throw new RefusalError('NOT_FOUND')
      return reply.header('cache-control', 'no-store').send(await answer(order))
    },
  )

  app.post(
    '/api/orders/:id/tickets/reissue',
    {
      onRequest: guards.requireUser,
      schema: {
        tags,
        security,
        summary: 'Replace the tickets that were not used; those shown before admit nobody any more',
        params,
        response: { 200: OrderTickets },
      },
    },
    async (request, reply) => {
      const order = await db.transaction().execute(async (trx) => {
        const found = await findOrder(trx, { id: request.params.id, userId: callerOf(request) }, 'lock')
        if (found === undefined) throw new RefusalError('NOT_FOUND')
        const serials = (await ticketsOf(trx, found.id)).map(({ serial }) => serial)
        if (Math.max(0, ...serials) > REISSUES_MAX) throw new RefusalError('LIMIT_EXCEEDED')
        await reissueTickets(trx, found.id)
        return found
      })
      return reply.header('cache-control', 'no-store').send(await answer(order))
    },
  )

  app.get(
    '/orders/:id/tickets',
    {
      schema: {
        hide: true,
        params: Type.Object({ id: Type.String() }),
        querystring: Type.Object({ key: Secret, pass: Secret, lang: Type.Optional(Type.String()) }),
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const { key, pass, lang } = request.query
      const language = languageOf(lang, request.headers['accept-language'])
      const order =
        pass !== undefined && passes.isGood(id, pass)
          ? await findAnyOrder(db, id)
          : key !== undefined
            ? await findOrder(db, { id, key })
            : undefined
      const view = order === undefined ? undefined : await findPerformanceView(db, order.performanceId)
      if (order === undefined || view === undefined) return page(reply.code(404), language, noTicketPage(language))
      return page(
        reply,
        language,
        ticketPage({
          language,
          order: await orderTickets(needs, order),
          titles: view.show.titles,
          venue: (await needs.findLayout(order.layoutId)).name,
          startsAt: view.performance.startsAt,
          timeZone: config.timeZone,
          queryIn: (other) =>
            `?${new URLSearchParams({ ...(pass === undefined ? { key: key ?? '' } : { pass }), lang: other }).toString()}`,
        }),
      )
    },
  )

  checkInRoutes(app, { ...needs, guards })
}

/** Never kept by a proxy or a search engine, and the secret in its address is told to nobody. */
function page(reply: FastifyReply, language: Language, text: string): FastifyReply {
  return reply
    .header('content-security-policy', TICKET_PAGE_POLICY)
    .header('cache-control', 'no-store')
    .header('content-language', language)
    .header('vary', 'accept-language')
    .type('text/html; charset=utf-8')
    .send(text)
}
