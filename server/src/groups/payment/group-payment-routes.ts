import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { OrderId, UserId } from '@seatcast/shared/domain/ids.ts'
import { Id } from '@seatcast/shared/protocol/fields.ts'
import { GroupPaid, GroupPaymentBegun, type GroupView } from '@seatcast/shared/protocol/group.ts'
import { NewPayment, type Order } from '@seatcast/shared/protocol/order.ts'
import type { FastifyBaseLogger } from 'fastify'
import { Type } from 'typebox'
import { callerOf, type Guards } from '../../http/authentication.ts'
import { IdempotencyHeaders, refuseReusedKey, replyOnce } from '../../http/idempotency.ts'
import { RefusalError } from '../../http/refusal.ts'
import { type FindOrderLayout, orderView } from '../../orders/order-view.ts'
import type { OrderableMap } from '../../orders/place-order.ts'
import { paymentViews } from '../../payments/payment-repository.ts'
import type { PaymentContext } from '../../payments/payment-context.ts'
import { findGroup } from '../group-repository.ts'
import { type Beginning, type BeginNeeds, beginning } from './begin-payment.ts'
import { beginCover, type CoverWish, finishCover } from './cover-shares.ts'
import { giveUp } from './give-up.ts'
import { sharesOf } from './shares.ts'

export interface GroupPaymentNeeds extends BeginNeeds {
  readonly guards: Guards
  readonly context: PaymentContext
  readonly layouts: FindOrderLayout
  /** The live map; undefined: no such performance. Throws while it cannot be read. */
  readonly openMap: (performanceId: string) => Promise<OrderableMap | undefined>
  /** The group as the caller sees it; undefined: not theirs. */
  readonly viewGroup: (groupId: string, userId: UserId) => Promise<GroupView | undefined>
  /** Tells Redis how an order is, before the outbox does. */
  readonly deliver: (orderId: OrderId) => Promise<unknown>
  /** Told after a transaction that changed something: wakes the outbox and the payment work. */
  readonly changed: () => void
}

const security = [{ token: [] }]
const tags = ['groups']
const params = Type.Object({ id: Id })

/** Who pays: begin, cover, give up. Only its members learn of a group (G8). */
export function groupPaymentRoutes(needs: GroupPaymentNeeds): FastifyPluginAsyncTypebox {
  const { db, guards, context, layouts, openMap, viewGroup, changed, step } = needs
  const viewOf = async (groupId: string, userId: UserId): Promise<GroupView> => {
    const group = await viewGroup(groupId, userId)
    if (group === undefined) throw new RefusalError('NOT_FOUND')
    return group
  }
  const undoing = async (attempt: Beginning, fault: unknown, log: FastifyBaseLogger): Promise<void> => {
    try {
      await attempt.undo(fault)
    } catch (trouble) {
      if (trouble instanceof RefusalError) throw trouble
      log.warn({ err: trouble }, 'orders of a group not undone at once') // the sweep of locks does it
    }
  }
  /** The map shows it with the answer, where Redis is there; else the outbox brings it. */
  const deliver = async (groupId: string, log: FastifyBaseLogger): Promise<void> => {
    try {
      const group = await findGroup(db, groupId)
      const shares = group === undefined ? [] : await sharesOf(db, group)
      for (const { order } of shares) await needs.deliver(order.id)
    } catch (fault) {
      log.warn({ groupId, err: fault }, 'orders of a group not delivered at once')
    }
  }

  return async (app) => {
    app.post(
      '/api/groups/:id/orders',
      {
        onRequest: guards.requireUser,
        schema: {
          tags,
          security,
          summary: 'Begin to pay: the group’s block becomes its orders',
          params,
          headers: IdempotencyHeaders,
          response: { 201: GroupPaymentBegun },
        },
      },
      async (request, reply) => {
        const { id: groupId } = request.params
        const userId = callerOf(request)
        const { performanceId } = await viewOf(groupId, userId)
        const map = await openMap(performanceId)
        if (map === undefined) throw new RefusalError('NOT_FOUND')
        await layouts(map.performance.layoutId) // unpacked now: inside the transaction it would ask for a second connection
        const attempt = beginning(needs, map, { groupId, userId })
        try {
          await replyOnce<{ order?: Order; group?: GroupView }>(
            db,
            request,
            reply,
            '',
            async (trx) => {
              const order = await attempt.begin(trx)
              if (order === undefined) return { status: 201, answer: {} }
              const payments = (await paymentViews(trx, [order.id])).get(order.id)
              return { status: 201, answer: { order: orderView(order, map.layout, payments) } }
            },
            async (answer) => {
              await step?.('group orders committed')
              changed()
              const group = await viewOf(groupId, userId)
              const { order } = answer
              return { group, ...(order !== undefined && { order: { ...order, key: needs.keys.keyOf(order.id) } }) }
            },
          )
        } catch (fault) {
          await undoing(attempt, fault, request.log)
          throw fault
        }
        return reply
      },
    )

    app.post(
      '/api/groups/:id/cover',
      {
        onRequest: guards.requireUser,
        schema: {
          tags,
          security,
          summary: 'The host pays what is missing; the amounts are the orders’',
          params,
          headers: IdempotencyHeaders,
          body: NewPayment,
          response: { 202: GroupPaid },
        },
      },
      async (request, reply) => {
        const { method, card } = request.body
        const wish: CoverWish = {
          groupId: request.params.id,
          userId: callerOf(request),
          choice: { method, ...(card !== undefined && method === 'card' && { card }) },
          requestKey: request.headers['idempotency-key'] ?? null,
        }
        const body = JSON.stringify(request.body)
        const isAnswered = await refuseReusedKey(db, request, body)
        const begun = isAnswered ? [] : await beginCover(db, context, wish, step)
        await replyOnce<{ group?: GroupView }>(
          db,
          request,
          reply,
          body,
          async (trx) => {
            await finishCover(trx, context, wish, begun)
            return { status: 202, answer: {} }
          },
          async () => {
            changed()
            return { group: await viewOf(wish.groupId, wish.userId) }
          },
        )
        return reply
      },
    )

    app.post(
      '/api/groups/:id/give-up',
      {
        onRequest: guards.requireUser,
        schema: {
          tags,
          security,
          summary: 'The host ends what is not sold; the seats are free',
          params,
          headers: IdempotencyHeaders,
          response: { 200: GroupPaid },
        },
      },
      async (request, reply) => {
        const { id: groupId } = request.params
        const userId = callerOf(request)
        await replyOnce<{ group?: GroupView }>(
          db,
          request,
          reply,
          '',
          async (trx) => {
            await giveUp(trx, { groupId, userId }, step)
            return { status: 200, answer: {} }
          },
          async () => {
            changed()
            await deliver(groupId, request.log)
            return { group: await viewOf(groupId, userId) }
          },
        )
        return reply
      },
    )
  }
}
