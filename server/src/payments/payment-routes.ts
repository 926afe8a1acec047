import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Id } from '@seatcast/shared/protocol/fields.ts'
import { NewPayment, PaymentAnswer } from '@seatcast/shared/protocol/order.ts'
import { Type } from 'typebox'
import type { Db } from '../database/client.ts'
import { callerOf, type Guards } from '../http/authentication.ts'
import { fingerprintOf, IdempotencyHeaders, refuseReusedKey, replyOnce } from '../http/idempotency.ts'
import { RefusalError } from '../http/refusal.ts'
import type { OrdersWithPayments } from './order-with-payments.ts'
import type { PaymentContext } from './payment-context.ts'
import { beginOutside, finishPayment, type PaymentWish } from './start-payment.ts'

export interface PaymentNeeds {
  readonly db: Db
  readonly context: PaymentContext
  readonly guards: Guards
  readonly orders: OrdersWithPayments
  /** Told after a transaction that changed something. */
  readonly changed: () => void
}

/** `POST /api/orders/:id/payments` */
export function paymentRoutes({ db, context, guards, orders, changed }: PaymentNeeds): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      '/api/orders/:id/payments',
      {
        onRequest: guards.requireUser,
        schema: {
          tags: ['orders'],
          security: [{ token: [] }],
          summary: 'Pay for an order; the amount is the order’s',
          params: Type.Object({ id: Id }),
          querystring: Type.Object({ key: Type.Optional(Type.String({ maxLength: 200 })) }),
          headers: IdempotencyHeaders,
          body: NewPayment,
          response: { 200: PaymentAnswer, 202: PaymentAnswer },
        },
      },
      async (request, reply) => {
        const { id } = request.params
        const { method, card } = request.body
        const body = JSON.stringify(request.body)
        const key = request.headers['idempotency-key']
        const userId = callerOf(request)
        const access = { id, userId, ...(request.query.key !== undefined && { key: request.query.key }) }
        if (!(await orders.prepareView(access))) throw new RefusalError('NOT_FOUND')
        const wish: PaymentWish = {
          orderId: id,
          userId,
          choice: { method, ...(card !== undefined && method === 'card' && { card }) },
          requestKey: key ?? null,
          requestSha256: key === undefined ? null : fingerprintOf(request, body),
        }
        const asksOthers = context.providers.forMethod(method, db)?.capabilities.transactional !== true
        const isAnswered = asksOthers && (await refuseReusedKey(db, request, body))
        const begun = isAnswered ? { report: undefined, paymentId: undefined } : await beginOutside(db, context, wish)
        let paid: object | undefined
        await replyOnce(db, request, reply, body, async (trx) => {
          const paymentId = await finishPayment(trx, context, wish, begun)
          const order = await orders.view(trx, access)
          if (order === undefined) throw new Error(`order ${id} vanished while it was paid`)
          paid = { orderId: id, paymentId, method, status: order.status }
          if (order.status === 'paid') return { status: 200, answer: { order } }
          const payment = order.payments.find((each) => each.id === paymentId)
          return { status: 202, answer: { order, ...(payment !== undefined && { payment }) } }
        })
        if (paid !== undefined) request.log.info(paid, 'payment answered')
        await context.step?.('payment committed')
        changed()
        return reply
      },
    )
  }
}
