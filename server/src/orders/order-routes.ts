import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Id } from '@seatcast/shared/protocol/fields.ts'
import {
  CancelOrder,
  ChangedOrder,
  ChangeSeats,
  NewOrder,
  Order,
  OrderList,
  OrderPlaced,
} from '@seatcast/shared/protocol/order.ts'
import type { FastifyBaseLogger, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Db } from '../database/client.ts'
import { callerOf, type Guards } from '../http/authentication.ts'
import { fingerprintOf, IdempotencyHeaders, refuseReusedKey, replyOnce } from '../http/idempotency.ts'
import { onePage, Page } from '../http/paging.ts'
import { RefusalError } from '../http/refusal.ts'
import type { OrderCommands } from '../seats/order-commands.ts'
import { cancelOrder } from './cancel-order.ts'
import { changing } from './change-seats.ts'
import { accessOf, orderAccess, OrderKey } from './order-access.ts'
import type { OrderKeys } from './order-keys.ts'
import type { FindUsedSeats, OrderMoney, SecuredMoney } from './order-money.ts'
import { deliverOrder, type OutboxNeeds } from './order-outbox.ts'
import { findOrder, listOrders, type StoredOrder } from './order-repository.ts'
import { orderLayouts, orderView } from './order-view.ts'
import { type OrderableMap, placing } from './place-order.ts'
import type { Step } from './step.ts'

export interface OrderRoutesNeeds {
  readonly db: Db
  readonly guards: Guards
  readonly orders: OrderCommands
  readonly keys: OrderKeys
  readonly money: OrderMoney
  readonly usedSeats: FindUsedSeats
  /** The live map; undefined: no such performance. Throws while it cannot be read. */
  readonly openMap: (performanceId: string) => Promise<OrderableMap | undefined>
  /** Wakes the outbox after a commit. */
  readonly wake: () => void
  readonly delivered?: OutboxNeeds['delivered']
  readonly step?: Step
}

/** How long a refused buyer waits for what was begun to be undone, ms; it goes on without them. Source: a guess. */
const UNDO_PATIENCE_MS = 500

/** A request that was answered before asks nobody for money again. */
const READY: SecuredMoney = { payment: undefined, isReady: true }

const security = [{ token: [] }]
const tags = ['orders']
const params = Type.Object({ id: Id })

/** Of a body in which everything may be left out, all of it may. */
async function allowNoBody(request: FastifyRequest): Promise<void> {
  request.body ??= {}
}

/** What buyers do with orders. Somebody else's order does not exist (O9). */
export function orderRoutes(needs: OrderRoutesNeeds): FastifyPluginAsyncTypebox {
  const { db, guards, keys, money, openMap, step, wake } = needs
  const layoutOf = orderLayouts(db)
  const views = async (orders: readonly StoredOrder[], source: Db = db): Promise<Order[]> => {
    const payments = await money.payments(
      source,
      orders.map(({ id }) => id),
    )
    return await Promise.all(
      orders.map(async (order) => orderView(order, await layoutOf(order.layoutId), payments.get(order.id))),
    )
  }
  const viewOf = async (order: StoredOrder, source?: Db): Promise<Order> => {
    const [view] = await views([order], source)
    if (view === undefined) throw new Error(`order ${order.id} has no view`)
    return view
  }
  /** The buyer sees the map's change with the answer, where Redis is there. */
  const withPosition = async (answer: ChangedOrder, log: FastifyBaseLogger): Promise<ChangedOrder> => {
    wake()
    try {
      const delivered = await deliverOrder(needs, answer.order.id)
      return delivered === undefined ? answer : { ...answer, epoch: delivered.epoch, revision: delivered.revision }
    } catch (fault) {
      log.warn({ orderId: answer.order.id, err: fault }, 'order not delivered at once')
      return answer
    }
  }
  const undoing = async (attempt: { undo(fault: unknown): Promise<void> }, fault: unknown, log: FastifyBaseLogger) => {
    const undone = attempt.undo(fault)
    undone.catch(() => undefined) // what comes too late to be told
    try {
      await Promise.race([undone, delay(UNDO_PATIENCE_MS, undefined, { ref: false })])
    } catch (trouble) {
      if (trouble instanceof RefusalError) throw trouble
      log.warn({ err: trouble }, 'order not undone at once') // the sweep of locks does it
    }
  }

  return async (app) => {
    app.post(
      '/api/performances/:id/orders',
      {
        onRequest: guards.requireUser,
        preValidation: allowNoBody,
        schema: {
          tags,
          security,
          summary: 'Turn my hold, or part of it, into an order',
          headers: IdempotencyHeaders,
          params,
          body: NewOrder,
          response: { 201: OrderPlaced },
        },
      },
      async (request, reply) => {
        const map = await openMap(request.params.id)
        if (map === undefined) throw new RefusalError('NOT_FOUND')
        const { seats } = request.body
        const attempt = placing(needs, map, { buyer: callerOf(request), seats })
        let placed: object | undefined
        try {
          const place = async (trx: Db) => {
            const { order, holdId, epoch, revision } = await attempt.place(trx)
            placed = { orderId: order.id, holdId, performanceId: order.performanceId, seatCount: order.seats.length }
            return { status: 201, answer: { order: orderView(order, map.layout), epoch, revision } }
          }
          // The answer is kept for a day, the secret is not.
          const withKey = ({ order, ...position }: OrderPlaced): Promise<OrderPlaced> =>
            Promise.resolve({ order: { ...order, key: keys.keyOf(order.id) }, ...position })
          await replyOnce(db, request, reply, JSON.stringify({ seats }), place, withKey)
          if (placed !== undefined) request.log.info(placed, 'order placed')
          await step?.('order committed')
        } catch (fault) {
          await undoing(attempt, fault, request.log)
          throw fault
        }
        return reply
      },
    )

    app.get(
      '/api/orders',
      {
        onRequest: guards.requireUser,
        schema: { tags, security, summary: 'My orders, newest first', querystring: Page, response: { 200: OrderList } },
      },
      async (request) => {
        const { items, nextCursor } = await onePage(request.query, (page) => listOrders(db, callerOf(request), page))
        return { orders: await views(items), nextCursor }
      },
    )

    app.get(
      '/api/orders/:id',
      {
        onRequest: orderAccess(guards),
        schema: {
          tags,
          security,
          summary: 'An order, for its owner or whoever has its secret link',
          params,
          querystring: OrderKey,
          response: { 200: Order },
        },
      },
      async (request, reply) => {
        const order = await findOrder(db, accessOf(request))
        if (order === undefined) throw new RefusalError('NOT_FOUND')
        void reply.header('cache-control', 'no-store')
        return await viewOf(order)
      },
    )

    app.post(
      '/api/orders/:id/cancel',
      {
        onRequest: guards.requireUser,
        preValidation: allowNoBody,
        schema: {
          tags,
          security,
          summary: 'Cancel an order or single seats of it',
          headers: IdempotencyHeaders,
          params,
          body: CancelOrder,
          response: { 200: ChangedOrder },
        },
      },
      async (request, reply) => {
        const { seats } = request.body
        // Also unpacks the layout now: inside the transaction it would ask for a second connection.
        const found = await findOrder(db, accessOf(request))
        if (found === undefined) throw new RefusalError('NOT_FOUND')
        await layoutOf(found.layoutId)
        const cancel = async (trx: Db) => {
          const order = await cancelOrder(trx, needs, accessOf(request), seats)
          return { status: 200, answer: { order: await viewOf(order, trx) } as ChangedOrder }
        }
        await replyOnce(db, request, reply, JSON.stringify({ seats }), cancel, (answer) =>
          withPosition(answer, request.log),
        )
        return reply
      },
    )

    app.post(
      '/api/orders/:id/seats',
      {
        onRequest: guards.requireUser,
        schema: {
          tags,
          security,
          summary: 'Move an order to other seats',
          headers: IdempotencyHeaders,
          params,
          body: ChangeSeats,
          response: { 200: ChangedOrder, 202: ChangedOrder },
        },
      },
      async (request, reply) => {
        const { release, take, method = 'wallet', card } = request.body
        const body = JSON.stringify({ release, take, method, card })
        const key = request.headers['idempotency-key']
        const access = accessOf(request)
        const found = await findOrder(db, access)
        const map = found && (await openMap(found.performanceId))
        if (found === undefined || map === undefined) throw new RefusalError('NOT_FOUND')
        await layoutOf(map.performance.layoutId)
        const attempt = changing(needs, map, access, {
          release,
          take,
          choice: { method, ...(card !== undefined && { card }) },
          ...(key !== undefined && { request: { key, sha256: fingerprintOf(request, body) } }),
        })
        const change = async (trx: Db) => {
          const order = await attempt.change(trx)
          return { status: 200, answer: { order: await viewOf(order, trx) } as ChangedOrder }
        }
        try {
          const isAnswered = await refuseReusedKey(db, request, body)
          const { payment, isReady } = isAnswered ? READY : await attempt.secureMoney()
          if (!isReady) {
            wake()
            const order = await viewOf((await findOrder(db, access)) ?? found)
            return await reply.code(202).send({ order, ...(payment !== undefined && { payment }) })
          }
          await replyOnce(db, request, reply, body, change, (answer) => withPosition(answer, request.log))
        } catch (fault) {
          await undoing(attempt, fault, request.log)
          throw fault
        }
        return reply
      },
    )
  }
}
