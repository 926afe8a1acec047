import { Id } from '@seatcast/shared/protocol/fields.ts'
import { CheckIn, CheckInAnswer, CheckInList } from '@seatcast/shared/protocol/ticket.ts'
import { Type } from 'typebox'
import { findPerformance } from '../catalogue/catalogue-repository.ts'
import type { App } from '../http/app-instance.ts'
import { callerOf, type Guards } from '../http/authentication.ts'
import { IdempotencyHeaders, replyOnce } from '../http/idempotency.ts'
import { onePage, Page } from '../http/paging.ts'
import { RefusalError } from '../http/refusal.ts'
import { printedPlace, type TicketNeeds } from './order-tickets.ts'
import { admit, countTickets, listCheckIns } from './ticket-repository.ts'

const tags = ['tickets']
const security = [{ token: [] }]

/** What the staff at the doors ask. */
export function checkInRoutes(app: App, needs: TicketNeeds & { readonly guards: Guards }): void {
  const { db, codes, findLayout } = needs
  const onRequest = needs.guards.requireStaff

  app.post(
    '/api/check-in',
    {
      onRequest,
      schema: {
        tags,
        security,
        summary: 'Admit a ticket, once; every result is 200',
        headers: IdempotencyHeaders,
        body: CheckIn,
        response: { 200: CheckInAnswer },
      },
    },
    async (request, reply) => {
      const { performanceId, ticket } = request.body
      // Before the transaction: inside it, a second connection would be needed.
      const performance = await findPerformance(db, performanceId)
      if (performance === undefined) throw new RefusalError('NOT_FOUND')
      const layout = await findLayout(performance.layoutId)
      await replyOnce(db, request, reply, JSON.stringify(request.body), async (trx) => {
        const facts = codes.readTicket(ticket)
        const answered = (answer: CheckInAnswer) => ({ status: 200, answer })
        if (facts === undefined) return answered({ result: 'unknown' })
        if (facts.performanceId !== performance.id) {
          return answered({ result: 'wrong_performance', performanceId: facts.performanceId })
        }
        const admission = await admit(trx, facts, callerOf(request))
        if (admission.result === 'unknown') return answered({ result: 'unknown' })
        const place = printedPlace(layout, facts.seat)
        if (!('at' in admission)) return answered({ result: admission.result, ...place })
        return answered({ result: admission.result, ...place, at: admission.at.toISOString() })
      })
      return reply
    },
  )

  app.get(
    '/api/performances/:id/check-ins',
    {
      onRequest,
      schema: {
        tags,
        security,
        summary: 'How many tickets were used, and which, newest first',
        params: Type.Object({ id: Id }),
        querystring: Page,
        response: { 200: CheckInList },
      },
    },
    async (request, reply) => {
      const performance = await findPerformance(db, request.params.id)
      if (performance === undefined) throw new RefusalError('NOT_FOUND')
      const { items, nextCursor } = await onePage(request.query, (page) => listCheckIns(db, performance.id, page))
      const { used, tickets } = await countTickets(db, performance.id)
      const layout = await findLayout(performance.layoutId)
      const checkIns = items.map(({ seat, at }) => ({ ...printedPlace(layout, seat), at: at.toISOString() }))
      return reply.header('cache-control', 'no-store').send({ count: used, tickets, checkIns, nextCursor })
    },
  )
}
